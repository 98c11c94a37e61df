"""``danhoi serve`` in a test: messengers on loopback, waits of some milliseconds, a search of titles."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app import App
from bot.doors import telegram as telegram_module
from bot.doors import telegram_wire, zalo_oa_api
from bot.doors import zalo_bot as zalo_bot_module
from bot.doors import zalo_oa as zalo_oa_module
from bot.doors.door import Door, Intake
from bot.doors.telegram import TelegramDoor
from bot.doors.zalo_bot import ZaloBotDoor
from bot.doors.zalo_oa import ZaloOaDoor
from bot.doors.zalo_oa_tokens import StoredTokens
from bot.serving import answering, reloading, sending, service, supervising
from bot.serving.doors import CountSent
from bot.serving.limiting import MESSAGES_AT_ONCE
from bot.serving.service import Service
from bot.settings import Settings
from handlers import conversations
from tests.fake_messengers.server import running
from tests.fake_messengers.telegram import FakeTelegram
from tests.fake_messengers.wire import Fake
from tests.fake_messengers.zalo_bot import FakeZaloBot
from tests.fake_messengers.zalo_oa import FakeZaloOA
from tests.fakes_handlers import FakeSearcher
from tests.killed_server import UNHURRIED, trade_procedures, wait_until
from tests.serving import SECRET, FindsHere, Served, serving, settings_for
from tests.told import trades_in

ANSWER_SECONDS = 0.5
_WAITS = (
    (supervising, "_FIRST_SECONDS", 0.02),
    (supervising, "_LONGEST_SECONDS", 0.1),
    (supervising, "_REFUSED_SECONDS", 0.2),
    (sending, "_FIRST_RETRY_SECONDS", 0.02),
    (sending, "_LONGEST_RETRY_SECONDS", 0.2),
    (sending, "_REFUSED_SECONDS", 0.2),
    (sending, "_STORE_RETRY_SECONDS", 0.1),
    (answering, "_RETRY_SECONDS", 0.02),
    (answering, "_STORE_RETRY_SECONDS", 0.1),
    (service, "LOOK_EVERY_SECONDS", 0.1),
    (service, "COUNT_EVERY_SECONDS", 0.02),
    (reloading, "LOOK_EVERY_SECONDS", 0.02),
    (telegram_module, "_PAUSE_SECONDS", 0.05),
    (telegram_module, "_WATCH_SECONDS", 0.1),
    (telegram_wire, "_WAIT_WITHOUT_ADVICE", 0.1),
    (telegram_wire, "_BEYOND_ADVICE", 0.05),
    (zalo_bot_module, "_PAUSE_SECONDS", 0.05),
    (zalo_bot_module, "_WATCH_SECONDS", 0.1),
    (zalo_bot_module, "_WAIT_SECONDS", 0.4),
    (zalo_oa_module, "_WATCH_SECONDS", 0.1),
    (zalo_oa_api, "_WAIT_SECONDS", 0.4),
)


def hurry(patch: pytest.MonkeyPatch) -> None:
    """Make every wait short and lift the platforms' pace; both are tested where they belong."""
    for module, name, seconds in _WAITS:
        patch.setattr(module, name, seconds)
    for door in (TelegramDoor, ZaloBotDoor, ZaloOaDoor):
        patch.setattr(door, "pace", UNHURRIED)


class Clock:
    """The time as this machine shows it, which a test may set wrong; the messengers' own is right."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def local_now(self) -> datetime:
        return self.now().astimezone()

    def now_ms(self) -> int:
        return int(self.now().timestamp() * 1000)

    def today(self) -> date:
        return self.local_now().date()

    def rule(self, patch: pytest.MonkeyPatch) -> None:
        """Be what a service goes by that is made from now on."""
        for name in ("now", "local_now", "now_ms"):
            patch.setattr(service, name, getattr(self, name))
        patch.setattr(conversations, "_now", lambda: self.now().isoformat(timespec="milliseconds"))


def impatient_doors(
    settings: Settings,
    intake: Intake,
    count_sent: CountSent,
    clock: Callable[[], datetime],
    answer_seconds: float,
) -> Sequence[Door]:
    """Return the doors with an answer awaited for so long."""
    url, tokens = settings.public_url, StoredTokens(settings.database)
    patience: dict[str, Any] = {"answer_seconds": answer_seconds, "clock": clock}
    count = partial(count_sent, ZaloBotDoor.name)
    assert settings.telegram
    assert settings.zalo_bot
    assert settings.zalo_oa
    return [
        TelegramDoor(settings.telegram, intake, url, poll_seconds=1, **patience),
        ZaloBotDoor(settings.zalo_bot, intake, url, poll_seconds=1, count=count, **patience),
        ZaloOaDoor(settings.zalo_oa, intake, url, tokens, **patience),
    ]


class TitlesSearcher(FakeSearcher):
    """Finds trades by their titles."""

    def __init__(self) -> None:
        super().__init__(trade_procedures())


class TitlesApp(FindsHere):
    """An app whose search is over the titles of trades, or whatever *searcher* is."""

    def __init__(self, settings: Settings, searcher=None) -> None:
        super().__init__(settings)
        self.searcher = searcher or TitlesSearcher()

    def open_searcher(self):
        return self.searcher


@dataclass(frozen=True)
class Citizen:
    """Somebody in a chat of their own."""

    fake: Fake
    chat: int | str

    def asks(self, *trades: str) -> None:
        for trade in trades:
            self.fake.text(self.chat, f"ghi danh {trade}")  # type: ignore[attr-defined]

    def sees(self) -> list[str]:
        return self.fake.answers(self.chat)  # type: ignore[attr-defined, no-any-return]

    def knows(self) -> list[str]:
        """Return which trade each answer is about, in order."""
        return trades_in(self.sees())


@dataclass
class Town:
    """A running server with its messengers."""

    served: Served
    telegram: FakeTelegram
    zalo: FakeZaloBot
    oa: FakeZaloOA
    settings: Settings
    clock: Clock
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1_000_001))

    def health(self) -> dict:
        return httpx.get(f"{self.served.url}/healthz", timeout=30).json()

    def door(self, name: str) -> dict:
        return self.health()["doors"][name]

    @property
    def messengers(self) -> dict[str, Fake]:
        return {"telegram": self.telegram, "zalo_bot": self.zalo, "zalo_oa": self.oa}

    def citizen(self, door: str) -> Citizen:
        """Return somebody who was never here before."""
        number = next(self._numbers)
        return Citizen(self.messengers[door], number if door == "telegram" else f"{door}{number}")

    def bring_patiently(self) -> None:
        """Have Zalo OA call again until it is heard, however long this machine takes or turns it away."""
        self.oa.configure(webhook_forever=True, webhook_delays=(0.05,), webhook_timeout=30.0)
        self.oa.set_webhook(f"{self.served.url}/zalo-oa")

    def tell_by_zalo(self, chat: str, text: str, key: str) -> int:
        """Call the webhook as Zalo does; return the status."""
        self.zalo.chats.setdefault(chat, [])
        message = {
            "message_id": key,
            "date": 1_790_000_000_000,
            "chat": {"id": chat, "chat_type": "PRIVATE"},
            "from": {"id": chat, "display_name": "An", "is_bot": False},
            "text": text,
        }
        body = {"event_name": "message.text.received", "message": message}
        headers = {"X-Bot-Api-Secret-Token": SECRET}
        return httpx.post(f"{self.served.url}/zalo-bot", json=body, headers=headers, timeout=30).status_code

    def on_telegram(self, chat: int) -> list[str]:
        return trades_in(self.telegram.answers(chat))

    def on_zalo(self, chat: str) -> list[str]:
        return trades_in(self.zalo.answers(chat))


def until(ready: Callable[[], object], seconds: float = 30.0) -> None:
    assert wait_until(ready, seconds), "that never came"


@contextmanager
def town(
    home: Path,
    *,
    app: Callable[[Settings], App] = TitlesApp,
    telegram_mode: str = "poll",
    at_once: int = 10**9,
    clock: Clock | None = None,
    answer_seconds: float = ANSWER_SECONDS,
) -> Iterator[Town]:
    """Run a server on *home* with every door open; *clock* is the doors' and, if it rules, everybody's."""
    clock = clock or Clock()
    telegram = FakeTelegram(overall=10**9, per_chat=10**9)
    zalo = FakeZaloBot(per_second=10**9, quota=10**9)
    oa = FakeZaloOA(per_second=10**9, paid_quota=10**9)
    with ExitStack() as stack:
        urls = [stack.enter_context(running(fake)) for fake in (telegram, zalo, oa)]
        settings = settings_for(
            home,
            telegram=urls[0],
            telegram_mode=telegram_mode,
            zalo_bot=urls[1],
            zalo_oa=urls[2],
            oa=oa,
        )
        doors = partial(impatient_doors, clock=clock.now, answer_seconds=answer_seconds)
        make = partial(Service, doors=doors, messages_at_once=at_once)
        made = app(settings)
        made.today = clock.today
        served = stack.enter_context(serving(made, make))
        here = Town(served, telegram, zalo, oa, settings, clock)
        until(lambda: all(door["open"] for door in here.health()["doors"].values()))
        oa.set_webhook(f"{served.url}/zalo-oa")
        yield here


__all__ = ["MESSAGES_AT_ONCE", "Clock", "TitlesApp", "Town", "hurry", "town", "trades_in", "until"]
