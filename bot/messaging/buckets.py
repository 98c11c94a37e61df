"""A token bucket: so many at once, so many a second after that."""

from __future__ import annotations

import time
from collections.abc import Callable


class Bucket:
    """
    Holds up to *capacity* tokens and gains *per_second*.

    >>> now = 0.0
    >>> bucket = Bucket(2, 1.0, lambda: now)
    >>> bucket.take(), bucket.take(), bucket.take()
    (0.0, 0.0, 1.0)
    """

    def __init__(
        self, capacity: float, per_second: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._capacity = capacity
        self._per_second = per_second
        self._clock = clock
        self._tokens = capacity
        self._filled_at = clock()

    @property
    def is_full(self) -> bool:
        self._fill()
        return self._tokens >= self._capacity

    def take(self) -> float:
        """Take a token, on credit if there is none; return after how many seconds it may be used."""
        self._fill()
        self._tokens -= 1
        return max(0.0, -self._tokens / self._per_second)

    def try_take(self) -> bool:
        """Take a token if there is one."""
        self._fill()
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def _fill(self) -> None:
        now = self._clock()
        self._tokens = min(self._capacity, self._tokens + max(0.0, now - self._filled_at) * self._per_second)
        self._filled_at = now
