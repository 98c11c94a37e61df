"""
Numbers waiting in lanes: those of one lane one at a time and in order, lanes side by side and in turn.

A lane is a chat. Whoever sends a hundred messages waits for the hundred; nobody else does.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable


class Lanes:
    """
    Numbers waiting in lanes, for the tasks of one event loop.

    ``later`` is how a lane is held back for some seconds; tests hand in a clock of their own.
    """

    def __init__(self, later: Callable[[float, Callable[[], None]], object] | None = None) -> None:
        self._later = later
        self._waiting: dict[str, deque[int]] = {}
        self._ready: asyncio.Queue[str] = asyncio.Queue()
        self._size = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def __len__(self) -> int:
        """Return how many numbers wait or are in work."""
        return self._size

    def put(self, lane: str, number: int) -> None:
        """Put *number* at the end of *lane*."""
        self._size += 1
        self._idle.clear()
        if lane in self._waiting:
            self._waiting[lane].append(number)
        else:
            self._waiting[lane] = deque([number])
            self._ready.put_nowait(lane)

    async def take(self) -> tuple[str, int]:
        """Wait for a lane's turn; return it with its first number. Nobody else gets the lane meanwhile."""
        lane = await self._ready.get()
        return lane, self._waiting[lane][0]

    def finish(self, lane: str, after: float = 0.0) -> None:
        """Drop the number that was taken from *lane*; its next one may go after so many seconds."""
        self._waiting[lane].popleft()
        self._size -= 1
        if self._size == 0:
            self._idle.set()
        if not self._waiting[lane] and not after:
            del self._waiting[lane]
        else:
            self._release(lane, after)

    def put_back(self, lane: str, after: float) -> None:
        """Leave the number that was taken first in *lane*, to be taken again after so many seconds."""
        self._release(lane, after)

    async def drained(self) -> None:
        """Wait until nothing waits and nothing is in work."""
        await self._idle.wait()

    def _release(self, lane: str, after: float) -> None:
        if after > 0:
            (self._later or asyncio.get_running_loop().call_later)(after, lambda: self._offer(lane))
        else:
            self._offer(lane)

    def _offer(self, lane: str) -> None:
        if self._waiting[lane]:
            self._ready.put_nowait(lane)
        else:
            del self._waiting[lane]
