"""
An office with all its doors open, and who stands before them: citizens, each at one door, and the officer.

The service, its database and its HTTP server are the real ones; the messengers are the fakes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from bot.app import App
from bot.cli import cli
from bot.doors.door import Pace
from bot.doors.telegram import TelegramDoor
from bot.doors.zalo_bot import ZaloBotDoor
from bot.doors.zalo_oa import ZaloOaDoor
from bot.serving.housekeeping import keep_house
from bot.serving.limiting import Limiter
from bot.serving.service import Service, now_ms
from knowledge.records import Record
from tests.fake_messengers.server import running
from tests.fake_messengers.telegram import FakeTelegram
from tests.fake_messengers.zalo_bot import FakeZaloBot
from tests.fake_messengers.zalo_oa import FakeZaloOA
from tests.fakes_handlers import FakeSearcher
from tests.serving import FindsHere, serving, settings_for
from tests.visitors import AtTelegram, AtThePage, AtZaloBot, AtZaloOa, Citizen, Visitor, until

UNHURRIED = Pace(per_second=10_000)  # the platforms' pace is measured elsewhere
AT_ONCE = 20
_BURST = 10_000


@dataclass
class House:
    """The office, its fakes, and the address of its page."""

    app: App
    telegram: FakeTelegram
    zalo_bot: FakeZaloBot
    zalo_oa: FakeZaloOA
    url: str
    service: Service
    _open: ExitStack
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(700_000_001))

    def citizen(self, door: str) -> Visitor:
        """Return somebody who was never here before."""
        number = next(self._numbers)
        by_door: dict[str, Callable[[], Citizen]] = {
            "telegram": lambda: AtTelegram(self.telegram, number),
            "zalo bot": lambda: AtZaloBot(self.zalo_bot, f"zalo-{number}"),
            "zalo oa": lambda: AtZaloOa(self.zalo_oa, f"oa-{number}"),
            "web": lambda: self._open.enter_context(AtThePage(self.url)),
        }
        return Visitor(by_door[door]())

    def officer_types(self, *arguments: str) -> str:
        """Run ``danhoi questions ARGUMENTS`` beside the server; return what the officer reads."""
        app = App(self.app.settings, today=self.app.today)
        result = CliRunner().invoke(cli, ["questions", *arguments], obj=app, prog_name="danhoi")
        assert result.exit_code == 0, result.output
        return result.output

    def wait_until(self, ready: Callable[[], object]) -> None:
        """Wait until *ready* is true."""
        assert until(ready), "it never came to that"

    def all_sent(self) -> list[str]:
        """Return every message that went through a messenger, as it stands there."""
        telegram = [text for chat in self.telegram.chats for text in self.telegram.answers(chat)]
        zalo_bot = [text for chat in self.zalo_bot.chats for text in self.zalo_bot.answers(chat)]
        zalo_oa = [text for user in self.zalo_oa.users for text in self.zalo_oa.answers(user)]
        return [*telegram, *zalo_bot, *zalo_oa]

    def keeps_nothing_of(self, *words: str) -> bool:
        """Let the hourly housekeeping run until none of *words* lies on the disk; False when some stay."""

        def are_gone() -> bool:
            keep_house(self.app.settings.database, self.app.today(), now_ms())
            stored = self.stored_bytes()
            return not any(word.encode() in stored for word in words)

        return until(are_gone)

    def stored_bytes(self) -> bytes:
        """Return all that lies in the state folder, as it lies there."""
        files = [path for path in self.app.settings.home.rglob("*") if path.is_file()]
        return b"".join(path.read_bytes() for path in files)


class SmallApp(FindsHere):
    """An app that has *records* without an index."""

    def __init__(self, *arguments: Any, records: list[Record], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._records = records

    def open_searcher(self):  # type: ignore[no-untyped-def]
        return FakeSearcher(self._records)


def _without_time(app: App) -> Service:
    """Return a service for which no time passes between messages: who wrote ``AT_ONCE`` has to wait."""
    service = Service(app)
    service._limiter = Limiter(AT_ONCE, per_minute=0)
    return service


@contextmanager
def open_house(
    home: Path,
    records: list[Record],
    *,
    today: date,
    telegram_mode: str = "poll",
    zalo_bot_mode: str = "webhook",
    flat: bool = False,
) -> Iterator[House]:
    """Open every door for the time of the block; ``flat``: Zalo Bot calls without an envelope."""
    telegram, zalo_bot, zalo_oa = (
        FakeTelegram(burst=_BURST),
        FakeZaloBot(burst=_BURST),
        FakeZaloOA(burst=_BURST),
    )
    zalo_bot.flat = flat
    with ExitStack() as stack:
        for door in (TelegramDoor, ZaloBotDoor, ZaloOaDoor):
            stack.callback(setattr, door, "pace", door.pace)
            door.pace = UNHURRIED
        settings = settings_for(
            home,
            telegram=stack.enter_context(running(telegram)),
            telegram_mode=telegram_mode,
            zalo_bot=stack.enter_context(running(zalo_bot)),
            zalo_bot_mode=zalo_bot_mode,
            zalo_oa=stack.enter_context(running(zalo_oa)),
            oa=zalo_oa,
        )
        app = SmallApp(settings, today=lambda: today, records=records)
        served = stack.enter_context(serving(app, _without_time))
        assert until(lambda: all(door.health.opened for door in served.service.doors)), "a door stays shut"
        zalo_oa.set_webhook(f"{served.url}/zalo-oa")
        yield House(app, telegram, zalo_bot, zalo_oa, served.url, served.service, stack)
