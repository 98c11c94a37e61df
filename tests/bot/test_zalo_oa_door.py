"""The Zalo Official Account door against a strict server on loopback: what is sent, signed and renewed."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import random
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

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
from bot.doors.zalo_oa import ZaloOaDoor
from bot.doors.zalo_oa_api import OaRefused
from bot.doors.zalo_oa_form import MOST_MESSAGES, REST_AT_SOURCE, render
from bot.doors.zalo_oa_tokens import StoredTokens, Tokens
from bot.doors.zalo_oa_updates import read, update_of
from bot.messaging.model import Button, Event, Incoming, Media, Outgoing, Reply
from bot.messaging.presses import pressed, rating_buttons, staff_button
from bot.messaging.splitting import utf16_length
from bot.messaging.tables import open_tables
from bot.settings import ZaloOaSettings
from handlers.messages_doors import RATE_BY_TYPING, REASONS, SENT_AGAIN
from knowledge.errors import DatabaseRefused
from tests.door_helpers import (
    PATIENT_SECONDS,
    Kept,
    Sleeper,
    app_of,
    kept_open,
    patience,
    refusal,
    told,
    until,
)
from tests.fake_messengers.faults import Fault
from tests.fake_messengers.server import listener, running
from tests.fake_messengers.wire import Params
from tests.fake_messengers.zalo_oa import APP_ID, APP_SECRET, OA_SECRET, FakeZaloOA
from tests.killed_server import TradesApp
from tests.serving import serving, settings_for

LAN = "7751023344556677889"  # a citizen
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ANSWER = Outgoing("Kết hôn: 5.000 đồng")


class Clock:
    """The time, for Zalo and for us."""

    def __init__(self) -> None:
        self.now = datetime(2026, 7, 20, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Counted:
    """The real store, which notes what is done with it and refuses on demand."""

    def __init__(self, path: Path) -> None:
        self.store = StoredTokens(path)
        self.refuses = False
        self.saved: list[Tokens] = []
        self.refused = 0
        self.may_save = threading.Event()
        self.may_save.set()

    def load(self, given: str) -> Tokens | None:
        return self.store.load(given)

    def save(self, given: str, tokens: Tokens) -> None:
        assert self.may_save.wait(10)
        if self.refuses:
            self.refused += 1
            raise DatabaseRefused("đĩa đầy")
        self.store.save(given, tokens)
        self.saved.append(tokens)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def zalo(clock: Clock) -> FakeZaloOA:
    return FakeZaloOA(wall=lambda: clock().timestamp())


@pytest.fixture
def url(zalo: FakeZaloOA) -> Iterator[str]:
    with running(zalo) as address:
        yield address


@pytest.fixture
def store(tmp_path: Path) -> Counted:
    return Counted(tmp_path / "danhoi.db")


Place = tuple[FakeZaloOA, str, Counted, Clock]


@pytest.fixture
def place(zalo: FakeZaloOA, url: str, store: Counted, clock: Clock) -> Place:
    zalo.text(LAN, "kết hôn")
    return zalo, url, store, clock


def door_at(place: Place, intake: Kept | None = None, **options: Any) -> ZaloOaDoor:
    zalo, url, store, clock = place
    refresh = options.pop("refresh_token", zalo.refresh_token)
    secret = options.pop("app_secret", APP_SECRET)
    settings = ZaloOaSettings(APP_ID, secret, OA_SECRET, refresh, url, url)
    usual: dict[str, Any] = {"clock": clock, "sleep": Sleeper(), "answer_seconds": PATIENT_SECONDS}
    return ZaloOaDoor(settings, intake or Kept(), "http://127.0.0.1:1", store, **usual | options)


def secrets_of(zalo: FakeZaloOA) -> tuple[str, ...]:
    return (APP_SECRET, OA_SECRET, zalo.access_token, zalo.refresh_token, LAN)


async def forget(message_id: str) -> None:
    """Remember nothing."""


def sent(door: ZaloOaDoor, *sendings: Sending) -> list[str]:
    async def scenario() -> list[str]:
        try:
            return [await door.send(sending, forget) for sending in sendings]
        finally:
            await door.close()

    return asyncio.run(scenario())


async def opened(door: ZaloOaDoor) -> None:
    async with kept_open(door):
        assert door.health.opened


def calls(zalo: FakeZaloOA, method: str) -> int:
    return sum(call.method == method for call in zalo.calls)


# --- the access token ------------------------------------------------------------------------------


def test_the_first_token_comes_from_the_operators_refresh_token_and_is_kept(place: Place) -> None:
    zalo, _, store, clock = place
    first = zalo.refresh_token

    async def scenario() -> None:
        door = door_at(place)
        async with kept_open(door):
            assert door.health.opened
            assert door.health.trouble == ""

    asyncio.run(scenario())

    assert zalo.used_refresh_tokens == [first]
    kept = StoredTokens(store.store._path).load(first)
    assert kept == Tokens(
        zalo.access_token, zalo.refresh_token, clock(), clock() + 24 * HOUR, clock() + 25 * HOUR
    )


def test_after_a_restart_the_kept_token_serves_and_no_refresh_token_is_used_up(place: Place) -> None:
    zalo = place[0]
    first = zalo.refresh_token

    sent(door_at(place), Sending(LAN, ANSWER))
    sent(door_at(place, refresh_token=first), Sending(LAN, ANSWER))

    assert zalo.used_refresh_tokens == [first]
    assert len(zalo.answers(LAN)) == 2


def test_a_refresh_token_that_the_operator_changed_counts_anew(place: Place) -> None:
    zalo, _, store, _ = place
    first = zalo.refresh_token
    sent(door_at(place), Sending(LAN, ANSWER))
    descended, given = zalo.refresh_token, zalo.new_refresh_token()

    sent(door_at(place, refresh_token=given), Sending(LAN, ANSWER))

    assert zalo.used_refresh_tokens == [first, given]
    assert store.load(first) is None
    kept = store.load(given)
    assert kept is not None
    assert kept.refresh not in (given, descended)


def test_the_token_is_renewed_an_hour_before_its_end_each_time_with_the_newest_refresh_token(
    place: Place,
) -> None:
    zalo, _, store, clock = place

    async def scenario() -> None:
        sleep = Sleeper()
        async with kept_open(door_at(place, sleep=sleep)):
            for days in (1, 2, 3):
                await until(lambda: sleep.slept)
                sleep.slept.clear()
                clock.now += DAY - timedelta(seconds=1)
                sleep.wakes.set()
                await until(lambda: sleep.slept)
                assert len(store.saved) == days
                sleep.slept.clear()
                clock.now += timedelta(seconds=1)
                sleep.wakes.set()
                await until(lambda wanted=days + 1: len(store.saved) == wanted)

    asyncio.run(scenario())
    assert len(set(zalo.used_refresh_tokens)) == 4
    assert [tokens.refresh for tokens in store.saved[:-1]] == zalo.used_refresh_tokens[1:]


def test_a_token_that_zalo_refuses_is_renewed_once_and_the_message_goes(place: Place) -> None:
    zalo = place[0]

    async def scenario() -> None:
        door = door_at(place)
        await door.send(Sending(LAN, ANSWER), forget)
        zalo.expire_access_token()
        await door.send(Sending(LAN, ANSWER), forget)
        await door.close()
        assert door.health.trouble == ""

    asyncio.run(scenario())
    assert len(zalo.answers(LAN)) == 2
    assert calls(zalo, "oauth") == 2


@pytest.mark.parametrize("fault", [Fault("status", -216), Fault("status", -124), Fault("status", 401)])
def test_a_new_token_that_is_refused_too_shuts_the_door(place: Place, fault: Fault) -> None:
    zalo = place[0]
    zalo.faults.always("message", fault)
    door = door_at(place)

    with pytest.raises(DoorRefused) as caught:
        sent(door, Sending(LAN, ANSWER))

    assert "DANHOI_ZALO_OA_REFRESH_TOKEN" in door.health.trouble
    assert (calls(zalo, "message"), calls(zalo, "oauth")) == (2, 2)
    for secret in secrets_of(zalo):
        assert secret not in told(caught.value) + door.health.trouble


def test_however_many_messages_meet_an_ended_token_it_is_renewed_once(place: Place) -> None:
    zalo = place[0]
    zalo.paid_quota = 100

    async def scenario() -> None:
        door = door_at(place)
        await door.send(Sending(LAN, ANSWER), forget)
        zalo.expire_access_token()
        await asyncio.gather(*(door.send(Sending(LAN, ANSWER), forget) for _ in range(30)))
        await door.close()

    asyncio.run(scenario())
    assert len(zalo.answers(LAN)) == 31
    assert len(zalo.used_refresh_tokens) == 2


def test_a_refused_refresh_token_is_told_to_staff_with_what_to_do(place: Place) -> None:
    zalo = place[0]
    door = door_at(place, refresh_token="refresh-nobody-knows")

    error = asyncio.run(refusal(door))

    assert isinstance(error, DoorRefused)
    assert "Đăng nhập lại" in door.health.trouble
    assert "DANHOI_ZALO_OA_REFRESH_TOKEN" in door.health.trouble
    assert "refresh-nobody-knows" not in told(error) + door.health.trouble
    assert zalo.used_refresh_tokens == []


def test_a_wrong_app_secret_names_the_setting_and_not_its_value(place: Place) -> None:
    door = door_at(place, app_secret="a-wrong-app-secret")

    error = asyncio.run(refusal(door))

    assert isinstance(error, DoorRefused)
    assert "DANHOI_ZALO_OA_APP_SECRET" in door.health.trouble
    assert "a-wrong-app-secret" not in told(error) + door.health.trouble


def test_while_the_old_token_is_good_a_failing_renewal_is_only_a_warning(place: Place) -> None:
    zalo, _, _, clock = place

    async def scenario() -> None:
        sleep = Sleeper()
        door = door_at(place, sleep=sleep)
        async with kept_open(door) as task:
            await until(lambda: sleep.slept)
            clock.now += DAY
            zalo._refresh.clear()
            sleep.wakes.set()
            await until(lambda: door.health.trouble)
            assert "Đăng nhập lại" in door.health.trouble
            assert await door.send(Sending(LAN, ANSWER), forget)
            assert door.health.trouble  # it stays until the tokens are renewed
            clock.now += HOUR
            sleep.wakes.set()
            with pytest.raises(DoorRefused):
                await task

    asyncio.run(scenario())


RENEWING: dict[str, tuple[Fault, type[SendingError]]] = {
    "429": (Fault("status", 429), SlowDown),
    "-32": (Fault("status", -32), SlowDown),
    "404 of a proxy": (Fault("html", 404), NotDelivered),
    "500": (Fault("status", 500), NotDelivered),
    "502": (Fault("html", 502), NotDelivered),
    "a page that says 200": (Fault("html", 200), NotDelivered),
    "cut JSON": (Fault("malformed"), NotDelivered),
    "dropped": (Fault("drop"), NotDelivered),
    "never answered": (Fault("black_hole"), NotDelivered),
}


@pytest.mark.parametrize("name", RENEWING)
def test_a_renewal_that_fails_sends_nothing_and_is_tried_again_with_the_same_refresh_token(
    place: Place, name: str
) -> None:
    fault, kind = RENEWING[name]
    zalo = place[0]
    first = zalo.refresh_token
    zalo.faults.queue("oauth", fault)
    door = door_at(place, answer_seconds=patience(fault))

    error = asyncio.run(refusal(door))

    assert type(error) is kind
    assert door.health.trouble
    for secret in secrets_of(zalo):
        assert secret not in told(error) + door.health.trouble

    sent(door_at(place), Sending(LAN, ANSWER))
    assert zalo.used_refresh_tokens == [first]
    assert zalo.answers(LAN) == [ANSWER.text]


def test_a_refresh_token_of_81_days_is_told_to_staff(place: Place) -> None:
    zalo, _, store, clock = place
    given = zalo.refresh_token
    now = clock()
    store.save(given, Tokens("access-of-old", given, now - 81 * DAY, now - 80 * DAY, now - 80 * DAY))
    zalo.faults.always("oauth", Fault("status", 500))
    door = door_at(place)

    async def scenario() -> None:
        async with kept_open(door) as task:
            with pytest.raises(NotDelivered):
                await task

    asyncio.run(scenario())
    assert "81 ngày" in door.health.trouble


# --- one refresh token, one successor ----------------------------------------------------------------


def test_a_new_pair_is_on_disk_before_it_is_used(place: Place) -> None:
    zalo, _, store, _ = place
    store.may_save.clear()

    async def scenario() -> None:
        door = door_at(place)
        sending = asyncio.create_task(door.send(Sending(LAN, ANSWER), forget))
        await until(lambda: zalo.used_refresh_tokens)
        assert calls(zalo, "message") == 0
        store.may_save.set()
        await sending
        await door.close()

    asyncio.run(scenario())
    assert zalo.answers(LAN) == [ANSWER.text]


def test_a_pair_that_the_disk_refuses_is_kept_in_memory_and_not_asked_for_again(place: Place) -> None:
    zalo, _, store, _ = place
    store.refuses = True

    async def scenario() -> None:
        door = door_at(place)
        for _ in range(3):
            with pytest.raises(NotDelivered):
                await door.send(Sending(LAN, ANSWER), forget)
        store.refuses = False
        await door.send(Sending(LAN, ANSWER), forget)
        await door.close()

    asyncio.run(scenario())
    assert store.refused == 3
    assert len(zalo.used_refresh_tokens) == 1
    assert zalo.answers(LAN) == [ANSWER.text]


def test_a_stop_in_the_middle_of_a_renewal_waits_until_the_pair_is_kept(place: Place) -> None:
    zalo, _, store, _ = place
    given = zalo.refresh_token
    zalo.faults.queue("oauth", Fault("slow"))

    async def scenario() -> None:
        door = door_at(place)
        opening = asyncio.create_task(door.keep_open())
        await until(lambda: calls(zalo, "oauth"))
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)
        closing = asyncio.create_task(door.close())
        zalo.release()
        await closing

    asyncio.run(scenario())
    kept = store.load(given)
    assert kept is not None
    assert kept.refresh == zalo.refresh_token


def test_what_a_crash_between_grant_and_commit_loses_is_one_login_and_no_message(place: Place) -> None:
    """The documented worst case: the pair on its way is gone, Zalo refuses the old refresh token."""
    zalo, _, store, _ = place
    given = zalo.refresh_token
    store.refuses = True  # the process dies here
    with pytest.raises(NotDelivered):
        sent(door_at(place), Sending(LAN, ANSWER))
    store.refuses = False

    door = door_at(place, refresh_token=given)
    with pytest.raises(DoorRefused):  # the outbox keeps the message
        sent(door, Sending(LAN, ANSWER))
    assert "Đăng nhập lại" in door.health.trouble

    sent(door_at(place, refresh_token=zalo.new_refresh_token()), Sending(LAN, ANSWER))
    assert zalo.answers(LAN) == [ANSWER.text]


def test_two_processes_on_one_file_share_a_renewal_that_one_of_them_made(place: Place) -> None:
    zalo = place[0]
    given = zalo.refresh_token

    async def scenario() -> None:
        one, other = door_at(place), door_at(place, refresh_token=given)
        await one.send(Sending(LAN, ANSWER), forget)
        await other.send(Sending(LAN, ANSWER), forget)
        zalo.expire_access_token()
        await one.send(Sending(LAN, ANSWER), forget)
        await other.send(Sending(LAN, ANSWER), forget)
        await asyncio.gather(one.close(), other.close())

    asyncio.run(scenario())
    assert len(zalo.used_refresh_tokens) == 2
    assert len(zalo.answers(LAN)) == 4


def test_no_token_shows_in_what_could_be_printed(place: Place) -> None:
    clock = place[3]

    assert "secret" not in repr(Tokens("secret-a", "secret-r", clock(), clock(), clock()))


# --- sending -----------------------------------------------------------------------------------------


def test_an_answer_is_sent_once_and_named(place: Place) -> None:
    zalo, _, _, clock = place
    door = door_at(place)

    (message_id,) = sent(door, Sending(LAN, ANSWER))

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
    assert bool(door.health.trouble) == isinstance(caught.value, DoorRefused)
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


FAULTS: dict[str, tuple[Fault, type[SendingError]]] = {
    "a proxy's page": (Fault("html", 502), NotDelivered),
    "a proxy that knows nothing": (Fault("html", 404), NotDelivered),
    "a page that says 200": (Fault("html", 200, accepted=True), MaybeDelivered),
    "cut JSON": (Fault("malformed", accepted=True), MaybeDelivered),
    "dropped": (Fault("drop"), MaybeDelivered),
    "dropped after it was taken": (Fault("drop", accepted=True), MaybeDelivered),
    "never answered": (Fault("black_hole", accepted=True), MaybeDelivered),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_of_the_network_is_told_for_what_it_is(
    place: Place, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    fault, kind = FAULTS[name]
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


def test_a_slow_answer_is_waited_for(place: Place) -> None:
    zalo = place[0]
    zalo.faults.queue("message", Fault("slow"))

    async def scenario() -> None:
        door = door_at(place)
        sending = asyncio.create_task(door.send(Sending(LAN, ANSWER), forget))
        await until(lambda: calls(zalo, "message"))
        assert not sending.done()
        zalo.release()
        assert await sending
        await door.close()

    asyncio.run(scenario())
    assert zalo.answers(LAN) == [ANSWER.text]


def test_where_nobody_listens_nothing_was_delivered(place: Place) -> None:
    zalo, _, store, clock = place
    sent(door_at(place), Sending(LAN, ANSWER))
    given = zalo.used_refresh_tokens[0]
    free = listener()
    nowhere = f"http://127.0.0.1:{free.getsockname()[1]}"
    free.close()

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


def event(name: str = "user_send_text", **message: Any) -> Params:
    body = {"app_id": APP_ID, "event_name": name, "sender": {"id": LAN}, "recipient": {"id": "oa"}}
    return body | {"message": {"msg_id": "m1"} | message, "timestamp": "1784523600000"}


def happened(name: str) -> Params:
    return {"app_id": APP_ID, "event_name": name, "follower": {"id": LAN}, "timestamp": "1784523600000"}


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


# --- the webhook -------------------------------------------------------------------------------------------


def mac(body: bytes, stamp: str, app: str = APP_ID, secret: str = OA_SECRET) -> str:
    return "mac=" + hashlib.sha256(app.encode() + body + stamp.encode() + secret.encode()).hexdigest()


Call = tuple[bytes, dict[str, str]]


def signed(body: Params | bytes, stamp: str | None = None) -> Call:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return raw, {
        "X-ZEvent-Signature": mac(raw, str(json.loads(raw)["timestamp"]) if stamp is None else stamp)
    }


def post(intake: Kept, *posts: Call, at: datetime | None = None) -> list[int]:
    """Give what the webhook answers to each of *posts* when it is *at*."""

    async def scenario() -> list[int]:
        settings = ZaloOaSettings(APP_ID, APP_SECRET, OA_SECRET, "r", "http://unused", "http://unused")
        now = at or datetime(2026, 7, 20, 5, tzinfo=UTC)
        door = ZaloOaDoor(settings, intake, "", StoredTokens(Path("unused")), clock=lambda: now)
        transport = httpx.ASGITransport(Starlette(routes=door.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
            answers = [await client.post("/zalo-oa", content=raw, headers=headers) for raw, headers in posts]
        await door.close()
        return [answer.status_code for answer in answers]

    return asyncio.run(scenario())


def test_a_signed_event_is_stored_under_its_message_before_zalo_has_its_200() -> None:
    intake = Kept()

    assert post(intake, signed(event(text="khai sinh"))) == [200]
    assert [(update.key, update.lane) for update in intake.updates] == [("m1", LAN)]
    assert read(intake.updates[0].raw) == Incoming(LAN, text="khai sinh")


def test_the_signature_counts_over_the_bytes_as_they_came_and_a_timestamp_may_be_a_number() -> None:
    spaced = json.dumps(event(text="khai sinh đẹp"), ensure_ascii=False, indent=3).encode()

    intake = Kept()
    assert post(intake, signed(spaced), signed(event() | {"timestamp": 1784523600000})) == [200, 200]
    assert len(intake.updates) == 2


def test_without_a_message_id_the_same_body_has_the_same_key() -> None:
    first, again, other = (update_of(happened(name)) for name in ("follow", "follow", "unfollow"))

    assert len(first.key) == 64
    assert first == again
    assert first.key != other.key
    assert first.lane == LAN


@pytest.mark.parametrize("minutes", [-119, 0, 111, 120])
def test_zalos_last_try_after_nearly_two_hours_is_still_taken(minutes: int) -> None:
    at = datetime(2026, 7, 20, 5, tzinfo=UTC) + timedelta(minutes=minutes)

    assert post(Kept(), signed(event()), at=at) == [200]


@pytest.mark.parametrize("hours", [-3, 3, 24 * 30])
def test_a_recorded_call_that_is_played_again_later_is_refused(hours: int) -> None:
    intake = Kept()

    assert post(intake, signed(event()), at=datetime(2026, 7, 20, 5, tzinfo=UTC) + hours * HOUR) == [401]
    assert intake.asked == 0


@pytest.mark.parametrize("name", ["oa_send_text", "user_seen_message", "user_received_message"])
def test_what_became_of_our_own_messages_is_acknowledged_and_not_stored(name: str) -> None:
    intake = Kept()

    assert post(intake, signed(event(name))) == [200]
    assert intake.asked == 0


def test_what_the_store_refuses_is_not_acknowledged() -> None:
    intake = Kept()
    intake.refuses = True

    assert post(intake, signed(event())) == [503]


def test_however_much_waits_an_event_is_taken() -> None:
    intake = Kept()
    intake.is_full = True

    assert post(intake, signed(event())) == [200]


def test_a_body_beyond_one_mebibyte_is_refused_unread() -> None:
    intake = Kept()

    assert post(intake, (b" " * ((1 << 20) + 1), {})) == [413]
    assert intake.asked == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"\xff\xfe",
        b"[" * 100_000,
        b"{}",
        b'{"timestamp":"1784523600000"}',
        b'{"app_id":"1","timestamp":"1784523600000"}',
        b'{"app_id":"%s"}' % APP_ID.encode(),
        b'{"app_id":"%s","timestamp":""}' % APP_ID.encode(),
        b'{"app_id":"%s","timestamp":null}' % APP_ID.encode(),
        b'{"app_id":"%s","timestamp":true}' % APP_ID.encode(),
        b'{"app_id":"%s","timestamp":"\\ud800"}' % APP_ID.encode(),
        b'{"app_id":"%s","timestamp":"%s"}' % (APP_ID.encode(), b"9" * 5000),
        b'{"app_id":"%s","timestamp":%s}' % (APP_ID.encode(), b"9" * 5000),
    ],
)
def test_what_is_no_event_of_our_app_is_refused_however_it_is_signed(body: bytes) -> None:
    intake = Kept()
    stamps = ("", "1784523600000", "9" * 5000, "null", "True", "None")

    assert post(intake, *(signed(body, stamp) for stamp in stamps)) == [401] * len(stamps)
    assert intake.asked == 0


def test_without_a_secret_of_the_account_nothing_is_taken() -> None:
    async def scenario() -> int:
        door = ZaloOaDoor(
            ZaloOaSettings(APP_ID, APP_SECRET, "", "r"), Kept(), "", StoredTokens(Path("unused"))
        )
        raw = json.dumps(event()).encode()
        return await door._taken(raw, mac(raw, event()["timestamp"], secret=""))

    assert asyncio.run(scenario()) == 401


def forgery(draw: random.Random, kind: int) -> Call:
    """Give a call that Zalo did not make; *kind* is what is wrong with it."""
    body = event(text=f"câu {draw.random()} ạ👍")
    stamp = body["timestamp"]
    raw = json.dumps(body, ensure_ascii=draw.random() < 0.5).encode()
    right = mac(raw, stamp)
    at = draw.randrange(len("mac="), len(right))
    other = draw.choice([digit for digit in "0123456789abcdef" if digit != right[at]])
    key = OA_SECRET.encode()
    content = APP_ID.encode() + raw + stamp.encode()
    shuffled = "".join(draw.sample(OA_SECRET, len(OA_SECRET)))
    if shuffled == OA_SECRET:
        shuffled += "x"
    forged: list[str | None] = [
        None,  # absent
        draw.choice(["", "mac=", "mac", right[4:], f"sha256={right[4:]}", f" {right[4:]}", f"mac={right}"]),
        right[:at] + other + right[at + 1 :],  # one digit
        right[: draw.randrange(len(right))],  # cut
        right + draw.choice(["0", "\xe1", ",", right[4:]]),
        mac(raw, stamp, app=str(int(APP_ID) + draw.randrange(1, 10**6))),  # another app
        mac(raw + b" ", stamp),  # another body
        mac(json.dumps(body, separators=(",", ":")).encode(), stamp),  # JSON written anew
        mac(raw, str(int(stamp) + draw.randrange(1, 10**6))),  # another time
        mac(raw, ""),
        mac(raw, stamp, secret=shuffled),
        mac(raw, stamp, secret=APP_SECRET),
        mac(raw, stamp, secret=""),
        "mac=" + hmac.new(key, content, hashlib.sha256).hexdigest(),
        "mac=" + hmac.new(key, raw, hashlib.sha256).hexdigest(),
        "mac=" + hashlib.sha512(content + key).hexdigest(),
        "mac=" + hashlib.sha256(content + key).hexdigest().translate(str.maketrans("0123", "０１２３")),
        draw.choice(["mác=", "mac＝", "Mac=", "mac =", "MAC="]) + right[4:],
    ]
    value = forged[kind % len(forged)]
    return raw, {} if value is None else {"X-ZEvent-Signature": value.encode()}  # type: ignore[dict-item]


def test_of_a_thousand_forged_calls_none_is_taken() -> None:
    """Goal S5: absent, cut, one digit off, another app, body, time or secret, HMAC, other letters."""
    draw, intake = random.Random(5), Kept()

    answers = post(intake, *(forgery(draw, number) for number in range(1000)))

    assert answers == [401] * 1000
    assert intake.asked == 0
    assert post(intake, signed(event())) == [200]  # the door was there all the time


def test_zalo_brings_what_it_can_bring_and_nothing_is_given_up(place: Place) -> None:
    zalo = place[0]
    intake = Kept()
    with running(app_of(door_at(place, intake))) as address:
        zalo.set_webhook(f"{address}/zalo-oa")
        zalo.duplicate(zalo.text(LAN, "khai sinh"))
        for bring in (zalo.image, zalo.sticker, zalo.audio, zalo.file, zalo.location):
            bring(LAN)
        zalo.anonymous_text("a1", "hỏi")
        for kind in ("no_sender", "no_message", "no_message_id", "text_as_number", "unknown_event"):
            zalo.malformed(kind)
        zalo.follow(LAN)
        zalo.unfollow(LAN)
        zalo.withdraw(LAN)
        zalo.wait_for(lambda: not zalo.outstanding())

    assert not zalo.given_up
    assert all(attempt.status == 200 for attempt in zalo.attempts)
    assert len(intake.updates) == len(zalo.happened)


def test_what_the_store_refused_comes_again_and_is_taken(place: Place) -> None:
    zalo = place[0]
    intake = Kept()
    intake.refuses = True
    zalo.webhook_delays = (0.01,) * 500
    with running(app_of(door_at(place, intake))) as address:
        zalo.set_webhook(f"{address}/zalo-oa")
        zalo.wait_for(lambda: zalo.attempts)
        intake.refuses = False
        zalo.wait_for(lambda: not zalo.outstanding())

    assert zalo.attempts[0].status == 503
    assert len(intake.updates) == 1


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
