"""
Goal R8: Telegram is silent for a day, in simulated time, and Zalo's citizens do not notice.

Real are the doors, the SDKs, the outbox, the senders and Telegram's fetch loop. Every hour somebody writes
in each Telegram chat, and a message is due in each chat of every door.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import pytest

from bot.doors.calling import Connections, MaybeSent, NotSent
from bot.messaging.model import Outgoing
from bot.messaging.tables import open_tables
from bot.serving.metrics import Metrics
from bot.serving.sending import Sender
from bot.serving.supervising import keep_open
from knowledge.database import write_transaction
from tests.door_helpers import Kept
from tests.fake_messengers.telegram import FakeTelegram
from tests.fake_messengers.wire import Fake
from tests.fake_messengers.zalo_bot import FakeZaloBot
from tests.fake_messengers.zalo_oa import FakeZaloOA
from tests.paced_sending import AtOnce, Way, doors_to, host_of
from tests.simulated_time import run_simulated

HOUR = 3600.0
CHATS = 4  # at each door
CONNECTS_WITHIN, ANSWERS_WITHIN = 10.0, 15.0


class SilentWay:
    """A way on which nothing comes back from Telegram between two moments."""

    def __init__(self, fakes: dict[str, Fake], begin: float, end: float) -> None:
        # Each messenger's way has its own luck, so that Telegram's calls change nothing for Zalo's.
        self._ways = {host: Way(fakes, seed=3) for host in fakes}
        self._begin, self._end = begin, end
        self.swallowed = 0

    async def call(self, method: str, url: str, **more: Any) -> tuple[int, bytes]:
        if urlsplit(url).netloc != "telegram" or not self._begin <= _clock() < self._end:
            return await self._ways[urlsplit(url).netloc].call(method, url, **more)
        self.swallowed += 1
        if self.swallowed % 2:  # no connection, or one that stood already
            await asyncio.sleep(CONNECTS_WITHIN)
            raise NotSent("ConnectionTimeoutError")
        await asyncio.sleep(ANSWERS_WITHIN)
        raise MaybeSent("SocketTimeoutError")


@dataclass(frozen=True)
class Day:
    """How a day went: seconds until a message arrived, what stands in Telegram's chats, what was taken in."""

    waits: dict[str, list[float]]
    answers: dict[int, list[str]]
    taken: dict[str, list[int]]
    swallowed: int
    troubles: set[str]


def _clock() -> float:
    return asyncio.get_running_loop().time()


async def a_day(path: Path, hours: int, silent_hours: int) -> Day:
    began = _clock()

    def now() -> datetime:
        return datetime.fromtimestamp(1_790_000_000 + _clock(), UTC)

    def wall() -> float:
        return now().timestamp()

    fakes: dict[str, Any] = {
        "telegram": FakeTelegram(clock=_clock, wall=wall),
        "zalo_bot": FakeZaloBot(quota=10**9, clock=_clock, wall=wall),
        "zalo_oa": FakeZaloOA(paid_quota=10**9, clock=_clock, wall=wall),
    }
    way = SilentWay(
        {host_of(name): fake for name, fake in fakes.items()}, began + HOUR, began + HOUR * (1 + silent_hours)
    )
    due_at: dict[str, float] = {}
    troubles: set[str] = set()
    intake = Kept()
    tables = open_tables(path)
    with mock.patch.object(Connections, "call", way.call), closing(tables.database):
        doors = doors_to(fakes, intake, now)
        writer, metrics = AtOnce(tables), Metrics()
        senders = {door.name: Sender(door, writer, metrics, now=now, clock=_clock) for door in doors}
        running = [asyncio.create_task(sender.run()) for sender in senders.values()]
        running.append(asyncio.create_task(keep_open(doors[0])))
        for hour in range(hours):
            for chat in range(1, CHATS + 1):
                fakes["telegram"].text(chat, f"hỏi {hour}")
                fakes["zalo_bot"].chats.setdefault(str(chat), [])
                fakes["zalo_oa"].text(str(chat), "chào")
                for name, sender in senders.items():
                    text = f"{name} {chat} {hour}"
                    due_at[text] = _clock()
                    with write_transaction(tables.database):
                        sender.put(tables.outbox.put(text, 0, name, str(chat), [Outgoing(text)], 0))
            await asyncio.sleep(HOUR)
            troubles.add(doors[0].health.trouble)
        await asyncio.gather(*(sender.drained() for sender in senders.values()))
        for task in running:
            task.cancel()
        await asyncio.gather(*running, *(door.close() for door in doors), return_exceptions=True)
    assert [violation for fake in fakes.values() for violation in fake.rules.violations] == []
    waits = {name: _waits(fakes[name], due_at) for name in ("zalo_bot", "zalo_oa")}
    taken: dict[str, list[int]] = defaultdict(list)
    for update in intake.updates:
        taken[update.lane].append(int(update.key))
    return Day(
        waits,
        {chat: fakes["telegram"].answers(chat) for chat in range(1, CHATS + 1)},
        taken,
        way.swallowed,
        troubles,
    )


def _waits(fake: Any, due_at: dict[str, float]) -> list[float]:
    """Return how long each message took to arrive."""
    found: list[float] = []
    for call in fake.calls:
        text = call.params.get("text") or call.params.get("message", {}).get("text")
        if text in due_at and call.outcome == "ok":
            found.append(call.answered_at - due_at[text])
    return sorted(found)


def p95(waits: list[float]) -> float:
    return waits[len(waits) * 95 // 100]


def check(tmp_path: Path, silent_hours: int) -> None:
    """Let Telegram be silent; assert that nothing is lost or doubled, and that Zalo is as fast as ever."""
    hours = silent_hours + 2
    usual, _ = run_simulated(a_day(tmp_path / "usual.db", hours, 0))
    day, seconds = run_simulated(a_day(tmp_path / "silent.db", hours, silent_hours))

    assert seconds >= hours * HOUR
    assert day.swallowed > 10 * silent_hours
    for chat, answers in day.answers.items():
        assert answers == [f"telegram {chat} {hour}" for hour in range(hours)]
        assert len(day.taken[str(chat)]) == hours
        assert all(earlier < later for earlier, later in pairwise(day.taken[str(chat)]))
    for door, waits in day.waits.items():
        assert len(waits) == CHATS * hours
        assert p95(waits) <= 1.1 * p95(usual.waits[door]), door
    assert any(day.troubles)


def test_telegram_is_silent_for_two_hours_and_everything_arrives_when_it_is_back(tmp_path):
    check(tmp_path, 2)


@pytest.mark.soak
def test_telegram_is_silent_for_a_day_and_everything_arrives_when_it_is_back(tmp_path):
    check(tmp_path, 24)
