"""
Messages on their way to strict messengers, hours of them, in simulated time.

Real are the outbox, the senders, the doors and the SDKs. The way to the messengers is no network: a call
takes as long as chance says, and arrives. There the fakes count, by their own windows, what came too fast.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock
from urllib.parse import urlsplit

import msgspec

from bot.doors.calling import Connections
from bot.doors.door import Door
from bot.doors.telegram import TelegramDoor
from bot.doors.zalo_bot import ZaloBotDoor
from bot.doors.zalo_oa import ZaloOaDoor
from bot.doors.zalo_oa_tokens import Tokens
from bot.messaging.model import Outgoing
from bot.messaging.outbox import Due
from bot.messaging.tables import Tables, open_tables
from bot.serving.metrics import Metrics
from bot.serving.sending import Sender
from bot.settings import TelegramSettings, ZaloBotSettings, ZaloOaSettings
from knowledge.database import write_transaction
from tests.door_helpers import Kept
from tests.fake_messengers import telegram, zalo_bot
from tests.fake_messengers.telegram import FakeTelegram
from tests.fake_messengers.wire import Fake
from tests.fake_messengers.zalo_bot import FakeZaloBot
from tests.fake_messengers.zalo_oa import FakeZaloOA

T = TypeVar("T")
SHORTEST_WAY, LONGEST_WAY = 0.02, 0.18  # seconds to a messenger; and as long back
_ANSWER = "Cơ quan trả lời – Ghi danh thêu\nPhí, lệ phí: không có."


@dataclass(frozen=True, slots=True)
class Sent:
    """What the messengers saw: messages by door, and the rules that were broken."""

    messages: dict[str, int]
    broken: list[str]


class AtOnce:
    """A writer for the simulation: a job is done where it is asked for, and nothing waits for a disk."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def begin(self, work: Callable[[Tables], T]) -> asyncio.Future[T]:
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        with write_transaction(self._tables.database):
            done.set_result(work(self._tables))
        return done

    async def run(self, work: Callable[[Tables], T]) -> T:
        await asyncio.sleep(0)
        return await self.begin(work)


class NoTokens:
    def load(self, given: str) -> Tokens | None:
        return None

    def save(self, given: str, tokens: Tokens) -> None:
        pass


class Way:
    """Between the doors and the messengers."""

    def __init__(self, fakes: dict[str, Fake], seed: int) -> None:
        self._fakes = fakes
        self._draw = random.Random(seed)

    async def call(
        self, method: str, url: str, *, headers: Any = None, form: Any = None, json: Any = None
    ) -> tuple[int, bytes]:
        """Stand in for ``Connections.call``."""
        parts = urlsplit(url)
        body = msgspec.json.encode(dict(form or json or {}))
        shown = {"content-type": "application/json"} | (headers or {})
        await asyncio.sleep(self._draw.uniform(SHORTEST_WAY, LONGEST_WAY))
        sent: list[dict[str, Any]] = []

        requests = [{"type": "http.request", "body": body}]

        async def receive() -> dict[str, Any]:
            return requests.pop() if requests else await asyncio.get_running_loop().create_future()

        async def send(event: dict[str, Any]) -> None:
            sent.append(event)

        scope = {
            "type": "http",
            "path": parts.path,
            "headers": [(name.encode(), value.encode()) for name, value in shown.items()],
            "query_string": b"",
            "method": method,
        }
        await self._fakes[parts.netloc](scope, receive, send)
        await asyncio.sleep(self._draw.uniform(SHORTEST_WAY, LONGEST_WAY))
        return sent[0]["status"], sent[1]["body"]


async def send_all(folder: Path, count: dict[str, int], chats: int, seed: int = 1) -> Sent:
    """
    Send so many messages through each door, all of them due at once, to *chats* chats each.

    *count* is by door; a share of Telegram's messages goes to groups.
    """
    clock = asyncio.get_running_loop().time

    def wall() -> float:
        return 1_790_000_000 + clock()

    def now() -> datetime:
        return datetime.fromtimestamp(wall(), UTC)

    fakes: dict[str, Fake] = {
        TelegramDoor.name: FakeTelegram(clock=clock, wall=wall),
        ZaloBotDoor.name: FakeZaloBot(quota=10**9, clock=clock, wall=wall),
        ZaloOaDoor.name: FakeZaloOA(paid_quota=10**9, clock=clock, wall=wall),
    }
    way = Way({host_of(name): fake for name, fake in fakes.items()}, seed)
    with mock.patch.object(Connections, "call", way.call):
        doors = doors_to(fakes, Kept(), now)
        tables = open_tables(folder / "outbox.db")
        with closing(tables.database):
            senders = {
                door.name: Sender(door, AtOnce(tables), Metrics(), now=now, clock=clock) for door in doors
            }
            for name, due in _written(tables, fakes, count, chats).items():
                senders[name].put(due)
            running = [asyncio.create_task(sender.run()) for sender in senders.values()]
            await asyncio.gather(*(sender.drained() for sender in senders.values()))
            for task in running:
                task.cancel()
            await asyncio.gather(*running, *(door.close() for door in doors), return_exceptions=True)
    return Sent(
        {name: fake.rules.counts["messages"] for name, fake in fakes.items()},
        [
            f"{name}: {each.rule}, {each.detail}"
            for name, fake in fakes.items()
            for each in fake.rules.violations
        ],
    )


def host_of(door: str) -> str:
    """Return the host that a door's messenger has here."""
    return door.replace("_", "-")


def doors_to(fakes: dict[str, Fake], intake: Kept, now: Callable[[], datetime]) -> list[Door]:
    """Return a door to each of *fakes*."""
    at_oa = fakes[ZaloOaDoor.name]
    assert isinstance(at_oa, FakeZaloOA)
    address = f"http://{host_of(ZaloOaDoor.name)}"
    settings = ZaloOaSettings(
        at_oa.app_id, at_oa.app_secret, at_oa.oa_secret, at_oa.refresh_token, address, address
    )
    zalo = ZaloBotSettings(zalo_bot.TOKEN, base_url=f"http://{host_of(ZaloBotDoor.name)}")
    return [
        TelegramDoor(TelegramSettings(telegram.TOKEN, f"http://{TelegramDoor.name}"), intake, "", clock=now),
        ZaloBotDoor(zalo, intake, "", count=lambda: 0, clock=now),
        ZaloOaDoor(settings, intake, "", NoTokens(), clock=now),
    ]


def _written(
    tables: Tables, fakes: dict[str, Fake], count: dict[str, int], chats: int
) -> dict[str, list[Due]]:
    """Put the messages into the outbox, and let the messengers know the chats."""
    due: dict[str, list[Due]] = {name: [] for name in count}
    with write_transaction(tables.database):
        for name, messages in count.items():
            for number in range(messages):
                address, quotes = _address(name, number, chats)
                if number < chats:
                    _make_known(fakes[name], address)
                outgoing = Outgoing(f"{_ANSWER} {number}", quotes=quotes)
                due[name] += tables.outbox.put(f"{name}:{number}", 0, name, address, [outgoing], 0)
    return due


def _address(door: str, number: int, chats: int) -> tuple[str, str]:
    """Return the chat of message *number*, and what it quotes: in every fifth of Telegram's, a group."""
    chat = 1 + number % chats
    if door == TelegramDoor.name and chat % 5 == 0:
        return str(-chat), "1"
    return str(chat), ""


def _make_known(fake: Fake, address: str) -> None:
    if isinstance(fake, FakeTelegram):
        fake.chats[int(address)] = {}
    elif isinstance(fake, FakeZaloBot):
        fake.chats[address] = []
    elif isinstance(fake, FakeZaloOA):
        fake.text(address, "chào")
