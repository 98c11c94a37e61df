"""The real python-telegram-bot against a Telegram server written elsewhere."""

from __future__ import annotations

import asyncio

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from tests import foreign_telegram

pytestmark = pytest.mark.skipif(
    foreign_telegram.missing() is not None, reason=str(foreign_telegram.missing())
)

CHAT = 42


def test_a_talk_goes_from_start_to_text_to_button() -> None:
    async def serve(foreign: foreign_telegram.ForeignTelegram) -> None:
        requests = [foreign_telegram.ForeignRequest(), foreign_telegram.ForeignRequest()]
        async with Bot(
            foreign_telegram.TOKEN,
            base_url=foreign.base_url,
            request=requests[0],
            get_updates_request=requests[1],
        ) as bot:
            foreign.text(CHAT, "/start")
            (started,) = await bot.get_updates()
            assert started.message.text == "/start"
            keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Thủ tục", callback_data="tt:1")]])
            sent = await bot.send_message(CHAT, "Kính chào!", reply_markup=keyboard)

            foreign.text(CHAT, "Làm khai sinh cần gì?")
            (asked,) = await bot.get_updates()
            await bot.send_message(CHAT, f"Ông/bà hỏi: {asked.message.text}")

            foreign.press(CHAT, "Thủ tục")
            (pressed,) = await bot.get_updates()
            assert pressed.callback_query.data == "tt:1"
            assert pressed.callback_query.message.message_id == sent.message_id
            assert await bot.answer_callback_query(pressed.callback_query.id)
            await bot.edit_message_text("đã chọn", CHAT, sent.message_id)

    with foreign_telegram.running() as foreign:
        asyncio.run(serve(foreign))
        assert foreign.answers(CHAT) == ["đã chọn", "Ông/bà hỏi: Làm khai sinh cần gì?"]
