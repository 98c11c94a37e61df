"""The fake messengers are trusted by other tests: the real SDKs work with them, and every rule bites."""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import zalo_bot
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from tests.fake_messengers import telegram, zalo_oa
from tests.fake_messengers import zalo_bot as zalo
from tests.fake_messengers.faults import Fault
from tests.fake_messengers.server import running
from tests.fake_messengers.telegram import FakeTelegram
from tests.fake_messengers.telegram_chats import MALFORMED
from tests.fake_messengers.telegram_html import HtmlError, parse_html
from tests.fake_messengers.zalo_bot import FakeZaloBot
from tests.fake_messengers.zalo_oa import FakeZaloOA

CHAT = 42
GROUP = -100
# Nothing here is encrypted; reading the certificates of the world for each client takes longer than a test.
UNVERIFIED: dict[str, Any] = {"verify": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), "trust_env": False}


class Clock:
    """A clock that a test moves."""

    def __init__(self, now: float = 1_795_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def with_telegram(
    fake: FakeTelegram, do: Callable[[Bot], Awaitable[None]], token: str = telegram.TOKEN
) -> None:
    async def talk(address: str) -> None:
        async with Bot(
            token,
            base_url=f"{address}/bot",
            base_file_url=f"{address}/file/bot",
            request=HTTPXRequest(httpx_kwargs=UNVERIFIED),
            get_updates_request=HTTPXRequest(connection_pool_size=2, httpx_kwargs=UNVERIFIED),
        ) as bot:
            await do(bot)

    with running(fake) as address:
        asyncio.run(talk(address))


def posts(fake: Any) -> Any:
    """Give a context of ``post(path, json) -> answer`` against a fake."""

    @contextmanager
    def context() -> Iterator[Callable[..., httpx.Response]]:
        with running(fake) as address, httpx.Client(base_url=address, **UNVERIFIED) as client:
            yield lambda path, body=None, **more: client.post(path, json=body or {}, **more)

    return context()


class Door:
    """A webhook that answers with the statuses it is given, then 200, and remembers what came."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.changed = threading.Condition()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise RuntimeError("no lifespan here")
        body = (await receive())["body"]
        status = self.statuses.pop(0) if self.statuses else 200
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})
        with self.changed:
            self.came.append(({key.decode(): value.decode() for key, value in scope["headers"]}, body))
            self.changed.notify_all()

    def wait_for(self, count: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.came) >= count, 10)

    def bodies(self) -> list[Any]:
        return [json.loads(body) for _, body in self.came]


# Telegram, with the real python-telegram-bot.


def test_telegram_takes_a_talk_of_the_real_sdk() -> None:
    fake = FakeTelegram(per_chat=9)

    async def talk(bot: Bot) -> None:
        assert (await bot.get_me()).username == fake.username
        fake.command(CHAT, "/start")
        (update,) = await bot.get_updates(timeout=5)
        assert update.message.entities[0].type == "bot_command"
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Thủ tục", callback_data="tt:1")]])
        sent = await bot.send_message(
            CHAT, "<b>Kính chào</b> &amp; hỏi", parse_mode="HTML", reply_markup=keyboard
        )
        assert sent.text == "Kính chào & hỏi"
        fake.press(CHAT, "Thủ tục")
        (pressed,) = await bot.get_updates(offset=update.update_id + 1, timeout=5)
        assert pressed.callback_query.data == "tt:1"
        await bot.answer_callback_query(pressed.callback_query.id)
        await bot.edit_message_text("đã chọn", CHAT, sent.message_id)
        await bot.send_chat_action(CHAT, "typing")
        await bot.set_my_commands([("start", "Bắt đầu")], language_code="vi")
        await bot.set_my_description("Hỏi thủ tục")
        gone = await bot.send_message(CHAT, "xoá đi")
        await bot.delete_message(CHAT, gone.message_id)

    with_telegram(fake, talk)
    assert fake.answers(CHAT) == ["đã chọn"]
    assert fake.screen(CHAT)[-1]["edits"] == 1
    assert fake.rules.counts == {"messages": 2, "edits": 1, "chat actions": 1}
    assert fake.rules.violations == []


def test_telegram_lets_a_bot_download_what_a_citizen_sent() -> None:
    fake = FakeTelegram()

    async def talk(bot: Bot) -> None:
        for send in (fake.photo, fake.voice, fake.sticker, fake.document, fake.location, fake.contact):
            send(CHAT)
        messages = [update.message for update in await bot.get_updates(timeout=5)]
        assert messages[2].sticker
        assert messages[3].document.file_name == "to-khai.pdf"
        assert messages[4].location
        assert messages[5].contact.user_id == CHAT
        voice = await messages[1].voice.get_file()
        assert bytes(await voice.download_as_bytearray()) == b"OggS"

    with_telegram(fake, talk)


@pytest.mark.parametrize(
    ("text", "more", "says"),
    [
        ("a" * 4097, {}, "too long"),
        ("😀" * 2049, {}, "too long"),
        ("<b>" + "a" * 4097 + "</b>", {"parse_mode": "HTML"}, "too long"),
        ("   ", {}, "non-empty"),
        ("a<br>b", {"parse_mode": "HTML"}, "can't parse entities"),
        ("1 < 2", {"parse_mode": "HTML"}, "can't parse entities"),
        ("<b>a</i>", {"parse_mode": "HTML"}, "can't parse entities"),
        (
            "a",
            {"reply_markup": InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data="đ" * 33)]])},
            "button_data_invalid",
        ),
        ("a", {"reply_markup": InlineKeyboardMarkup([[InlineKeyboardButton("a")]])}, "unallowed"),
        ("a", {"reply_to_message_id": 999}, "replied not found"),
    ],
)
def test_telegram_refuses_what_the_real_one_refuses(text: str, more: dict[str, Any], says: str) -> None:
    fake = FakeTelegram()
    fake.text(CHAT, "chào")

    async def talk(bot: Bot) -> None:
        with pytest.raises(BadRequest) as refused:
            await bot.send_message(CHAT, text, **more)
        assert says in str(refused.value).lower()

    with_telegram(fake, talk)
    assert fake.answers(CHAT) == []


def test_telegram_takes_4096_units_after_entities() -> None:
    fake = FakeTelegram()
    fake.text(CHAT, "chào")

    async def talk(bot: Bot) -> None:
        await bot.send_message(CHAT, "<b>" + "&lt;" * 4096 + "</b>", parse_mode="HTML")

    with_telegram(fake, talk)
    assert fake.answers(CHAT) == ["<" * 4096]


def test_telegram_knows_no_strangers_and_keeps_who_blocked_the_bot_in_peace() -> None:
    fake = FakeTelegram()
    fake.text(CHAT, "chào")

    async def talk(bot: Bot) -> None:
        with pytest.raises(BadRequest, match="not found"):
            await bot.send_message(7, "chào")
        sent = await bot.send_message(CHAT, "chào")
        with pytest.raises(BadRequest, match="not modified"):
            await bot.edit_message_text("chào", CHAT, sent.message_id)
        with pytest.raises(BadRequest, match="edit not found"):
            await bot.edit_message_text("chào", CHAT, 999)
        await bot.delete_message(CHAT, sent.message_id)
        with pytest.raises(BadRequest, match="edit not found"):
            await bot.edit_message_text("chào ông", CHAT, sent.message_id)
        with pytest.raises(BadRequest, match="too old"):
            await bot.answer_callback_query("1")
        fake.block(CHAT)
        with pytest.raises(Forbidden):
            await bot.send_message(CHAT, "chào")
        updates = await bot.get_updates(timeout=5)
        assert updates[-1].my_chat_member.new_chat_member.status == "kicked"

    with_telegram(fake, talk)


def test_telegram_refuses_another_token_and_an_unknown_method() -> None:
    async def talk(bot: Bot) -> None:
        raise AssertionError("must not start")

    with pytest.raises(InvalidToken):
        with_telegram(FakeTelegram(), talk, token="1:other")
    with posts(FakeTelegram()) as post:
        assert post(f"/bot{telegram.TOKEN}/sendTelepathy").status_code == 404


def test_an_update_comes_again_until_its_offset_is_passed() -> None:
    fake = FakeTelegram()
    ids = [fake.text(CHAT, f"câu {number}") for number in range(3)]

    async def talk(bot: Bot) -> None:
        async def fetch(**how: int) -> list[int]:
            return [update.update_id for update in await bot.get_updates(**how)]

        assert await fetch() == ids
        assert await fetch(limit=2) == ids[:2]
        assert await fetch(offset=ids[1]) == ids[1:]
        assert await fetch() == ids[1:]
        assert await fetch(offset=ids[2] + 1) == []
        fake.duplicate(ids[0])
        assert await fetch(offset=ids[2] + 1) == [ids[0]]
        assert await fetch(offset=ids[2] + 1) == []

    with_telegram(fake, talk)


def test_a_long_poll_waits_for_a_message_and_not_for_its_end() -> None:
    fake = FakeTelegram()

    async def talk(bot: Bot) -> None:
        polling = asyncio.create_task(bot.get_updates(timeout=30))
        await asyncio.to_thread(fake.wait_for, lambda: any(c.method == "getUpdates" for c in fake.calls))
        assert not polling.done()
        fake.text(CHAT, "chào")
        assert len(await polling) == 1

    with_telegram(fake, talk)


def test_a_second_poll_or_a_webhook_ends_the_first_with_a_conflict() -> None:
    fake = FakeTelegram()

    async def polling(bot: Bot, count: int) -> asyncio.Task[Any]:
        task = asyncio.create_task(bot.get_updates(timeout=30))
        await asyncio.to_thread(
            fake.wait_for, lambda: sum(call.method == "getUpdates" for call in fake.calls) == count
        )
        return task

    async def talk(bot: Bot) -> None:
        first = await polling(bot, 1)
        second = await polling(bot, 2)
        with pytest.raises(Conflict, match="other getUpdates"):
            await first
        await bot.set_webhook("http://127.0.0.1:9/hook")
        with pytest.raises(Conflict, match="webhook"):
            await second
        with pytest.raises(Conflict, match="webhook"):
            await bot.get_updates()
        await bot.delete_webhook()
        assert await bot.get_updates() == ()

    with_telegram(fake, talk)


def test_telegram_calls_the_webhook_again_until_it_takes_and_keeps_the_order_of_a_chat() -> None:
    fake, door = FakeTelegram(), Door(500, 503)
    fake.webhook_delays = (0.01,)
    secret = "s3cret_-"

    with running(door) as hook, posts(fake) as post:
        assert (
            post(f"/bot{telegram.TOKEN}/setWebhook", {"url": hook, "secret_token": "có dấu"}).status_code
            == 400
        )
        assert post(f"/bot{telegram.TOKEN}/setWebhook", {"url": "http://10.0.0.1/x"}).status_code == 400
        post(f"/bot{telegram.TOKEN}/setWebhook", {"url": hook, "secret_token": secret})
        ids = [fake.text(CHAT, f"câu {number}") for number in range(3)]
        fake.wait_for(lambda: fake.outstanding() == 0)
        info = post(f"/bot{telegram.TOKEN}/getWebhookInfo").json()["result"]
    assert [body["update_id"] for body in door.bodies()] == [ids[0], ids[0], *ids]
    assert {headers["x-telegram-bot-api-secret-token"] for headers, _ in door.came} == {secret}
    assert (info["pending_update_count"], info["url"]) == (0, hook)


@pytest.mark.parametrize("kind", MALFORMED)
def test_malformed_updates_reach_whoever_polls(kind: str) -> None:
    fake = FakeTelegram()
    fake.malformed(kind)
    with posts(fake) as post:
        assert len(post(f"/bot{telegram.TOKEN}/getUpdates").json()["result"]) == 1


def test_what_was_paused_comes_in_the_order_asked_for() -> None:
    fake = FakeTelegram()
    fake.pause()
    ids = [fake.text(CHAT, f"câu {number}") for number in range(3)]
    with posts(fake) as post:
        assert post(f"/bot{telegram.TOKEN}/getUpdates").json()["result"] == []
        fake.resume("reversed")
        found = post(f"/bot{telegram.TOKEN}/getUpdates").json()["result"]
        left = post(f"/bot{telegram.TOKEN}/getUpdates", {"offset": ids[1]}).json()["result"]
    assert [update["update_id"] for update in found] == ids[::-1]
    assert [update["update_id"] for update in left] == [ids[2], ids[1]]


def test_a_group_tells_the_bot_what_mentions_it_and_what_answers_it() -> None:
    fake = FakeTelegram()
    fake.privacy = True

    async def talk(bot: Bot) -> None:
        assert fake.text(GROUP, "nói riêng", user=5) == 0
        fake.text(GROUP, f"@{fake.username} giúp với", user=5)
        (update,) = await bot.get_updates(timeout=5)
        assert update.message.parse_entities(["mention"]) != {}
        assert update.message.from_user.id == 5
        sent = await bot.send_message(GROUP, "vâng")
        fake.text(GROUP, "cảm ơn", user=5, reply_to=sent.message_id)
        (reply,) = await bot.get_updates(offset=update.update_id + 1, timeout=5)
        assert reply.message.reply_to_message.message_id == sent.message_id

    with_telegram(fake, talk)


def test_an_edited_message_and_a_stale_button_reach_the_bot() -> None:
    fake = FakeTelegram()
    fake.text(CHAT, "chao")

    async def talk(bot: Bot) -> None:
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Có", callback_data="y")]])
        sent = await bot.send_message(CHAT, "Đúng không?", reply_markup=keyboard)
        await bot.edit_message_reply_markup(CHAT, sent.message_id)
        with pytest.raises(LookupError):
            fake.press(CHAT, "y")
        fake.press(CHAT, "y", message_id=sent.message_id, stale=True)
        fake.edit(CHAT, 1, "chào")
        updates = await bot.get_updates(timeout=5)
        assert updates[1].callback_query.data == "y"
        assert updates[2].edited_message.text == "chào"

    with_telegram(fake, talk)


def test_telegram_counts_what_goes_too_fast() -> None:
    clock = Clock()
    fake = FakeTelegram(clock=clock)
    for chat in range(1, 32):
        fake.text(chat, "chào")
    fake.text(GROUP, "chào", user=1)
    with posts(fake) as post:

        def send(chat: int) -> None:
            assert (
                post(f"/bot{telegram.TOKEN}/sendMessage", {"chat_id": chat, "text": "a"}).status_code == 200
            )

        def broken() -> list[str]:
            return [violation.rule for violation in fake.rules.violations]

        send(1)
        clock.now += 1.0
        send(1)
        assert broken() == []
        clock.now += 0.99
        send(1)
        assert broken() == ["private chat"]
        clock.now += 1
        for chat in range(1, 31):
            send(chat)
        assert broken() == ["private chat"]
        send(31)
        assert broken() == ["private chat", "overall"]
        for _ in range(20):
            clock.now += 1
            send(GROUP)
        assert broken() == ["private chat", "overall"]
        send(GROUP)
        assert broken()[2:] == ["group"]
        assert fake.rules.counts["messages"] == 55


def test_a_retry_before_its_time_is_a_violation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # else its own errors warn of their own field
    clock = Clock()
    fake = FakeTelegram(clock=clock)
    fake.text(CHAT, "chào")
    fake.faults.queue("sendMessage", Fault("status", status=429, retry_after=3), times=2)

    async def talk(bot: Bot) -> None:
        with pytest.raises(RetryAfter):
            await bot.send_message(CHAT, "một")
        clock.now += 3
        with pytest.raises(RetryAfter):
            await bot.send_message(CHAT, "một")
        assert fake.rules.violations == []
        clock.now += 2.5
        await bot.send_message(CHAT, "một")

    with_telegram(fake, talk)
    assert [violation.rule for violation in fake.rules.violations] == ["retry_after"]


@pytest.mark.parametrize(
    ("fault", "error", "shown"),
    [
        (Fault("status", status=401), InvalidToken, []),
        (Fault("status", status=403), Forbidden, []),
        (Fault("status", status=409), Conflict, []),
        (Fault("status", status=502), NetworkError, []),
        (Fault("html"), NetworkError, []),
        (Fault("malformed"), TelegramError, []),
        (Fault("malformed", accepted=True), TelegramError, ["chào"]),
        (Fault("drop"), NetworkError, []),
        (Fault("drop", accepted=True), NetworkError, ["chào"]),
    ],
)
def test_faults_are_seen_by_the_sender_and_not_by_the_citizen(
    fault: Fault, error: type[Exception], shown: list[str]
) -> None:
    fake = FakeTelegram()
    fake.text(CHAT, "chào")
    fake.faults.queue("sendMessage", fault)

    async def talk(bot: Bot) -> None:
        with pytest.raises(error):
            await bot.send_message(CHAT, "chào")
        assert fake.answers(CHAT) == shown
        assert fake.calls[-1].outcome == fault.kind

    with_telegram(fake, talk)


def test_slow_is_answered_after_release_and_a_black_hole_never() -> None:
    fake = FakeTelegram(per_chat=9)
    fake.text(CHAT, "chào")

    async def held(bot: Bot, fault: Fault, text: str) -> asyncio.Task[Any]:
        fake.faults.queue("sendMessage", fault)
        before = len(fake.calls)
        task = asyncio.create_task(bot.send_message(CHAT, text))
        await asyncio.to_thread(fake.wait_for, lambda: len(fake.calls) > before)
        return task

    async def talk(bot: Bot) -> None:
        slow = await held(bot, Fault("slow"), "chậm")
        assert (slow.done(), fake.answers(CHAT)) == (False, [])
        fake.release()
        assert (await slow).text == "chậm"
        hole = await held(bot, Fault("black_hole"), "mất")
        fake.release()
        with pytest.raises(NetworkError):
            await hole
        assert fake.answers(CHAT) == ["chậm"]

    with_telegram(fake, talk)


def test_random_faults_are_the_same_for_the_same_seed() -> None:
    def drawn(seed: int) -> list[bool]:
        fake = FakeTelegram()
        fake.faults.randomly("*", Fault("drop"), share=0.5, seed=seed)
        return [fake.faults.take("sendMessage") is not None for _ in range(50)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert 10 < sum(drawn(1)) < 40


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("a &amp; b &lt;c&gt; &#225; &nbsp;", "a & b <c> á &nbsp;", []),
        ("😀<b>đ</b>", "😀đ", [("bold", 2, 1)]),
        ("<a href='https://x.vn/?a=1&amp;b'>x</a>", "x", [("text_link", 0, 1)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("<b></b>", "", []),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
        ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)]),
    ],
)
def test_html_is_read_as_telegram_reads_it(
    html: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    parsed = parse_html(html)
    assert parsed.text == text
    assert [(one["type"], one["offset"], one["length"]) for one in parsed.entities] == entities


@pytest.mark.parametrize(
    "html",
    ["<p>a</p>", "<b>a", "a</b>", "<b>a</i>", "<b", "<span>a</span>", "<b <i>", "<a href=>x</a>", "5 <6"],
)
def test_html_that_telegram_cannot_parse(html: str) -> None:
    with pytest.raises(HtmlError):
        parse_html(html)


def test_a_bare_ampersand_passes_but_is_told() -> None:
    assert parse_html("a & b").careless == ["bare & at 2"]


def test_a_poll_that_was_cut_off_takes_nothing_along() -> None:
    fake = FakeTelegram()
    with running(fake) as address:
        cut_off(fake, f"{address}/bot{telegram.TOKEN}/getUpdates?timeout=30")
        number = fake.text(CHAT, "chào")
        found = httpx.get(f"{address}/bot{telegram.TOKEN}/getUpdates", **UNVERIFIED).json()["result"]
    assert [update["update_id"] for update in found] == [number]
    assert [call.outcome for call in fake.calls] == ["gone", "ok"]


def cut_off(fake: Any, url: str) -> None:
    """Begin a call and hang up; return when the fake has received it."""
    before = len(fake.calls)
    address = httpx.URL(url)
    with socket.create_connection((address.host, address.port)) as sock:
        sock.sendall(f"GET {address.raw_path.decode()} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        fake.wait_for(lambda: len(fake.calls) > before)
    if not getattr(fake, "ghost_poll", False):
        fake.wait_for(lambda: fake.calls[-1].outcome == "gone")


def test_telegram_keeps_a_message_for_a_day() -> None:
    wall = Clock()
    fake = FakeTelegram(wall=wall)
    fake.text(CHAT, "hôm qua")
    wall.now += 24 * 3600 + 1
    fake.text(CHAT, "hôm nay")
    with posts(fake) as post:
        found = post(f"/bot{telegram.TOKEN}/getUpdates").json()["result"]
    assert [update["message"]["text"] for update in found] == ["hôm nay"]


def test_what_a_webhook_never_took_waits_for_a_poll() -> None:
    fake, door = FakeTelegram(), Door(*[500] * 99)
    fake.webhook_delays = (30,)
    with running(door) as hook, posts(fake) as post:
        post(f"/bot{telegram.TOKEN}/setWebhook", {"url": hook})
        numbers = [fake.text(CHAT, "một"), fake.text(CHAT, "hai")]
        door.wait_for(1)
        post(f"/bot{telegram.TOKEN}/deleteWebhook")
        found = post(f"/bot{telegram.TOKEN}/getUpdates", {"timeout": 5, "offset": numbers[0]})
    assert [update["update_id"] for update in found.json()["result"]] == numbers


def test_telegram_reads_json_form_and_multipart() -> None:
    fake = FakeTelegram(per_chat=9)
    fake.text(CHAT, "chào")
    keyboard = json.dumps({"inline_keyboard": [[{"text": "Có", "callback_data": "y"}]]})
    body = {"chat_id": str(CHAT), "text": "đáp", "reply_markup": keyboard}
    parts: Any = {name: (None, value) for name, value in body.items()}
    with running(fake) as address:
        url = f"{address}/bot{telegram.TOKEN}/sendMessage"
        for how in ({"json": body}, {"data": body}, {"files": parts}, {"params": body}):
            assert httpx.post(url, **UNVERIFIED, **how).status_code == 200  # type: ignore[arg-type]
        assert httpx.post(url, content=b"{", headers={"content-type": "application/json"}).status_code == 400
    assert [(shown["text"], shown["buttons"][0][0]["text"]) for shown in fake.screen(CHAT)[1:]] == [
        ("đáp", "Có")
    ] * 4


# Zalo Bot, with the real python-zalo-bot.


def with_zalo(fake: FakeZaloBot, do: Callable[[Any], Awaitable[None]]) -> None:
    async def talk(address: str) -> None:
        async with zalo_bot.Bot(zalo.TOKEN, base_url=address) as bot:
            await do(bot)

    with running(fake) as address:
        asyncio.run(talk(address))


def test_zalo_takes_a_talk_of_the_real_sdk() -> None:
    fake = FakeZaloBot()

    async def talk(bot: Any) -> None:
        assert (await bot.get_me()).id
        fake.text("c1", "chào")
        update = await bot.get_update(timeout=5)
        assert (update.message.text, update.message.chat.id) == ("chào", "c1")
        assert (await bot.send_message("c1", "kính chào")).message_id
        await bot.send_chat_action("c1", "typing")

    with_zalo(fake, talk)
    assert fake.answers("c1") == ["kính chào"]


def zalo_call(post: Any, method: str, **body: Any) -> Any:
    return post(f"/bot{zalo.TOKEN}/{method}", body).json()


def test_zalo_gives_one_message_once_and_408_for_nothing() -> None:
    fake = FakeZaloBot()
    fake.text("c1", "một")
    fake.text("c1", "hai")
    with posts(fake) as post:
        found = [zalo_call(post, "getUpdates", timeout=0) for _ in range(3)]
    assert [one["result"]["message"]["text"] for one in found[:2]] == ["một", "hai"]
    assert (found[2]["ok"], found[2]["error_code"]) == (False, 408)


@pytest.mark.parametrize("text", ["", "  ", "a" * 2001])
def test_zalo_refuses_a_text_in_http_200_or_as_it_is_set(text: str) -> None:
    fake = FakeZaloBot()
    fake.text("c1", "chào")
    with posts(fake) as post:
        for status in (200, 400):
            answer = post(f"/bot{zalo.TOKEN}/sendMessage", {"chat_id": "c1", "text": text})
            assert (answer.status_code, answer.json()["error_code"]) == (status, 400)
            fake.http_codes = True


def test_zalo_refuses_strangers_other_tokens_and_odd_webhooks() -> None:
    fake = FakeZaloBot()
    with posts(fake) as post:
        assert zalo_call(post, "sendMessage", chat_id="x", text="a")["error_code"] == 400
        assert post("/bot1:other/getMe").json()["error_code"] == 401
        assert zalo_call(post, "editMessageText")["error_code"] == 404
        assert zalo_call(post, "deleteWebhook")["error_code"] == 400
        assert zalo_call(post, "setWebhook", url="https://x.vn", secret_token="short")["error_code"] == 400
        assert zalo_call(post, "setWebhook", url="http://x.vn", secret_token="8-letters")["error_code"] == 400
        assert zalo_call(post, "setWebhook", url="https://x.vn", secret_token="long-enough")["ok"]
        assert zalo_call(post, "getUpdates", timeout=0)["error_code"] == 400


def test_zalo_ends_at_its_quota_until_the_next_month() -> None:
    wall = Clock()
    fake = FakeZaloBot(quota=2, wall=wall)
    fake.text("c1", "chào")
    with posts(fake) as post:
        answers = [zalo_call(post, "sendMessage", chat_id="c1", text="a") for _ in range(3)]
        assert [one["ok"] for one in answers] == [True, True, False]
        assert answers[2] == {"ok": False, "error_code": 429, "description": "Quota exceeded"}
        wall.now += 31 * 86400
        assert zalo_call(post, "sendMessage", chat_id="c1", text="a")["ok"]
    assert fake.rules.violations == []


def test_zalo_counts_more_than_five_a_second() -> None:
    fake = FakeZaloBot(clock=Clock())
    fake.text("c1", "chào")
    with posts(fake) as post:
        for _ in range(6):
            zalo_call(post, "sendMessage", chat_id="c1", text="a")
    assert [violation.rule for violation in fake.rules.violations] == ["overall"]


@pytest.mark.parametrize("flat", [False, True])
def test_zalo_calls_the_webhook_in_both_shapes(flat: bool) -> None:
    fake, door = FakeZaloBot(), Door()
    fake.flat = flat
    with running(door) as hook, posts(fake) as post:
        zalo_call(post, "setWebhook", url=hook, secret_token="long-enough")
        sent = [fake.text("c1", "chào"), fake.image("c1", "giấy"), fake.unsupported("c1")]
        fake.text("g1", "nói riêng", user="c1", mention=False)
        sent.append(fake.text("g1", "hỏi", user="c1"))
        fake.duplicate(sent[0])
        door.wait_for(5)
    events = [body if flat else body["result"] for body in door.bodies()]
    assert sorted(event["message"]["message_id"] for event in events) == sorted([*sent, sent[0]])
    assert {event["event_name"] for event in events} == {
        "message.text.received",
        "message.image.received",
        "message.unsupported.received",
    }
    assert door.came[0][0]["x-bot-api-secret-token"] == "long-enough"


def test_zalo_loses_what_nobody_polls_for_if_it_is_set_so() -> None:
    fake = FakeZaloBot()
    fake.keep_offline = False
    fake.text("c1", "chào")
    with posts(fake) as post:
        assert zalo_call(post, "getUpdates", timeout=0)["error_code"] == 408
    assert len(fake.lost) == 1


@pytest.mark.parametrize(("ghost", "lost"), [(False, 0), (True, 1)])
def test_a_dead_poll_of_zalo_swallows_a_message_only_as_a_ghost(ghost: bool, lost: int) -> None:
    fake = FakeZaloBot()
    fake.ghost_poll = ghost
    with running(fake) as address:
        cut_off(fake, f"{address}/bot{zalo.TOKEN}/getUpdates?timeout=30")
        if ghost:
            fake.wait_for(lambda: fake.hang_ups)
        fake.text("c1", "chào")
        if ghost:
            fake.wait_for(lambda: fake.lost)
        found = httpx.get(f"{address}/bot{zalo.TOKEN}/getUpdates?timeout=0", **UNVERIFIED).json()
    assert (len(fake.lost), found["ok"]) == (lost, not ghost)


# Zalo Official Account.


def oa_send(post: Any, fake: FakeZaloOA, user: str, text: str = "a", **more: Any) -> Any:
    body = {"recipient": {"user_id": user}, "message": {"text": text, **more}}
    return post("/v3.0/oa/message/cs", body, headers={"access_token": fake.access_token}).json()


def test_the_account_answers_eight_times_in_48_hours() -> None:
    wall, clock = Clock(), Clock()
    fake = FakeZaloOA(wall=wall, clock=clock)
    fake.text("u1", "chào")
    with posts(fake) as post:
        assert oa_send(post, fake, "u2")["error"] == -201
        assert [oa_send(post, fake, "u1")["error"] for _ in range(9)] == [0] * 8 + [-311]
        fake.text("u1", "còn nữa")
        wall.now += 48 * 3600
        fake.expire_access_token()
        assert oa_send(post, fake, "u1")["error"] == -216
        fake.new_refresh_token()
        refresh(post, fake, fake.refresh_token)
        assert oa_send(post, fake, "u1")["error"] == 0
        wall.now += 1
        assert oa_send(post, fake, "u1")["error"] == -305
        fake.paid_quota = 1
        assert oa_send(post, fake, "u1")["error"] == 0
        wall.now += 5 * 86400
        refresh(post, fake, fake.refresh_token)
        assert oa_send(post, fake, "u1")["error"] == -230
    assert [violation.rule for violation in fake.rules.violations] == ["8 replies", "48 hours"]


def refresh(post: Any, fake: FakeZaloOA, token: str) -> Any:
    form = {"app_id": fake.app_id, "grant_type": "refresh_token", "refresh_token": token}
    return post("/v4/oa/access_token", None, headers={"secret_key": fake.app_secret}, params=form).json()


def test_a_refresh_token_serves_once_and_an_access_token_25_hours() -> None:
    wall = Clock()
    fake = FakeZaloOA(wall=wall)
    first = fake.refresh_token
    with posts(fake) as post:
        given = refresh(post, fake, first)
        assert given["expires_in"] == "90000"
        assert refresh(post, fake, first)["error"] == -14014
        assert refresh(post, fake, given["refresh_token"])["access_token"]
        fake.text("u1", "chào")
        wall.now += 25 * 3600
        assert oa_send(post, fake, "u1")["error"] == -216


BUTTON = {"title": "Thủ tục", "type": "oa.query.show", "payload": "#tt 1"}


@pytest.mark.parametrize(
    ("text", "buttons", "error"),
    [
        ("a" * 2000, None, 0),
        ("a" * 2001, None, -210),
        ("", None, -201),
        ("a", [BUTTON] * 5, 0),
        ("a", [BUTTON] * 6, -210),
        ("a", [{**BUTTON, "title": "a" * 101}], -210),
        ("a", [{**BUTTON, "payload": "a" * 1001}], -210),
        ("a", [{**BUTTON, "type": "oa.telepathy"}], -201),
    ],
)
def test_the_account_refuses_what_is_too_long(text: str, buttons: Any, error: int) -> None:
    fake = FakeZaloOA()
    fake.text("u1", "chào")
    more = {} if buttons is None else {"attachment": {"type": "template", "payload": {"buttons": buttons}}}
    with posts(fake) as post:
        assert oa_send(post, fake, "u1", text, **more)["error"] == error
    if buttons and not error:
        fake.press("u1", "Thủ tục")
        assert fake.screen("u1")[-1]["text"] == "#tt 1"


def test_the_account_signs_what_it_brings_and_gives_up_in_the_end() -> None:
    fake, door = FakeZaloOA(webhook_delays=(0.01,)), Door(500, 200, 200, 200, 500, 500)
    with running(door) as hook, running(fake):
        fake.set_webhook(hook)
        fake.text("u1", "chào")
        fake.follow("u1")
        door.wait_for(3)
        fake.withdraw("u1")
        door.wait_for(4)
        fake.anonymous_text("a1", "hỏi")
        fake.wait_for(lambda: fake.hook is None)
    for headers, raw in door.came:
        stamp = json.loads(raw)["timestamp"]
        signed = zalo_oa.APP_ID.encode() + raw + stamp.encode() + zalo_oa.OA_SECRET.encode()
        assert headers["x-zevent-signature"] == f"mac={hashlib.sha256(signed).hexdigest()}"
    names = [body["event_name"] for body in door.bodies()]
    assert names == [
        "user_send_text",
        "user_send_text",
        "follow",
        "user_withdraw",
        *["anonymous_send_text"] * 2,
    ]
    assert len(fake.given_up) == 1


# From another process.


def test_a_fake_in_another_process_is_driven_over_http(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.fake_messengers.serve", "--telegram", "0", "--zalo-oa", "0"]
    command += ["--state", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        ports = json.loads(process.stdout.readline())
        with httpx.Client(base_url=f"http://127.0.0.1:{ports['telegram']}", **UNVERIFIED) as client:

            def control(name: str, body: Any) -> Any:
                return client.post(f"/__control/{name}", json=body).raise_for_status().json()["result"]

            control(
                "batch",
                [{"do": "text", "chat": CHAT, "text": "chào"}, {"do": "text", "chat": 43, "text": "a"}],
            )
            control(
                "fault", {"method": "sendMessage", "fault": {"kind": "status", "status": 500}, "times": 1}
            )
            body = {"chat_id": CHAT, "text": "kính chào"}
            statuses = [
                client.post(f"/bot{telegram.TOKEN}/sendMessage", json=body).status_code for _ in range(2)
            ]
            assert statuses == [500, 200]
            assert control("answers", {"chat": CHAT}) == ["kính chào"]
            assert control("state", {})["counts"] == {"messages": 1}
            assert [call["outcome"] for call in control("calls", {})] == ["status", "ok"]
            assert client.post("/__control/telepathy", json={}).status_code == 400
        process.terminate()
        assert process.wait(20) == 0
    assert len((tmp_path / "telegram.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    assert set(ports) == {"telegram", "zalo_oa"}
