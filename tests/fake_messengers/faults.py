"""Faults on demand: what a messenger's server, or the network before it, may do to a call.

``accepted`` says on which side of the harm the call took effect: a message whose connection is dropped with
``accepted=True`` is shown to the citizen although the sender saw an error.
"""

from __future__ import annotations

import random
import threading
from collections import deque
from dataclasses import dataclass
from typing import Literal

Kind = Literal["status", "html", "malformed", "drop", "slow", "black_hole"]

EVERY_METHOD = "*"


@dataclass(frozen=True)
class Fault:
    """One harm.

    - ``status``: the messenger's own refusal with this code, in its own envelope.
    - ``html``: a page of a proxy instead of JSON. ``malformed``: JSON cut in the middle.
    - ``drop``: the connection is closed without a byte of answer.
    - ``slow``: answered rightly, but only after ``release``.
    - ``black_hole``: not answered; ``release`` closes the connection.
    """

    kind: Kind
    status: int = 502
    retry_after: float | None = None
    accepted: bool = False
    description: str | None = None
    # Zalo only: True for the HTTP status itself, False for HTTP 200 around it; None: as the fake is set.
    real_status: bool | None = None


@dataclass
class _Lasting:
    fault: Fault
    share: float
    draw: random.Random


class Faults:
    """Which call meets which fault. Aimed faults come first, then queued, lasting and random ones."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queued: dict[str, deque[Fault]] = {}
        self._lasting: dict[str, list[_Lasting]] = {}
        self._aimed: dict[tuple[str, str], deque[Fault | None]] = {}

    def queue(self, method: str, fault: Fault, times: int = 1) -> None:
        """Harm the next ``times`` calls of ``method`` (``*``: of any method)."""
        with self._lock:
            self._queued.setdefault(method, deque()).extend([fault] * times)

    def aim(self, method: str, chat: str, nth: int, fault: Fault) -> None:
        """Harm the ``nth`` call of ``method`` from now on that is for one chat."""
        with self._lock:
            self._aimed[method, chat] = deque([*[None] * (nth - 1), fault])

    def always(self, method: str, fault: Fault) -> None:
        """Harm every call of ``method`` until ``clear``."""
        self.randomly(method, fault, share=1.0, seed=0)

    def randomly(self, method: str, fault: Fault, share: float, seed: int) -> None:
        """Harm about ``share`` of the calls of ``method``; the same ones for the same seed."""
        with self._lock:
            self._lasting.setdefault(method, []).append(_Lasting(fault, share, random.Random(seed)))

    def clear(self) -> None:
        """Harm no further call. Calls already held stay held until ``release`` of the fake."""
        with self._lock:
            self._queued.clear()
            self._lasting.clear()
            self._aimed.clear()

    def take(self, method: str, chat: str = "") -> Fault | None:
        """Give the fault that this call meets, or none."""
        if not self._queued and not self._lasting and not self._aimed:
            return None
        with self._lock:
            if (aimed := self._aimed.get((method, chat))) and (fault := aimed.popleft()):
                return fault
            for name in (method, EVERY_METHOD):
                if queue := self._queued.get(name):
                    return queue.popleft()
            for name in (method, EVERY_METHOD):
                for lasting in self._lasting.get(name, ()):
                    if lasting.draw.random() < lasting.share:
                        return lasting.fault
        return None
