"""The Zalo Official Account door against a strict server on loopback: what is sent and what is read."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.doors.door import (
    ChatClosed,
    DoorRefused,
    MaybeDelivered,
    MessageRefused,
    NotDelivered,
    Sending,
    SendingError,
    SlowDown,
    UnreadableUpdate,
)
from bot.doors.zalo_oa_api import OaRefused
from bot.doors.zalo_oa_form import MOST_MESSAGES, REST_AT_SOURCE, render
from bot.doors.zalo_oa_updates import read, update_of
from bot.messaging.model import Button, Event, Incoming, Media, Outgoing, Reply
from bot.messaging.presses import pressed, rating_buttons, staff_button
from bot.messaging.splitting import utf16_length
from bot.messaging.tables import open_tables
from handlers.messages_doors import RATE_BY_TYPING, REASONS, SENT_AGAIN
from tests.door_helpers import NETWORK_FAULTS, forget, free_port, patience, sent, told, until
from tests.fake_messengers.faults import Fault
from tests.fake_messengers.server import running
from tests.fake_messengers.wire import Params, Request
from tests.fake_messengers.wire import Reply as HttpReply
from tests.fake_messengers.zalo_oa import FakeZaloOA
from tests.killed_server import TradesApp
from tests.serving import serving, settings_for
from tests.zalo_oa_place import (
    ANSWER,
    HOUR,
    LAN,
    Clock,
    Counted,
    Place,
    calls,
    door_at,
    event,
    happened,
    opened,
    secrets_of,
)

# --- sending -----------------------------------------------------------------------------------------


def test_an_answer_is_sent_once_and_named(place: Place) -> None:
    zalo, _, _, clock = place
    door = door_at(place)

    message_id = sent(door, Sending(LAN, ANSWER))

    assert message_id == zalo.screen(LAN)[-1]["message_id"]
    assert zalo.answers(LAN) == [ANSWER.text]
    assert door.health.last_contact == clock()
    assert door.health.trouble == ""


def test_an_answer_that_may_come_twice_says_so(place: Place) -> None:
    sent(door_at(place), Sending(LAN, ANSWER, again=True))

    assert place[0].answers(LAN) == [f"{SENT_AGAIN} {ANSWER.text}"]


# By Zalo's code, in HTTP 200, or by the HTTP status where it is positive.
REFUSALS: dict[int, type[SendingError]] = {
    -32: SlowDown,
    429: SlowDown,
    -213: ChatClosed,
    -230: ChatClosed,
    -305: ChatClosed,
    -311: ChatClosed,
    -211: OaRefused,
    -218: OaRefused,
    -224: OaRefused,
    -320: OaRefused,
    -321: OaRefused,
    -201: MessageRefused,
    -210: MessageRefused,
    400: MessageRefused,
    404: MessageRefused,
    500: NotDelivered,
    502: NotDelivered,
    503: NotDelivered,
}


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_is_told_for_what_it_is(place: Place, code: int) -> None:
    zalo = place[0]
    door = door_at(place)
    words = f"refused for {LAN} with access-1"
    zalo.faults.queue("message", Fault("status", code, description=words))

    with pytest.raises(SendingError) as caught:
        sent(door, Sending(LAN, ANSWER))

    assert type(caught.value) is REFUSALS[code]
    # Nobody else looks whether Zalo can be reached: an account without messages makes no call for a day.
    assert bool(door.health.trouble) == isinstance(caught.value, DoorRefused | NotDelivered)
    assert zalo.answers(LAN) == []
    for secret in (*secrets_of(zalo), "access-1"):
        assert secret not in told(caught.value) + door.health.trouble


def test_trouble_with_the_package_ends_with_the_next_message_that_goes(place: Place) -> None:
    zalo = place[0]
    zalo.faults.queue("message", Fault("status", -224))

    async def scenario() -> None:
        door = door_at(place)
        with pytest.raises(DoorRefused):
            await door.send(Sending(LAN, ANSWER), forget)
        assert "gói dịch vụ" in door.health.trouble
        await door.send(Sending(LAN, ANSWER), forget)
        assert door.health.trouble == ""
        await door.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("name", NETWORK_FAULTS)
def test_every_fault_of_the_network_is_told_for_what_it_is(
    place: Place, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    fault, kind = NETWORK_FAULTS[name]
    zalo = place[0]
    asyncio.run(opened(door_at(place)))  # so that no renewal needs the patience
    zalo.faults.queue("message", fault)
    door = door_at(place, answer_seconds=patience(fault), refresh_token=zalo.used_refresh_tokens[0])

    with pytest.raises(SendingError) as caught:
        sent(door, Sending(LAN, ANSWER))

    error = caught.value
    assert type(error) is kind
    assert zalo.answers(LAN) == ([ANSWER.text] if fault.accepted else [])
    for secret in (*secrets_of(zalo), "5.000", "Kết hôn"):
        assert secret not in told(error) + caplog.text


class BehindAGateway(FakeZaloOA):
    """Messages meet a gateway that answers for Zalo, in JSON of its own."""

    status = 403

    async def perform(self, method: str, params: Params, request: Request) -> HttpReply:
        if method == "message":
            return HttpReply(b'{"message": "blocked by policy"}', self.status)
        return await super().perform(method, params, request)


@pytest.mark.parametrize(("status", "kind"), [(403, NotDelivered), (200, MaybeDelivered)])
def test_what_somebody_else_answers_for_zalo_settles_no_message(
    tmp_path: Path, status: int, kind: type[SendingError]
) -> None:
    zalo = BehindAGateway()
    zalo.status = status
    with running(zalo) as url, pytest.raises(SendingError) as caught:
        sent(door_at(Place(zalo, url, Counted(tmp_path / "danhoi.db"), Clock())), Sending(LAN, ANSWER))

    assert type(caught.value) is kind


def test_a_slow_answer_is_waited_for(place: Place) -> None:
    zalo = place[0]
    zalo.faults.queue("message", Fault("slow"))

    async def scenario() -> None:
        door = door_at(place)
        sending = asyncio.create_task(door.send(Sending(LAN, ANSWER), forget))
        await until(lambda: calls(zalo, "message"))
        assert not sending.done()
        await until(lambda: zalo.release() or sending.done())
        assert await sending
        await door.close()

    asyncio.run(scenario())
    assert zalo.answers(LAN) == [ANSWER.text]


def test_where_nobody_listens_nothing_was_delivered(place: Place) -> None:
    zalo, _, store, clock = place
    sent(door_at(place), Sending(LAN, ANSWER))
    given = zalo.used_refresh_tokens[0]
    nowhere = f"http://127.0.0.1:{free_port()}"

    with pytest.raises(SendingError) as caught:
        sent(door_at((zalo, nowhere, store, clock), refresh_token=given), Sending(LAN, ANSWER))

    assert type(caught.value) is NotDelivered


@pytest.mark.parametrize(("hours", "kind"), [(48, None), (49, ChatClosed), (24 * 8, ChatClosed)])
def test_beyond_zalos_windows_the_chat_is_closed_and_the_door_stays_open(
    place: Place, hours: int, kind: type[SendingError] | None
) -> None:
    clock = place[3]
    clock.now += hours * HOUR
    door = door_at(place)

    if kind is None:
        sent(door, Sending(LAN, ANSWER))
    else:
        with pytest.raises(kind):
            sent(door, Sending(LAN, ANSWER))
    assert door.health.trouble == ""


def test_one_citizens_ninth_reply_does_not_shut_the_door_for_the_others(place: Place) -> None:
    zalo = place[0]
    zalo.text("another", "chào")

    async def scenario() -> None:
        door = door_at(place)
        for _ in range(8):
            await door.send(Sending(LAN, ANSWER), forget)
        with pytest.raises(ChatClosed):
            await door.send(Sending(LAN, ANSWER), forget)
        await door.send(Sending("another", ANSWER), forget)
        zalo.text(LAN, "còn nữa")
        await door.send(Sending(LAN, ANSWER), forget)
        await door.close()

    asyncio.run(scenario())


# --- how a reply looks ----------------------------------------------------------------------------------


def more(count: int) -> tuple[Button, ...]:
    return tuple(Button(f"Mục {n}", f"f:1.004194:m{n}") for n in range(count))


def presses(outgoing: Outgoing) -> list[str]:
    return [button.press for row in outgoing.rows for button in row]


RATING = rating_buttons(17)
RATED = [button.press for button in RATING]


M = [button.press for button in more(7)]
CHOICES = tuple(Button(f"{n}. Thủ tục {n}", f"c:1.00{n}:17") for n in range(1, 8))
C = [button.press for button in CHOICES]


@pytest.mark.parametrize(
    ("reply", "expected", "rates_by_typing"),
    [
        (Reply(("a",)), [], False),
        (Reply(("a",), rating=RATING), RATED, False),
        (Reply(("a",), more=more(2), rating=RATING), [M[0], M[1], "s", *RATED], False),
        (Reply(("a",), more=more(3), rating=RATING), [M[0], M[1], M[2], "s"], True),
        (Reply(("a",), more=more(7), rating=RATING), [M[0], M[1], M[2], M[6], "s"], True),
        (Reply(("a",), choices=CHOICES[:5]), C[:5], False),
        (Reply(("a",), choices=CHOICES), [*C[:4], C[6]], False),
    ],
)
def test_the_most_useful_buttons_that_fit_stand_under_the_answer(
    reply: Reply, expected: list[str], rates_by_typing: bool
) -> None:
    (outgoing,) = render(reply)

    assert presses(outgoing) == expected
    assert (RATE_BY_TYPING in outgoing.text) == rates_by_typing


def test_the_greeting_shares_the_answers_message_and_buttons_stand_under_the_last() -> None:
    short = render(Reply(("Trả lời.",), "Kính chào ông/bà.", more=more(2)))
    *before, last = render(Reply(("Dài " * 800, "Trả lời."), "Kính chào ông/bà.", more=more(2)))

    assert [outgoing.text for outgoing in short] == ["Kính chào ông/bà.\n\nTrả lời."]
    assert before
    assert not any(outgoing.rows for outgoing in before)
    assert presses(last) == [M[0], M[1], "s"]


def test_a_greeting_alone_has_no_buttons_and_nothing_is_no_message() -> None:
    assert render(Reply((), "Kính chào ông/bà.")) == (Outgoing("Kính chào ông/bà."),)
    assert render(Reply(())) == ()


def test_more_than_zalo_lets_us_send_is_cut_before_the_source_and_says_so() -> None:
    sections = (*(f"Phần {n}: " + "chữ " * 350 for n in range(40)), "Nguồn: Quyết định 1")

    parts = render(Reply(sections, "Kính chào."))

    assert len(parts) == MOST_MESSAGES
    assert "Phần 5:" in "".join(part.text for part in parts)
    assert REST_AT_SOURCE in parts[-1].text
    assert "Nguồn: Quyết định 1" in parts[-1].text


TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from("👍ạế\n "), max_size=4000)
BUTTONS = st.lists(st.builds(Button, st.text("ạ👍 b", min_size=1, max_size=150), st.just("s")), max_size=8)


@given(st.lists(TEXTS, max_size=4), BUTTONS.map(tuple), BUTTONS.map(tuple), st.booleans())
def test_whatever_is_said_fits_into_what_zalo_takes(
    sections: list[str], choices: tuple[Button, ...], more: tuple[Button, ...], rated: bool
) -> None:
    reply = Reply(tuple(sections), "Chào.", choices, more, RATING if rated else ())

    for outgoing in render(reply):
        assert utf16_length(f"{SENT_AGAIN} {outgoing.text}") <= 2000
        assert len(presses(outgoing)) <= 5
        assert all(1 <= utf16_length(button.label) <= 100 for row in outgoing.rows for button in row)


def test_a_longer_label_is_cut_at_a_hundred_units() -> None:
    labels = ("ạ" * 100, "ạ" * 101, "👍" * 51)

    (outgoing,) = render(Reply(("a",), choices=tuple(Button(label, "s") for label in labels)))

    shown = [button.label for row in outgoing.rows for button in row]
    assert shown == ["ạ" * 100, "ạ" * 99 + "…", "👍" * 49 + "…"]


def test_zalo_takes_the_fullest_message_and_a_press_comes_back_as_what_it_stands_for(place: Place) -> None:
    zalo = place[0]
    (outgoing,) = render(Reply(("a" * 1900,), more=more(1), rating=RATING))
    facet = Button("Lệ phí " + "ạ" * 93, "f:1.004194:fee")
    fullest = Outgoing("a" * 1990, ((facet,), *outgoing.rows[1:], (Button("Lý do", "w:17:0"),)))

    sent(door_at(place), Sending(LAN, fullest, again=True))

    for press in ("f:1.004194:fee", "s", *RATED, "w:17:0"):
        zalo.press(LAN, f"#{press}")
        meant = pressed(press)
        assert meant is not None
        pushed = zalo.happened[-1].body
        assert read(json.dumps(pushed)) == Incoming(LAN, text=meant.text, about=meant.about)
    assert zalo.press(LAN, facet.label)


# --- reading ---------------------------------------------------------------------------------------------


def media(kind: Media) -> Incoming:
    return Incoming(LAN, Event.MEDIA, media=kind)


@pytest.mark.parametrize(
    ("update", "incoming"),
    [
        (event(text=" khai sinh "), Incoming(LAN, text="khai sinh")),
        (event(text=""), Incoming(LAN, text="")),
        (event("anonymous_send_text", text="hỏi"), Incoming(LAN, text="hỏi")),
        (event(text="#f:1.004194:fee"), Incoming(LAN, text="phí của thủ tục 1.004194")),
        (event(text=f"#{staff_button().press}"), Incoming(LAN, text="gặp cán bộ")),
        (event(text="#w:17:1"), Incoming(LAN, text=REASONS[1], about=17)),
        (event(text="s"), Incoming(LAN, text="s")),
        (event(text="#xin chào"), Incoming(LAN, text="#xin chào")),
        (event("user_send_image"), media(Media.PHOTO)),
        (event("user_send_image", text="nộp ở đâu"), Incoming(LAN, text="nộp ở đâu")),
        (event("user_send_gif"), media(Media.STICKER)),
        (event("user_send_sticker"), media(Media.STICKER)),
        (event("user_send_audio"), media(Media.VOICE)),
        (event("user_send_video"), media(Media.VIDEO)),
        (event("user_send_file"), media(Media.FILE)),
        (event("user_send_link"), media(Media.OTHER)),
        (event("user_send_location"), media(Media.LOCATION)),
        (event("user_send_business_card"), media(Media.CONTACT)),
        (happened("follow"), Incoming(LAN, Event.START)),
        (happened("unfollow"), Incoming(LAN, Event.BLOCKED)),
        (event("user_withdraw"), Incoming(LAN, Event.WITHDRAWN)),
        ({"event_name": "user_withdraw", "user_id": LAN}, Incoming(LAN, Event.WITHDRAWN)),
        (event("oa_send_text", text="của chúng tôi"), None),
        (event("user_seen_message"), None),
        (event("user_received_message"), None),
        (event("user_submit_info"), None),
        (event("user_send_telepathy"), None),
        ({}, None),
    ],
)
def test_events_are_read_as_what_they_are(update: Params, incoming: Incoming | None) -> None:
    assert read(json.dumps(update)) == incoming


@pytest.mark.parametrize(
    "update",
    [
        "{",
        "[]",
        "[" * 100_000,
        json.dumps(event(text=7)),
        json.dumps(event() | {"event_name": 7}),
        json.dumps(event(text="tên tôi là Lan") | {"sender": {}}),
        json.dumps(event(text="tên tôi là Lan") | {"sender": {"id": None}}),
        json.dumps(event() | {"message": "tên tôi là Lan"}),
    ],
)
def test_what_zalo_does_not_document_is_unreadable_and_its_words_are_not_told(update: str) -> None:
    with pytest.raises(UnreadableUpdate) as caught:
        read(update)

    assert "Lan" not in str(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
NAMES = st.sampled_from(["user_send_text", "user_send_image", "follow", "user_withdraw"])
PARTS = st.dictionaries(st.sampled_from(["id", "text", "msg_id", "attachments"]), JSON)
EVENTS = st.fixed_dictionaries({}, optional={"event_name": NAMES | JSON, "sender": PARTS, "message": PARTS})


@given(EVENTS)
def test_whatever_comes_is_kept_under_a_key_and_read_or_unreadable(update: Params) -> None:
    assert update_of(update).key
    try:
        incoming = read(update_of(update).raw)
    except UnreadableUpdate:
        return
    assert incoming is None or incoming.address


# --- through the whole service -----------------------------------------------------------------------------


@pytest.fixture
def real_zalo() -> FakeZaloOA:
    return FakeZaloOA()


def test_a_citizen_asks_presses_and_withdraws(tmp_path: Path, real_zalo: FakeZaloOA) -> None:
    zalo = real_zalo
    with running(zalo) as url:
        app = TradesApp(settings_for(tmp_path / "var", zalo_oa=url, oa=zalo))
        with serving(app) as served:
            zalo.set_webhook(f"{served.url}/zalo-oa")
            zalo.duplicate(zalo.text(LAN, "ghi danh thêu"))
            zalo.wait_for(lambda: zalo.answers(LAN))
            buttons = zalo.screen(LAN)[-1]["buttons"]
            assert buttons
            for number, button in enumerate(buttons, start=2):
                zalo.press(LAN, button["title"])
                zalo.wait_for(lambda number=number: len(zalo.answers(LAN)) >= number)
            zalo.text("b", "ghi danh mộc")
            zalo.wait_for(lambda: zalo.answers("b"))
            zalo.wait_for(lambda: not zalo.outstanding())
            zalo.withdraw(LAN)
            zalo.text("b", "ghi danh rèn")
            zalo.wait_for(lambda: len(zalo.answers("b")) == 2)

    first, *after = zalo.answers(LAN)
    assert "Ghi danh thêu" in first
    assert len(after) == len(buttons)
    assert not any("#" in text for text in after)
    assert not zalo.given_up
    assert zalo.rules.violations == []
    with closing(open_tables(app.settings.database).database) as database:
        for table in ("chats", "inbox", "outbox"):
            assert LAN not in str(list(database.execute(f"SELECT * FROM {table}")))
        assert "'b'" in str(list(database.execute("SELECT * FROM chats")))


def test_an_answer_whose_fate_is_unknown_is_repeated_once_and_says_so(
    tmp_path: Path, real_zalo: FakeZaloOA
) -> None:
    zalo = real_zalo
    zalo.faults.queue("message", Fault("drop", accepted=True))
    with running(zalo) as url:
        app = TradesApp(settings_for(tmp_path / "var", zalo_oa=url, oa=zalo))
        with serving(app) as served:
            zalo.set_webhook(f"{served.url}/zalo-oa")
            zalo.text(LAN, "ghi danh thêu")
            zalo.wait_for(lambda: len(zalo.answers(LAN)) == 2)

    first, second = zalo.answers(LAN)
    assert second == f"{SENT_AGAIN} {first}"
