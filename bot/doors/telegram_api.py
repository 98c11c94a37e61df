"""
The calls we make to Telegram, over ``telegram.Bot``.

Nothing of python-telegram-bot but ``Bot`` is used: its own polling acknowledges updates before they are
on disk, and stops for good at one refusal of the token.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import telegram
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest

from bot.doors.door import MaybeDelivered, NotDelivered, SendingError
from bot.doors.raw import Raw, name_of, reason_in
from bot.doors.telegram_updates import ALLOWED, Me
from bot.doors.telegram_wire import GET_UPDATES, QuietRequest, told
from bot.messaging.model import Button
from handlers.messages_doors import BOT_DESCRIPTION, BOT_SHORT_DESCRIPTION, COMMANDS

_CONNECTIONS = 64
_WEBHOOK_CONNECTIONS = 40
_UPDATES = 100
_SAME = "message is not modified"
_DELETED = re.compile(r"message to edit not found|message can't be edited|message_id_invalid", re.IGNORECASE)
_NO_PREVIEW = telegram.LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class WebhookInfo:
    """What Telegram says of our webhook; ``trouble`` is why it could not call it, "" when nothing waits."""

    url: str
    waiting: int
    trouble: str


class TelegramApi:
    """One bot at Telegram. Every method raises ``SendingError`` of one kind or other, and nothing else."""

    def __init__(self, token: str, base_url: str, *, poll_seconds: int, answer_seconds: float) -> None:
        self._poll_seconds = poll_seconds
        # A connection of its own for fetching: sending never waits for a long poll.
        self._requests = (
            QuietRequest(2, poll_seconds + answer_seconds),
            QuietRequest(_CONNECTIONS, answer_seconds),
        )
        polling, sending = self._requests
        self._bot = telegram.Bot(
            token,
            base_url=f"{base_url}/bot",
            base_file_url=f"{base_url}/file/bot",
            get_updates_request=polling,
            request=sending,
        )

    async def open(self) -> Me:
        """Make the connections usable, and return who the bot is."""
        for request in self._requests:
            await request.initialize()
        with told("getMe"):
            found = await self._bot._post("getMe")
        if not isinstance(found, dict) or not name_of(found):
            raise NotDelivered("getMe: no id")
        return Me(name_of(found), name_of(found, "username"))

    async def close(self) -> None:
        for request in self._requests:
            with suppress(Exception):
                await request.shutdown()

    async def webhook(self) -> WebhookInfo:
        with told("getWebhookInfo"):
            info = await self._bot.get_webhook_info()
        waiting = info.pending_update_count
        return WebhookInfo(info.url, waiting, reason_in(info.last_error_message or "") if waiting else "")

    async def set_webhook(self, url: str, secret: str) -> None:
        with told("setWebhook"):
            await self._bot.set_webhook(
                url, secret_token=secret, allowed_updates=ALLOWED, max_connections=_WEBHOOK_CONNECTIONS
            )

    async def delete_webhook(self) -> None:
        with told("deleteWebhook"):
            await self._bot.delete_webhook(drop_pending_updates=False)

    async def introduce(self) -> None:
        """Show what the bot is and which commands there are; a bot without them works as well."""
        commands = [telegram.BotCommand(name, description) for name, description in COMMANDS]
        with suppress(SendingError), told("setMyCommands"):
            await self._bot.set_my_commands(commands, scope=telegram.BotCommandScopeAllPrivateChats())
            await self._bot.set_my_description(BOT_DESCRIPTION)
            await self._bot.set_my_short_description(BOT_SHORT_DESCRIPTION)

    async def updates(self, offset: int | None) -> list[object]:
        """Wait for updates from *offset* on, and return them as they came; this acknowledges those before."""
        asked: Raw = {
            "offset": offset,
            "limit": _UPDATES,
            "timeout": self._poll_seconds,
            "allowed_updates": ALLOWED,
        }
        with told(GET_UPDATES):
            # ``get_updates`` would parse them, and one that it cannot parse would come for ever.
            found = await self._bot._post(GET_UPDATES, asked, read_timeout=self._requests[0].read_timeout)
        if not isinstance(found, list):
            raise NotDelivered(f"{GET_UPDATES}: not a list")
        return found

    async def place(self, address: str, text: str, quotes: str) -> str:
        """Send *text* as a new message and return its name."""
        reply = (
            telegram.ReplyParameters(int(quotes), allow_sending_without_reply=True)
            if quotes.isdecimal()
            else None
        )
        sent: Raw = {"chat_id": address, "text": text, "link_preview_options": _NO_PREVIEW}
        if reply:
            sent["reply_parameters"] = reply
        with told("sendMessage", is_repeatable=False):
            # ``send_message`` would make objects of all that comes back, for the sake of a number.
            name = name_of(await self._bot._post("sendMessage", sent), "message_id")
        if not name:
            raise MaybeDelivered("sendMessage: no message_id")
        return name

    async def edit(self, address: str, message_id: str, html: str, rows: Sequence[Sequence[Button]]) -> bool:
        """Make the message read *html*; False when it is no longer there."""
        buttons = [
            [telegram.InlineKeyboardButton(button.label, callback_data=button.press) for button in row]
            for row in rows
        ]
        edited: Raw = {
            "chat_id": address,
            "message_id": int(message_id),
            "text": html,
            "parse_mode": ParseMode.HTML,
            "link_preview_options": _NO_PREVIEW,
        }
        if buttons:
            edited["reply_markup"] = telegram.InlineKeyboardMarkup(buttons)
        with told("editMessageText"):
            try:
                await self._bot._post("editMessageText", edited)
            except BadRequest as error:
                if _DELETED.search(error.message):
                    return False
                if _SAME not in error.message.lower():
                    raise
        return True

    async def answer_press(self, query: str) -> None:
        """Stop the button's spinning; what else is to be said comes as a message."""
        with told("answerCallbackQuery"):
            await self._bot.answer_callback_query(query)

    async def show_typing(self, address: str) -> None:
        with told("sendChatAction"):
            await self._bot.send_chat_action(address, ChatAction.TYPING)
