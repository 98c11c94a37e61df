"""The tokens of a Zalo Official Account: renewed in time, one at a time, and kept before they are used."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.doors.door import (
    DoorRefused,
    NotDelivered,
    Sending,
    SendingError,
    SlowDown,
)
from bot.doors.zalo_oa_tokens import Tokens
from tests.door_helpers import (
    Sleeper,
    Sleepless,
    forget,
    kept_open,
    patience,
    refusal,
    sent,
    told,
    until,
)
from tests.fake_messengers.faults import Fault
from tests.zalo_oa_place import (
    ANSWER,
    DAY,
    HOUR,
    LAN,
    Place,
    calls,
    door_at,
    secrets_of,
)

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
    kept = store.load(first)
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


def test_a_message_that_is_refused_after_the_renewal_of_another_takes_its_token(place: Place) -> None:
    zalo = place.zalo

    async def scenario() -> None:
        door = door_at(place)
        await door.send(Sending(LAN, ANSWER), forget)
        zalo.expire_access_token()
        zalo.faults.queue("message", Fault("slow"))
        late = asyncio.create_task(door.send(Sending(LAN, ANSWER), forget))
        await until(lambda: calls(zalo, "message") == 2)
        await door.send(Sending(LAN, ANSWER), forget)
        await until(lambda: zalo.release() or late.done())
        await late
        await door.close()

    asyncio.run(scenario())
    assert len(zalo.used_refresh_tokens) == 2
    assert len(zalo.answers(LAN)) == 3


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
    sleep = Sleepless()
    door = door_at(place, sleep=sleep, answer_seconds=patience(fault))

    error = asyncio.run(refusal(door))

    assert type(error) is kind
    assert door.health.trouble
    assert sleep.slept == ([error.seconds] if isinstance(error, SlowDown) else [])
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
        await until(lambda: zalo.release() or closing.done())

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
