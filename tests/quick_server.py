"""``danhoi serve`` in a test: messengers on loopback, waits of some milliseconds, a search of titles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from bot.app import App
from bot.doors import telegram as telegram_module
from bot.doors import telegram_wire
from bot.doors import zalo_bot as zalo_bot_module
from bot.doors.door import Door, Intake
from bot.doors.telegram import TelegramDoor
from bot.doors.zalo_bot import ZaloBotDoor
from bot.serving import answering, reloading, sending, service, supervising
from bot.serving.attending import MESSAGES_AT_ONCE
from bot.serving.doors import CountSent
from bot.serving.service import Service
from bot.settings import Settings
from tests.fake_messengers.server import running
from tests.fake_messengers.telegram import FakeTelegram
from tests.fake_messengers.zalo_bot import FakeZaloBot
from tests.fakes_handlers import FakeSearcher
from tests.killed_server import UNHURRIED, trade_procedures, wait_until
from tests.serving import SECRET, Served, serving, settings_for

TITLE = "Cơ quan trả lời – Ghi danh "
_ANSWER_SECONDS = 0.5
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
    (zalo_bot_module, "_WAIT_SECONDS", 0.2),
)


def hurry(patch: pytest.MonkeyPatch) -> None:
    """Make every wait short and lift the platforms' pace; both are tested where they belong."""
    for module, name, seconds in _WAITS:
        patch.setattr(module, name, seconds)
    for door in (TelegramDoor, ZaloBotDoor):
        patch.setattr(door, "pace", UNHURRIED)


def impatient_doors(settings: Settings, intake: Intake, count_sent: CountSent) -> Sequence[Door]:
    """Return the doors with an answer awaited for half a second."""
    doors: list[Door] = []
    patience = {"poll_seconds": 1, "answer_seconds": _ANSWER_SECONDS}
    if settings.telegram:
        doors.append(TelegramDoor(settings.telegram, intake, settings.public_url, **patience))
    if settings.zalo_bot:
        count = partial(count_sent, ZaloBotDoor.name)
        doors.append(ZaloBotDoor(settings.zalo_bot, intake, settings.public_url, count=count, **patience))
    return doors


class TitlesSearcher(FakeSearcher):
    """Finds trades by their titles; its generation has a manifest as a real one has."""

    def __init__(self, generation_id: str = "gen-1") -> None:
        super().__init__(trade_procedures(), generation_id)
        manifest = SimpleNamespace(created_at="2026-11-20T08:00:00+00:00")
        self.generation = SimpleNamespace(
            records=self.generation.records, generation_id=generation_id, manifest=manifest
        )


class TitlesApp(App):
    """An app whose search is over the titles of trades, or whatever *searcher* is."""

    def __init__(self, settings: Settings, searcher=None) -> None:
        super().__init__(settings)
        self.searcher = searcher or TitlesSearcher()

    def open_searcher(self):
        return self.searcher


@dataclass
class Town:
    """A running server with its messengers."""

    served: Served
    telegram: FakeTelegram
    zalo: FakeZaloBot
    settings: Settings
    last_update: int = field(default=0)

    def health(self) -> dict:
        return httpx.get(f"{self.served.url}/healthz", timeout=30).json()

    def door(self, name: str) -> dict:
        return self.health()["doors"][name]

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


def trades_in(texts: list[str]) -> list[str]:
    """Return which trade each answer is about, in order."""
    return [text.split(TITLE)[1].split()[0] for text in texts if TITLE in text]


def until(ready: Callable[[], object], seconds: float = 30.0) -> None:
    assert wait_until(ready, seconds), "that never came"


@contextmanager
def town(
    home: Path,
    *,
    app: Callable[[Settings], App] = TitlesApp,
    telegram_mode: str = "poll",
    at_once: int = 10**9,
) -> Iterator[Town]:
    """Run a server on *home* with Telegram and Zalo Bot open."""
    telegram = FakeTelegram(overall=10**9, per_chat=10**9)
    zalo = FakeZaloBot(per_second=10**9, quota=10**9)
    with running(telegram) as telegram_url, running(zalo) as zalo_url:
        settings = settings_for(home, telegram=telegram_url, telegram_mode=telegram_mode, zalo_bot=zalo_url)
        make = partial(Service, doors=impatient_doors, messages_at_once=at_once)
        with serving(app(settings), make) as served:
            here = Town(served, telegram, zalo, settings)
            until(lambda: all(door["open"] for door in here.health()["doors"].values()))
            yield here


__all__ = ["MESSAGES_AT_ONCE", "TitlesApp", "Town", "hurry", "town", "trades_in", "until"]
