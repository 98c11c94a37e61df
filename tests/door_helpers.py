"""What tests of doors share: an intake in memory, a door held open, and waiting for conditions."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette

from bot.doors.door import Door, SendingError, Update
from knowledge.errors import DatabaseRefused
from tests.fake_messengers.faults import Fault

PATIENT_SECONDS = 10.0
_IMPATIENT_SECONDS = 0.5


class Kept:
    """An intake that keeps updates in memory, refuses on demand, and may be made to take its time."""

    def __init__(self) -> None:
        self.updates: list[Update] = []
        self.is_full = False
        self.refuses = False
        self.may_store = asyncio.Event()
        self.may_store.set()
        self.asked = 0

    async def accept(self, door: str, updates: Sequence[Update]) -> None:
        self.asked += 1
        await self.may_store.wait()
        if self.refuses:
            raise DatabaseRefused("đĩa đầy")
        self.updates += updates


class Sleeper:
    """A clockless ``sleep``: it notes for how long, and wakes when the test says so."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.wakes = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        await self.wakes.wait()
        self.wakes.clear()


class Sleepless:
    """A ``sleep`` that notes for how long, and is over at once."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


async def until(ready: Callable[[], object]) -> None:
    """Wait until *ready* is true."""
    async with asyncio.timeout(10):
        while not ready():  # noqa: ASYNC110 - what a server in another thread saw has no event here
            await asyncio.sleep(0.002)


@asynccontextmanager
async def kept_open(door: Door) -> AsyncIterator[asyncio.Task[None]]:
    """Hold *door* open while the block runs, from the moment it is; gives the task that does."""
    task = asyncio.create_task(door.keep_open())
    try:
        await until(lambda: door.health.opened or task.done())
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await door.close()


async def refusal(door: Door) -> SendingError:
    """Return why *door* cannot be kept open."""
    async with kept_open(door) as task:
        with pytest.raises(SendingError) as caught:
            await asyncio.wait_for(task, 10)
    return caught.value


def patience(fault: Fault) -> float:
    """Return how long to wait for an answer: not long where none will come."""
    return _IMPATIENT_SECONDS if fault.kind == "black_hole" else PATIENT_SECONDS


def app_of(door: Door) -> Starlette:
    """Return the door's webhook as an application, with the door kept open while it serves."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with kept_open(door):
            yield

    return Starlette(routes=door.routes(), lifespan=lifespan)


def told(error: BaseException) -> str:
    """Return all that a log could show of *error*."""
    return "".join(traceback.format_exception(error))
