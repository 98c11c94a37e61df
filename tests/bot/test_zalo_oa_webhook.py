"""The webhook of a Zalo Official Account: only what Zalo signed is taken, and all of that."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
from datetime import datetime

import pytest

from bot.doors.zalo_oa_updates import read, update_of
from bot.doors.zalo_oa_webhook import authentic
from bot.messaging.model import Incoming
from bot.settings import ZaloOaSettings
from tests.door_helpers import NOON, Call, Kept, app_of, posted
from tests.fake_messengers.server import running
from tests.fake_messengers.zalo_oa import APP_ID, APP_SECRET, OA_SECRET
from tests.zalo_oa_place import CALL, HOUR, LAN, Place, called_door, door_at, event, happened, mac, signed


def post(intake: Kept, *calls: Call, at: datetime = NOON) -> list[int]:
    """Give what the webhook answers to each of *calls* when it is *at*."""
    return posted(called_door(intake, at), *calls)


def test_a_signed_event_is_stored_under_its_message_before_zalo_has_its_200() -> None:
    intake = Kept()

    assert post(intake, CALL) == [200]
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


@pytest.mark.parametrize("hours", [-6 * 24, -7, 0, 1.85, 7, 6 * 24])
def test_zalos_last_try_is_taken_and_any_by_a_clock_that_is_wrong_by_days(hours: float) -> None:
    assert post(Kept(), CALL, at=NOON + hours * HOUR) == [200]


@pytest.mark.parametrize("hours", [-7 * 24, 7 * 24, 24 * 30])
def test_a_recorded_call_that_is_played_again_when_its_key_is_forgotten_is_refused(hours: int) -> None:
    intake = Kept()

    assert post(intake, CALL, at=NOON + hours * HOUR) == [401]
    assert intake.asked == 0


@pytest.mark.parametrize("name", ["oa_send_text", "user_seen_message", "user_received_message"])
def test_what_became_of_our_own_messages_is_acknowledged_and_not_stored(name: str) -> None:
    intake = Kept()

    assert post(intake, signed(event(name))) == [200]
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
    raw = json.dumps(event()).encode()
    stamp = event()["timestamp"]

    for secret, taken in ((OA_SECRET, True), ("", False)):
        settings = ZaloOaSettings(APP_ID, APP_SECRET, secret, "r")
        assert bool(authentic(raw, mac(raw, stamp, secret=secret), settings)) == taken


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
    assert post(intake, CALL) == [200]  # the door was there all the time


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
