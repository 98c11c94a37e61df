"""Where doors leave updates: on disk first, then in the lanes, then acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from bot.doors.door import Update
from bot.messaging.inbox import Waiting
from bot.messaging.tables import Tables
from bot.serving.answering import Answering
from bot.serving.metrics import Metrics
from bot.serving.writer import Writer


class StoredIntake:
    """The intake of a server; see ``bot.doors.door.Intake``."""

    def __init__(
        self, writer: Writer, answering: Answering, metrics: Metrics, *, now_ms: Callable[[], int]
    ) -> None:
        self._writer = writer
        self._answering = answering
        self._metrics = metrics
        self._now_ms = now_ms
        self._closed = False

    @property
    def is_full(self) -> bool:
        return self._closed or self._answering.is_full

    def close(self) -> None:
        """Let doors that can hold updates back do so from now on; the server is about to stop."""
        self._closed = True

    async def accept(self, door: str, updates: Sequence[Update]) -> None:
        """Store *updates*, then let them be answered; see the protocol."""
        # A platform that hangs up must not leave a stored update outside the lanes.
        await asyncio.shield(self._store_and_put(door, updates))

    async def _store_and_put(self, door: str, updates: Sequence[Update]) -> None:
        self._answering.put(await self.store(door, updates))

    async def store(self, door: str, updates: Sequence[Update]) -> list[Waiting]:
        """Store *updates*; return those that are new and must be ``put`` into the lanes."""
        now_ms = self._now_ms()

        def add(tables: Tables) -> list[Waiting]:
            return tables.inbox.add(door, updates, now_ms)

        with self._answering.coming(), self._metrics.intake_seconds.time():
            added = await self._writer.run(add)
        self._metrics.updates.labels(door).inc(len(added))
        return added
