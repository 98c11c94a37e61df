"""What tests of doors share: an intake in memory, a door held open, and waiting for conditions."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest
from starlette.applications import Starlette

from bot.doors.door import (
    Door,
    MaybeDelivered,
    NotDelivered,
    Remember,
    Sending,
    SendingError,
    SlowDown,
    Update,
)
from knowledge.errors import DatabaseRefused
from tests.fake_messengers.faults import Fault
from tests.fake_messengers.server import listener

SECRET = "a-secret-of-the-webhook"
NOON = datetime(2026, 7, 20, 5, tzinfo=UTC)  # in Vietnam
UNUSED = "http://unused"  # where no call is made
PATIENT_SECONDS = 10.0
_IMPATIENT_SECONDS = 0.5

# What a network does to a message that cannot be edited, and what it is told for.
NETWORK_FAULTS: dict[str, tuple[Fault, type[SendingError]]] = {
    "a proxy's page": (Fault("html", 502), NotDelivered),
    "a proxy's page, 400": (Fault("html", 400), NotDelivered),
    "a proxy's page, 401": (Fault("html", 401), NotDelivered),
    "a proxy's page, 404": (Fault("html", 404), NotDelivered),
    "a proxy's page, 429": (Fault("html", 429), SlowDown),
    "a page that says 200": (Fault("html", 200, accepted=True), MaybeDelivered),
    "cut JSON": (Fault("malformed", accepted=True), MaybeDelivered),
    "dropped": (Fault("drop"), MaybeDelivered),
    "dropped after it was taken": (Fault("drop", accepted=True), MaybeDelivered),
    "never answered": (Fault("black_hole", accepted=True), MaybeDelivered),
}


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


async def forget(message_id: str) -> None:
    """Remember nothing."""


def sent(door: Door, sending: Sending, remember: Remember = forget) -> str:
    """Have *door* send one message, close it, and return the message's name."""

    async def scenario() -> str:
        try:
            return await door.send(sending, remember)
        finally:
            await door.close()

    return asyncio.run(scenario())


Call = tuple[bytes, Mapping[str, str]]


def posted(door: Door, *calls: Call) -> list[int]:
    """Return what the door's webhook answers to each of *calls*, a body with its headers."""
    [route] = door.routes()

    async def scenario() -> list[int]:
        transport = httpx.ASGITransport(Starlette(routes=[route]))
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
            answers = [await client.post(route.path, content=body, headers=shown) for body, shown in calls]
        await door.close()
        return [answer.status_code for answer in answers]

    return asyncio.run(scenario())


def free_port() -> int:
    """Return a port of loopback on which nobody listens."""
    with listener() as free:
        return int(free.getsockname()[1])


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
