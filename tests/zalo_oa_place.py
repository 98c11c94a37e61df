"""A Zalo Official Account on loopback, a citizen who wrote, and the door between: what its tests share."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from bot.doors.zalo_oa import ZaloOaDoor
from bot.doors.zalo_oa_tokens import StoredTokens, Tokens
from bot.messaging.model import Outgoing
from bot.settings import ZaloOaSettings
from knowledge.errors import DatabaseRefused
from tests.door_helpers import NOON, PATIENT_SECONDS, UNUSED, Call, Kept, Sleeper, kept_open
from tests.fake_messengers.server import running
from tests.fake_messengers.wire import Params
from tests.fake_messengers.zalo_oa import APP_ID, APP_SECRET, OA_SECRET, FakeZaloOA

LAN = "7751023344556677889"  # a citizen
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ANSWER = Outgoing("Kết hôn: 5.000 đồng")


class Clock:
    """The time, for Zalo and for us."""

    def __init__(self) -> None:
        self.now = NOON

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


class Place(NamedTuple):
    """What stands around a door."""

    zalo: FakeZaloOA
    url: str
    store: Counted
    clock: Clock


@contextmanager
def a_place(tmp_path: Path) -> Iterator[Place]:
    """Run an account to which ``LAN`` wrote once; the clock is Zalo's and ours."""
    clock = Clock()
    zalo = FakeZaloOA(wall=lambda: clock().timestamp())
    zalo.text(LAN, "kết hôn")
    with running(zalo) as url:
        yield Place(zalo, url, Counted(tmp_path / "danhoi.db"), clock)


def door_at(place: Place, intake: Kept | None = None, **options: Any) -> ZaloOaDoor:
    zalo, url, store, clock = place
    refresh = options.pop("refresh_token", zalo.refresh_token)
    secret = options.pop("app_secret", APP_SECRET)
    settings = ZaloOaSettings(APP_ID, secret, OA_SECRET, refresh, url, url)
    usual: dict[str, Any] = {"clock": clock, "sleep": Sleeper(), "answer_seconds": PATIENT_SECONDS}
    return ZaloOaDoor(settings, intake or Kept(), "http://127.0.0.1:1", store, **usual | options)


def secrets_of(zalo: FakeZaloOA) -> tuple[str, ...]:
    return (APP_SECRET, OA_SECRET, zalo.access_token, zalo.refresh_token, LAN)


async def opened(door: ZaloOaDoor) -> None:
    async with kept_open(door):
        assert door.health.opened


def calls(zalo: FakeZaloOA, method: str) -> int:
    return sum(call.method == method for call in zalo.calls)


def event(name: str = "user_send_text", **message: Any) -> Params:
    body = {"app_id": APP_ID, "event_name": name, "sender": {"id": LAN}, "recipient": {"id": "oa"}}
    return body | {"message": {"msg_id": "m1"} | message, "timestamp": "1784523600000"}


def happened(name: str) -> Params:
    return {"app_id": APP_ID, "event_name": name, "follower": {"id": LAN}, "timestamp": "1784523600000"}


def mac(body: bytes, stamp: str, app: str = APP_ID, secret: str = OA_SECRET) -> str:
    return "mac=" + hashlib.sha256(app.encode() + body + stamp.encode() + secret.encode()).hexdigest()


def signed(body: Params | bytes, stamp: str | None = None) -> Call:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return raw, {
        "X-ZEvent-Signature": mac(raw, str(json.loads(raw)["timestamp"]) if stamp is None else stamp)
    }


CALL = signed(event(text="khai sinh"))


def called_door(intake: Kept, at: datetime = NOON) -> ZaloOaDoor:
    """Give a door that is called when it is *at*, and calls nobody."""
    settings = ZaloOaSettings(APP_ID, APP_SECRET, OA_SECRET, "r", UNUSED, UNUSED)
    return ZaloOaDoor(settings, intake, "", StoredTokens(Path("unused")), clock=lambda: at)
