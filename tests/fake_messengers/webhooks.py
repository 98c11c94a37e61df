"""Calling webhooks as a messenger does: in order within a queue, queues side by side, again if refused."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import deque
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.fake_messengers.posting import Poster
from tests.fake_messengers.rules import Limit
from tests.fake_messengers.wire import Fake


@dataclass(frozen=True)
class Update:
    """Something that happened and is to be fetched or brought; in order within its ``queue``: a chat."""

    id: int
    queue: Hashable
    body: object
    at: float


@dataclass(frozen=True)
class Delivery:
    """One call of the webhook."""

    update: Update
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Attempt:
    """One try: what the webhook answered (None: nothing), when, and after how many seconds."""

    delivery: Delivery
    status: int | None
    at: float
    seconds: float

    @property
    def taken(self) -> bool:
        """Whether the webhook took it."""
        return self.status is not None and 200 <= self.status < 300


class Webhook:
    """Brings deliveries to one address.

    ``delays`` are the waits before each further try; after the last one it is repeated (``forever``) or the
    delivery is given up and ``on_give_up`` called.
    """

    def __init__(
        self,
        url: str,
        clock: Callable[[], float],
        *,
        delays: Sequence[float],
        forever: bool,
        timeout: float,
        connections: int = 40,
        on_attempt: Callable[[Attempt], None],
        on_give_up: Callable[[Delivery], None] = lambda delivery: None,
    ) -> None:
        self.url = url
        self._clock, self._delays, self._forever = clock, delays, forever
        self._on_attempt, self._on_give_up = on_attempt, on_give_up
        self._poster = Poster(url, timeout)
        self._places = asyncio.Semaphore(connections)
        self._queues: dict[Hashable, deque[Delivery]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, delivery: Delivery) -> None:
        """Bring this after everything of the same queue."""
        queue = delivery.update.queue
        if queue in self._queues:
            self._queues[queue].append(delivery)
            return
        self._queues[queue] = deque([delivery])
        task = asyncio.create_task(self._work(queue))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> list[Delivery]:
        """Stop; gives what was not brought."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._poster.close()
        return [delivery for queue in self._queues.values() for delivery in queue]

    async def _work(self, queue: Hashable) -> None:
        waiting = self._queues[queue]
        while waiting:
            await self._bring(waiting[0])
            waiting.popleft()
        del self._queues[queue]

    async def _bring(self, delivery: Delivery) -> None:
        tried = 0
        while True:
            async with self._places:
                called = self._clock()
                status = await self._poster.post(
                    delivery.body, {"Content-Type": "application/json", **delivery.headers}
                )
            attempt = Attempt(delivery, status, self._clock(), self._clock() - called)
            self._on_attempt(attempt)
            if attempt.taken:
                return
            if tried >= len(self._delays) and not self._forever:
                self._on_give_up(delivery)
                return
            await asyncio.sleep(self._delays[min(tried, len(self._delays) - 1)])
            tried += 1


@dataclass(frozen=True)
class Hook:
    """Where updates are brought, and how patiently."""

    url: str
    secret: str
    connections: int = 40


class CallingFake(Fake):
    """A messenger that keeps updates until they are fetched, or calls a webhook with them."""

    webhook_delays: Sequence[float] = (0.05,)
    webhook_forever = True
    webhook_timeout = 10.0

    def __init__(
        self,
        limits: Mapping[str, Limit],
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(limits, clock, wall)
        self.hook: Hook | None = None
        self.pending: deque[Update] = deque()
        self.happened: list[Update] = []
        self.attempts: list[Attempt] = []
        self.given_up: list[Update] = []
        self.paused = False
        self.in_order = True
        self._outstanding = 0
        self._in_use: Hook | None = None
        self._ids = itertools.count(500_000_001)

    def wire(self, update: Update, hook: Hook) -> tuple[bytes, dict[str, str]]:
        """Give body and headers of a webhook call."""
        raise NotImplementedError

    def enqueue(self, body: object, queue: Hashable) -> int:
        """Let something happen; gives its number."""
        with self.lock:
            update = Update(next(self._ids), queue, body, self.wall())
            self.push(update)
            return update.id

    def push(self, update: Update) -> None:
        """Let this wait to be fetched or brought."""
        with self.lock:
            self.happened.append(update)
            self.pending.append(update)
        self.ring()

    def outstanding(self) -> int:
        """Count what was neither acknowledged by a poll nor taken by the webhook."""
        with self.lock:
            return len(self.pending) + self._outstanding

    def pause(self) -> None:
        """Keep back what happens from now on."""
        self.paused = True

    def resume(self, order: str = "kept", seed: int = 0) -> None:
        """Hand out what was kept back: ``kept``, ``reversed`` or ``shuffled``."""
        with self.lock:
            waiting = list(self.pending)
            if order == "reversed":
                waiting.reverse()
            elif order == "shuffled":
                random.Random(seed).shuffle(waiting)
            self.in_order = self.in_order and order == "kept"
            self.pending = deque(waiting)
            self.paused = False
        self.ring()

    def configure(self, **switches: Any) -> None:
        """Set attributes of this class by name: its switches, and the patience of its webhook."""
        for name, value in switches.items():
            if name.startswith("_") or not hasattr(self, name):
                raise LookupError(name)
            setattr(self, name, value)

    def gave_up(self, update: Update) -> None:
        """Stop bringing one update: what the messenger does then."""
        self.given_up.append(update)

    async def deliver_webhooks(self) -> None:
        """Bring updates to the webhook while there is one."""
        webhook: Webhook | None = None
        self._in_use = None
        try:
            while await self.until(lambda: self.hook is not self._in_use or self._to_bring()):
                if self.hook is not self._in_use:
                    await self._take_back(webhook)
                    self._in_use = self.hook
                    webhook = self._caller(self._in_use) if self._in_use is not None else None
                    continue
                with self.lock:
                    updates, self.pending = list(self.pending), deque()
                    self._outstanding += len(updates)
                for update in updates:
                    assert self._in_use is not None
                    assert webhook is not None
                    webhook.add(Delivery(update, *self.wire(update, self._in_use)))
        finally:
            await self._take_back(webhook)

    def _to_bring(self) -> bool:
        return self.hook is not None and bool(self.pending) and not self.paused

    def _caller(self, hook: Hook) -> Webhook:
        return Webhook(
            hook.url,
            self.clock,
            delays=self.webhook_delays,
            forever=self.webhook_forever,
            timeout=self.webhook_timeout,
            connections=hook.connections,
            on_attempt=self._attempted,
            on_give_up=self._given_up,
        )

    async def _take_back(self, webhook: Webhook | None) -> None:
        if webhook is not None:
            left = [delivery.update for delivery in await webhook.close()]
            with self.lock:
                self._outstanding = 0
                self.pending.extendleft(sorted(left, key=lambda update: update.id, reverse=True))
            self.ring()

    def _attempted(self, attempt: Attempt) -> None:
        with self.lock:
            self.attempts.append(attempt)
            if attempt.taken:
                self._outstanding -= 1
        self.ring()

    def _given_up(self, delivery: Delivery) -> None:
        with self.lock:
            self._outstanding -= 1
            self.gave_up(delivery.update)
        self.ring()
