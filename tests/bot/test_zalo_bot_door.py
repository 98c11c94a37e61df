"""The Zalo Bot door: the real SDK, with our transport, against a strict server on loopback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.doors.door import (
    DoorRefused,
    MaybeDelivered,
    MessageRefused,
    NotDelivered,
    Sending,
    SendingError,
    SlowDown,
    UnreadableUpdate,
)
from bot.doors.zalo_bot_updates import read, update_of
from bot.messaging.model import Button, Event, Incoming, Media, Outgoing, Reply
from bot.messaging.splitting import utf16_length
from handlers.messages_doors import RATE_BY_TYPING, SENT_AGAIN
from tests.door_helpers import (
    NETWORK_FAULTS,
    NOON,
    SECRET,
    UNUSED,
    Kept,
    Sleeper,
    Sleepless,
    app_of,
    forget,
    free_port,
    kept_open,
    patience,
    posted,
    refusal,
    sent,
    told,
    until,
)
from tests.fake_messengers.faults import Fault
from tests.fake_messengers.server import running
from tests.fake_messengers.wire import Params
from tests.fake_messengers.zalo_bot import TOKEN, FakeZaloBot
from tests.zalo_bot_place import HERE, LAN, QUOTA, SHOWN, door_at, event

NAMES = ("Bot Dân hỏi", "bot.danhoi")


@pytest.fixture
def zalo() -> FakeZaloBot:
    return FakeZaloBot()


@pytest.fixture
def url(zalo: FakeZaloBot) -> Iterator[str]:
    with running(zalo) as address:
        yield address


# --- opening -------------------------------------------------------------------------------------


@pytest.mark.parametrize("http_codes", [False, True])
def test_a_refused_token_is_noticed_in_both_ways_to_say_so(
    zalo: FakeZaloBot, url: str, http_codes: bool
) -> None:
    zalo.http_codes = http_codes
    door = door_at(url, token="123:wrong-token")

    error = asyncio.run(refusal(door))

    assert isinstance(error, DoorRefused)
    assert "DANHOI_ZALO_BOT_TOKEN" in door.health.trouble
    assert "wrong-token" not in told(error) + door.health.trouble


def test_an_address_that_zalo_could_not_call_is_told_to_staff_and_registered_again(
    zalo: FakeZaloBot, url: str
) -> None:
    register = zalo.methods["setWebhook"]

    def unverified(params: Params) -> Params:
        return {**register(params), "verification": {"ok": False, "outcome": "TIMEOUT"}}

    zalo.methods["setWebhook"] = unverified

    async def scenario() -> None:
        sleep = Sleeper()
        door = door_at(url, mode="webhook", sleep=sleep)
        async with kept_open(door):
            assert HERE in door.health.trouble
            zalo.methods["setWebhook"] = register
            await until(lambda: sleep.slept)
            sleep.wakes.set()
            await until(lambda: not door.health.trouble)

    asyncio.run(scenario())


def test_an_address_that_zalo_refuses_is_tried_again_later(zalo: FakeZaloBot, url: str) -> None:
    door = door_at(url, mode="webhook", public_url="http://not-https.example.vn")

    assert isinstance(asyncio.run(refusal(door)), MessageRefused)
    assert door.health.trouble


def test_polling_removes_a_webhook_and_says_that_it_is_for_trials(zalo: FakeZaloBot, url: str) -> None:
    async def scenario() -> None:
        async with httpx.AsyncClient() as client:
            parameters = {"url": HERE, "secret_token": SECRET}
            await client.post(f"{url}/bot{TOKEN}/setWebhook", json=parameters)
        intake = Kept()
        door = door_at(url, intake)
        async with kept_open(door):
            zalo.text(LAN, "khai sinh")
            await until(lambda: intake.updates)
            assert door.read(intake.updates[0].raw) == Incoming(LAN, text="khai sinh")
        assert "chạy thử" in door.health.notes["mode"]

    asyncio.run(scenario())
    assert zalo.hook is None


# --- polling ---------------------------------------------------------------------------------------


def test_an_update_that_zalo_has_forgotten_is_kept_until_the_store_takes_it(
    zalo: FakeZaloBot, url: str
) -> None:
    zalo.text(LAN, "khai sinh")

    async def scenario() -> None:
        intake, sleep = Kept(), Sleeper()
        intake.refuses = True
        door = door_at(url, intake, sleep=sleep)
        async with kept_open(door):
            await until(lambda: sleep.slept)
            assert zalo.outstanding() == 0
            assert "cơ sở dữ liệu" in door.health.trouble
            intake.refuses = False
            sleep.wakes.set()
            await until(lambda: intake.updates)

    asyncio.run(scenario())


def test_a_poll_that_brings_nothing_is_no_trouble(zalo: FakeZaloBot, url: str) -> None:
    zalo.faults.queue("getUpdates", Fault("status", 408))

    async def scenario() -> None:
        intake, sleep = Kept(), Sleeper()
        door = door_at(url, intake, sleep=sleep)
        async with kept_open(door) as task:
            await until(lambda: sleep.slept)
            assert not task.done()
            assert door.health.trouble == ""
            zalo.text(LAN, "khai sinh")
            sleep.wakes.set()
            await until(lambda: intake.updates)

    asyncio.run(scenario())


POLLING_FAULTS: dict[str, tuple[Fault, type[SendingError]]] = {
    "401": (Fault("status", 401), DoorRefused),
    "429": (Fault("status", 429, description="Quota exceeded"), SlowDown),
    "500": (Fault("status", 500), NotDelivered),
    "502": (Fault("status", 502, real_status=True), NotDelivered),
    "a proxy's page": (Fault("html", 502), NotDelivered),
    "a page that says 200": (Fault("html", 200), NotDelivered),
    "cut JSON": (Fault("malformed"), NotDelivered),
    "dropped": (Fault("drop"), NotDelivered),
    "never answered": (Fault("black_hole"), NotDelivered),
}


@pytest.mark.parametrize("name", POLLING_FAULTS)
def test_polling_is_opened_again_after_every_fault(
    zalo: FakeZaloBot, url: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    fault, kind = POLLING_FAULTS[name]
    zalo.text(LAN, "tên tôi là Lan")
    zalo.faults.queue("getUpdates", fault)
    intake = Kept()
    sleep = Sleepless()
    door = door_at(url, intake, sleep=sleep, answer_seconds=patience(fault))
    error = asyncio.run(refusal(door))

    assert type(error) is kind
    assert door.health.trouble
    assert sleep.slept == ([error.seconds] if isinstance(error, SlowDown) else [])
    for secret in (TOKEN, "tên tôi là Lan"):
        assert secret not in told(error) + door.health.trouble + caplog.text

    async def again() -> None:
        async with kept_open(door_at(url, intake)):
            await until(lambda: intake.updates)

    asyncio.run(again())


# --- the webhook -----------------------------------------------------------------------------------


@pytest.mark.parametrize("envelope", [lambda inner: inner, lambda inner: {"ok": True, "result": inner}])
def test_both_shapes_of_an_event_are_stored_under_the_message(envelope: Any) -> None:
    intake = Kept()
    door = door_at(UNUSED, intake, mode="webhook")
    body = json.dumps(envelope(event(text="khai sinh"))).encode()

    assert posted(door, (body, SHOWN)) == [200]
    assert [(update.key, update.lane) for update in intake.updates] == [("m1", LAN)]
    assert door.read(intake.updates[0].raw) == Incoming(LAN, text="khai sinh")


def test_without_a_message_id_the_same_body_has_the_same_key() -> None:
    first, again, other = (
        update_of({"event_name": "message.text.received", "message": {"text": text}})
        for text in ("a", "a", "b")
    )

    assert len(first.key) == 64
    assert first == again
    assert first.key != other.key


@pytest.mark.parametrize("flat", [False, True])
def test_zalo_brings_events_to_the_webhook(zalo: FakeZaloBot, url: str, flat: bool) -> None:
    zalo.flat = flat
    intake = Kept()
    port = free_port()
    door = door_at(url, intake, mode="webhook", public_url=f"http://127.0.0.1:{port}")
    with running(app_of(door), port):
        zalo.wait_for(lambda: zalo.hook)
        message_id = zalo.text(LAN, "khai sinh")
        zalo.duplicate(message_id)
        zalo.wait_for(lambda: len(zalo.attempts) == 2)

    assert [update.key for update in intake.updates] == [message_id, message_id]
    assert not zalo.given_up


# --- reading ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("update", "incoming"),
    [
        (event(text=" khai sinh "), Incoming(LAN, text="khai sinh")),
        (event(text=""), Incoming(LAN, text="")),
        (
            event("message.image.received", photo="https://p", caption="nộp ở đâu"),
            Incoming(LAN, text="nộp ở đâu"),
        ),
        (event("message.image.received", photo="https://p"), Incoming(LAN, Event.MEDIA, media=Media.PHOTO)),
        (event("message.sticker.received", sticker="b"), Incoming(LAN, Event.MEDIA, media=Media.STICKER)),
        (event("message.voice.received", voice_url="u"), Incoming(LAN, Event.MEDIA, media=Media.VOICE)),
        (event("message.unsupported.received"), Incoming(LAN, Event.MEDIA, media=Media.OTHER)),
        (event("message.link.received", url="https://x"), Incoming(LAN, Event.MEDIA, media=Media.OTHER)),
        (event("message.telepathy.received"), Incoming(LAN, Event.MEDIA, media=Media.OTHER)),
        (event("user.seen"), None),
        (event(text="chào", **{"from": {"id": "b", "is_bot": True}}), None),
        ({"ok": True}, None),
    ],
)
def test_events_are_read_as_what_they_are(update: Params, incoming: Incoming | None) -> None:
    assert read(json.dumps(update), NAMES) == incoming


def in_group(**content: Any) -> Params:
    name = "message.image.received" if "photo" in content else "message.text.received"
    return event(name, chat={"id": "g1", "chat_type": "GROUP"}, **content)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"text": "@Bot Dân hỏi khai sinh cần gì"}, "khai sinh cần gì"),
        ({"text": "khai sinh cần gì @bot dân hỏi"}, "khai sinh cần gì"),
        ({"text": "@Bot Dân hỏi"}, ""),
        ({"caption": "@Bot Dân hỏi nộp ở đâu", "photo": "https://p"}, "nộp ở đâu"),
        ({"text": "thế phí?", "reply_to_message": {}}, "thế phí?"),
    ],
)
def test_in_a_group_a_mention_and_a_reply_are_answered_to_whoever_spoke(content: Params, text: str) -> None:
    assert read(json.dumps(in_group(**content)), NAMES) == Incoming("g1", text=text, person=LAN)


@pytest.mark.parametrize("content", [{"text": "chào cả nhà"}, {"photo": "https://p"}])
def test_in_a_group_what_others_say_to_each_other_is_none_of_ours(content: Params) -> None:
    assert read(json.dumps(in_group(**content)), NAMES) is None


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "[]",
        json.dumps(event(text=7)),
        json.dumps(event(text="bí mật của Lan", chat=None)),
        json.dumps({"event_name": "message.text.received"}),
        json.dumps({"event_name": ["bí mật của Lan"]}),
    ],
)
def test_an_event_that_is_not_as_documented_is_unreadable_and_told_without_its_words(raw: str) -> None:
    with pytest.raises(UnreadableUpdate) as caught:
        read(raw, NAMES)

    assert "Lan" not in str(caught.value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from("ok result event_name message chat from id chat_type text".split()),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_comes_has_a_key_and_a_lane_and_is_read_or_refused(raw: object) -> None:
    update = update_of(raw)
    assert update.key
    try:
        incoming = read(update.raw, NAMES)
    except UnreadableUpdate:
        return
    assert incoming is None or incoming.address == update.lane


# --- what is shown ---------------------------------------------------------------------------------


def test_greeting_and_answer_share_a_message_and_rating_is_one_line() -> None:
    reply = Reply(
        sections=("Cơ quan trả lời – Kết hôn", "1. Một\n2. Hai"),
        notice="Kính chào ông/bà!",
        choices=(Button("1. Một", "c:1:4"),),
        rating=(Button("👍", "r:4:0"),),
    )

    assert door_at(UNUSED).render(reply) == (
        Outgoing("Kính chào ông/bà!\n\nCơ quan trả lời – Kết hôn\n\n1. Một\n2. Hai\n\n" + RATE_BY_TYPING),
    )


def test_every_part_fits_even_when_it_has_to_be_sent_again() -> None:
    parts = door_at(UNUSED).render(Reply(("Một câu khá dài. " * 500,)))

    assert len(parts) > 3
    assert all(utf16_length(f"{SENT_AGAIN} {part.text}") <= 2000 for part in parts)


# --- sending ---------------------------------------------------------------------------------------

ANSWER = Outgoing("Cơ quan trả lời – Kết hôn\nPhí 5.000 đồng")


def test_an_answer_is_sent_once_and_counted(zalo: FakeZaloBot, url: str) -> None:
    zalo.text(LAN, "kết hôn")

    door = door_at(url, count=lambda: 812)

    assert sent(door, Sending(LAN, ANSWER))
    assert zalo.answers(LAN) == [ANSWER.text]
    assert door.health.notes["quota"] == "812/3000"
    assert door.health.trouble == ""
    assert door.health.last_contact == NOON


def test_an_answer_that_may_come_twice_says_so(zalo: FakeZaloBot, url: str) -> None:
    zalo.text(LAN, "kết hôn")

    sent(door_at(url), Sending(LAN, ANSWER, again=True))

    assert zalo.answers(LAN) == [f"{SENT_AGAIN} {ANSWER.text}"]


def test_at_four_fifths_of_the_months_messages_staff_are_warned(zalo: FakeZaloBot, url: str) -> None:
    zalo.text(LAN, "kết hôn")

    door = door_at(url, count=lambda: 2400)
    sent(door, Sending(LAN, ANSWER))

    assert "2400/3000" in door.health.trouble


# Each is told in HTTP 200, and by the HTTP status.
REFUSALS: dict[str, tuple[int, type[SendingError]]] = {
    "wrong call": (400, MessageRefused),
    "token": (401, DoorRefused),
    "an error of its server": (403, NotDelivered),
    "not found": (404, MessageRefused),
    "its own timeout": (408, MaybeDelivered),
    "too much": (429, SlowDown),
    "internal error": (500, NotDelivered),
    "bad gateway": (502, NotDelivered),
}


@pytest.mark.parametrize("real_status", [False, True])
@pytest.mark.parametrize("name", REFUSALS)
def test_every_refusal_is_told_for_what_it_is(
    zalo: FakeZaloBot, url: str, name: str, real_status: bool
) -> None:
    code, kind = REFUSALS[name]
    zalo.text(LAN, "kết hôn")
    words = f"refused for {TOKEN} and {LAN}"
    zalo.faults.queue("sendMessage", Fault("status", code, description=words, real_status=real_status))

    with pytest.raises(SendingError) as caught:
        sent(door_at(url), Sending(LAN, ANSWER))

    assert type(caught.value) is kind
    assert TOKEN not in told(caught.value)
    assert LAN not in told(caught.value)
    assert zalo.answers(LAN) == []


@pytest.mark.parametrize("name", NETWORK_FAULTS)
def test_every_fault_of_the_network_is_told_for_what_it_is(
    zalo: FakeZaloBot, url: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    fault, kind = NETWORK_FAULTS[name]
    zalo.text(LAN, "kết hôn")
    zalo.faults.queue("sendMessage", fault)

    with pytest.raises(SendingError) as caught:
        sent(door_at(url, answer_seconds=patience(fault)), Sending(LAN, ANSWER))

    assert type(caught.value) is kind
    for secret in (TOKEN, LAN, "5.000", "Kết hôn"):
        assert secret not in told(caught.value) + caplog.text


def test_when_the_months_messages_are_used_up_the_door_is_shut(zalo: FakeZaloBot, url: str) -> None:
    zalo.quota = 0
    zalo.text(LAN, "kết hôn")

    async def scenario() -> str:
        door = door_at(url, count=lambda: QUOTA)
        with pytest.raises(DoorRefused):
            await door.send(Sending(LAN, ANSWER), forget)
        await door.close()
        return door.health.trouble

    trouble = asyncio.run(scenario())
    assert "gửi hết 3000 tin" in trouble
    assert "DANHOI_ZALO_BOT_MONTHLY_QUOTA" in trouble


def test_why_answers_wait_is_told_until_one_goes_however_many_updates_come(
    zalo: FakeZaloBot, url: str
) -> None:
    zalo.faults.queue("sendMessage", Fault("status", 429))

    async def scenario() -> None:
        intake = Kept()
        door = door_at(url, intake)
        async with kept_open(door):
            with pytest.raises(SlowDown):
                await door.send(Sending(LAN, ANSWER), forget)
            zalo.text(LAN, "kết hôn")
            await until(lambda: intake.updates)
            assert "vượt hạn mức" in door.health.trouble
            await door.send(Sending(LAN, ANSWER), forget)
            assert door.health.trouble == ""

    asyncio.run(scenario())


def test_many_answers_at_once_share_the_connections(zalo: FakeZaloBot, url: str) -> None:
    zalo.text(LAN, "kết hôn")

    async def scenario() -> None:
        door = door_at(url)
        await asyncio.gather(*(door.send(Sending(LAN, ANSWER), forget) for _ in range(120)))
        await door.close()

    asyncio.run(scenario())
    assert len(zalo.answers(LAN)) == 120


def test_nothing_is_printed(zalo: FakeZaloBot, url: str, capfd: pytest.CaptureFixture[str]) -> None:
    """The SDK's objects print chats where they are compared."""

    async def scenario() -> None:
        intake = Kept()
        door = door_at(url, intake)
        async with kept_open(door):
            zalo.text(LAN, "kết hôn")
            await until(lambda: intake.updates)
            door.read(intake.updates[0].raw)
            await door.send(Sending(LAN, ANSWER), forget)

    asyncio.run(scenario())
    assert capfd.readouterr() == ("", "")
