"""Counting what a polite sender must not do: too many messages in a window, or a retry before its time."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limit:
    """At most ``most`` (and ``burst`` more) in any window of ``within_s`` seconds."""

    most: int
    within_s: float
    burst: int = 0


@dataclass(frozen=True)
class Violation:
    """A rule that was broken: by what, when (the fake's clock) and how."""

    rule: str
    key: str
    at: float
    detail: str


@dataclass
class Rules:
    """The limits of one messenger, and what broke them. Counts are of accepted calls."""

    clock: Callable[[], float]
    limits: Mapping[str, Limit]
    violations: list[Violation] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    _windows: dict[tuple[str, Hashable], deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _not_before: dict[Hashable, float] = field(default_factory=dict)

    def count(self, rule: str, key: Hashable = "") -> bool:
        """Count one event under a rule; say whether it was within the limit."""
        limit, now, window = self.limits[rule], self.clock(), self._windows[rule, key]
        while window and window[0] <= now - limit.within_s:
            window.popleft()
        window.append(now)
        if len(window) <= limit.most + limit.burst:
            return True
        self.broken(rule, key, f"{len(window)} in {limit.within_s:g} s, allowed {limit.most + limit.burst}")
        return False

    def broken(self, rule: str, key: Hashable, detail: str) -> None:
        """Record a violation."""
        self.violations.append(Violation(rule, str(key), self.clock(), detail))

    def told_to_wait(self, key: Hashable, seconds: float) -> None:
        """Remember that this caller was told to come back after so many seconds."""
        self._not_before[key] = self.clock() + seconds

    def came_back(self, key: Hashable) -> None:
        """Record a violation if this caller was told to wait and has not."""
        if (until := self._not_before.get(key)) is None:
            return
        if (early := until - self.clock()) > 0:
            self.broken("retry_after", key, f"{early:.3f} s early")
        else:
            del self._not_before[key]
