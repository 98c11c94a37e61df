"""An event loop whose clock leaps: nobody waits for a timer, and hours pass while their work is done."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class SimulatedLoop(asyncio.SelectorEventLoop):
    """For code that waits for timers only: whoever waits for a thread or a socket would see time fly."""

    def __init__(self) -> None:
        self._now = 1000.0
        super().__init__(_Leaping(self))

    def time(self) -> float:
        return self._now

    def leap(self, seconds: float) -> None:
        self._now += seconds


class _Leaping(selectors.DefaultSelector):  # type: ignore[valid-type, misc]
    def __init__(self, loop: SimulatedLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        """Leap to the next timer where an ordinary loop would sleep until then."""
        if timeout is not None and timeout > 0:
            self._loop.leap(timeout)
            timeout = 0
        return super().select(timeout)


def run_simulated(main: Coroutine[Any, Any, T]) -> tuple[T, float]:
    """Run *main*; return its result and the seconds that passed for it."""
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        loop = runner.get_loop()
        began = loop.time()
        result = runner.run(main)
        return result, loop.time() - began
