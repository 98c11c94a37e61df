"""Questions on their way through the answering threads, when what finds answers ends under them."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from pathlib import Path

from bot.messaging.inbox import TRIES, Waiting
from bot.serving import answering
from bot.serving.answering import Answering
from bot.serving.attending import Attended, Store
from bot.serving.finding import FinderDied
from bot.serving.metrics import Metrics
from bot.serving.writer import Writer

_DEADLY, _HARMLESS = 1, 2


class DyingTogether:
    """Attends to two questions, and ends under both whenever the deadly one is asked beside the other."""

    def __init__(self) -> None:
        self._together = threading.Barrier(2)
        self._failures: Counter[int] = Counter()
        self.given_up: list[int] = []

    def attend(self, update: Waiting) -> Store:
        try:
            self._together.wait(0.3)  # as long as the answer takes
        except threading.BrokenBarrierError:
            self._together.reset()
            if update.number == _HARMLESS:
                return lambda tables: Attended()
        raise FinderDied("ended")

    def give_up(self, number: int, door: str, lane: str) -> Attended | None:
        self._failures[number] += 1
        if self._failures[number] < TRIES:
            return None
        self.given_up.append(number)
        return Attended()

    def close(self) -> None:
        pass


def test_a_question_that_ends_the_finder_takes_no_other_with_it(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(answering, "_RETRY_SECONDS", 0.01)
    dying = DyingTogether()

    async def answer_both() -> None:
        writer = Writer(tmp_path / "danhoi.db")
        lanes = Answering(lambda: dying, writer, lambda due: None, Metrics(), now_ms=lambda: 0, threads=2)
        lanes.put([Waiting(number, "web", str(number), 0) for number in (_DEADLY, _HARMLESS)])
        running = asyncio.create_task(lanes.run())
        await lanes.drained()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        lanes.close()
        writer.close()

    asyncio.run(answer_both())

    assert dying.given_up == [_DEADLY]
