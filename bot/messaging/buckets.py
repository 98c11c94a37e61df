"""A token bucket: so many at once, so many a second after that."""

from __future__ import annotations


class Bucket:
    """
    Holds up to *capacity* tokens and gains *per_second*. Who asks says what time it is, in seconds.

    >>> bucket = Bucket(2, 1.0)
    >>> bucket.take(7.0), bucket.take(7.0), bucket.take(7.0)
    (0.0, 0.0, 1.0)
    """

    def __init__(self, capacity: float, per_second: float) -> None:
        self._capacity = capacity
        self._per_second = per_second
        self._tokens = capacity
        self._filled_at = 0.0

    def is_full(self, now: float) -> bool:
        """Say whether nobody took one for long."""
        self._fill(now)
        return self._tokens >= self._capacity

    def take(self, now: float) -> float:
        """Take a token, on credit if there is none; return after how many seconds it may be used."""
        self._fill(now)
        self._tokens -= 1
        return max(0.0, -self._tokens / self._per_second)

    def try_take(self, now: float) -> bool:
        """Take a token if there is one."""
        self._fill(now)
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def _fill(self, now: float) -> None:
        self._tokens = min(self._capacity, self._tokens + max(0.0, now - self._filled_at) * self._per_second)
        self._filled_at = now
