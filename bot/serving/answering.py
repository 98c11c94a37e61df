"""
The lanes between the inbox and the answering threads.

Updates of one chat are answered in order, one at a time; chats take turns. Numbers wait in memory,
what they stand for on the disk: after a crash the lanes are filled from the inbox again.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from typing import TypeVar

from bot.messaging.buckets import Bucket
from bot.messaging.inbox import Waiting
from bot.messaging.lanes import Lanes
from bot.messaging.outbox import Due
from bot.serving.attending import Attended, Attending
from bot.serving.finding import FinderDied
from bot.serving.metrics import Metrics
from bot.serving.trouble import described
from bot.serving.writer import Writer
from knowledge.errors import DatabaseRefused

log = logging.getLogger("danhoi.answering")

T = TypeVar("T")

MOST_WAITING = 1000  # above that, doors that can hold updates back do so
_AT_ONCE = 16  # answers that are being found or stored; while a commit waits for the disk, others gather
_FLOOD = 8  # updates that are being stored at one moment; hundreds a second come
_FLOOD_STEP_SECONDS, _FLOOD_STEPS = 0.01, 100
_RETRY_SECONDS = 1.0
_STORE_RETRY_SECONDS = 5.0  # the disk is full or fails: whoever makes room needs a moment
_TYPING_AFTER_MS = 1000
_TYPING_A_SECOND = 5  # of all doors: a backlog is not worth a platform's "too many requests"


class Answering:
    """
    Takes waiting updates to ``threads`` threads, each with an ``Attending`` of its own.

    Args:
        attending: Makes one; called in the thread that will use it. What it opened is closed by *close*.
        writer: Stores what was found; answers that are found together share a commit.
        send: Told of every message that is due.

    ``typing`` shows, by door, in the chat of a lane that an answer is on its way.
    """

    def __init__(
        self,
        attending: Callable[[], Attending],
        writer: Writer,
        send: Callable[[Iterable[Due]], None],
        metrics: Metrics,
        *,
        now_ms: Callable[[], int],
        threads: int,
    ) -> None:
        self._attending = attending
        self._writer = writer
        self._send = send
        self.typing: dict[str, Callable[[str], Awaitable[None]]] = {}
        self._metrics = metrics
        self._now_ms = now_ms
        self._lanes = Lanes()
        self._waiting: dict[int, Waiting] = {}
        self._coming = 0
        self._listeners: dict[int, asyncio.Future[Attended]] = {}
        self._own = threading.local()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="answering")
        self._thread_count = threads
        self._background: set[asyncio.Task[None]] = set()
        self._tries: set[asyncio.Task[Attended | None]] = set()
        # Questions that a finder ended under. Which of them it was shows when they are tried one by one.
        self._suspects: set[int] = set()
        self._one_suspect = asyncio.Lock()
        self._typing_pace = Bucket(_TYPING_A_SECOND, _TYPING_A_SECOND)

    @property
    def backlog(self) -> int:
        """How many updates wait or are being answered."""
        return len(self._lanes)

    @property
    def is_full(self) -> bool:
        return self.backlog > MOST_WAITING

    @contextmanager
    def coming(self) -> Iterator[None]:
        """Tell that updates are being stored for the time of the block: see ``_let_doors_go_first``."""
        self._coming += 1
        try:
            yield
        finally:
            self._coming -= 1

    def put(self, waiting: Iterable[Waiting]) -> None:
        """Let *waiting* be answered, each after those before it in its lane."""
        for update in waiting:
            self._waiting[update.number] = update
            self._lanes.put(f"{update.door}/{update.lane}", update.number)

    def outcome(self, number: int) -> asyncio.Future[Attended]:
        """
        Return what will become of update *number*; ask before it is ``put``.

        It raises DatabaseRefused when the answer could not be stored; that is tried again all the same.
        """
        future: asyncio.Future[Attended] = asyncio.get_running_loop().create_future()
        self._listeners[number] = future
        return future

    async def run(self) -> None:
        """Answer until cancelled; what is being answered at that moment is answered to its end."""
        async with asyncio.TaskGroup() as group:
            for _ in range(_AT_ONCE):
                group.create_task(self._take_turns())

    async def drained(self) -> None:
        """Wait until nothing waits any more."""
        await self._lanes.drained()

    async def settled(self) -> None:
        """Wait for the answers that were being found when *run* was cancelled."""
        await asyncio.gather(*self._tries, return_exceptions=True)

    def close(self) -> None:
        """Wait for the threads to finish, let each close what it opened, and end them."""
        together = threading.Barrier(self._thread_count)  # so that every thread gets one of these

        def close_own() -> None:
            together.wait()
            if hasattr(self._own, "attending"):
                self._own.attending.close()

        for done in [self._threads.submit(close_own) for _ in range(self._thread_count)]:
            done.result()
        self._threads.shutdown()

    async def _take_turns(self) -> None:
        while True:
            lane, number = await self._lanes.take()
            update = self._waiting[number]
            await self._let_doors_go_first()
            self._show_typing(update)
            try:
                attended = await asyncio.shield(self._begun(update))
            except DatabaseRefused as error:
                log.error("store refused", extra={"update": number, "error": described(error)})
                self._metrics.store_refused.inc()
                self._lanes.put_back(lane, _STORE_RETRY_SECONDS)
                self._tell(number, error)  # who listens shall not wait for a disk
                continue
            except Exception as error:  # a lane that nobody gives back would stand still for ever
                log.error("update failed", extra={"update": number, "error": described(error)})
                attended = None
            if attended is None:
                self._lanes.put_back(lane, _RETRY_SECONDS)
                continue
            del self._waiting[number]
            self._suspects.discard(number)
            self._lanes.finish(lane)
            self._send(attended.due)
            self._tell(number, attended)

    async def _let_doors_go_first(self) -> None:
        """
        In a flood, wait a while before the next answer.

        Answers take cores and commits from those that acknowledge; a platform whose calls are not
        acknowledged in time makes them again, and the flood grows. Answers go on, some a second.
        """
        for _ in range(_FLOOD_STEPS):
            if self._coming <= _FLOOD:
                return
            await asyncio.sleep(_FLOOD_STEP_SECONDS)

    def _tell(self, number: int, outcome: Attended | DatabaseRefused) -> None:
        listener = self._listeners.pop(number, None)
        if listener is None or listener.done():  # nobody listens any more
            return
        if isinstance(outcome, Attended):
            listener.set_result(outcome)
        else:
            listener.set_exception(outcome)

    async def in_thread(self, work: Callable[[Attending], T]) -> T:
        """Let an answering thread do *work* with its own ``Attending``."""

        def with_own() -> T:
            if not hasattr(self._own, "attending"):
                self._own.attending = self._attending()
            return work(self._own.attending)

        return await asyncio.get_running_loop().run_in_executor(self._threads, with_own)

    def _begun(self, update: Waiting) -> asyncio.Task[Attended | None]:
        one_try = asyncio.create_task(self._attend(update))
        self._tries.add(one_try)
        one_try.add_done_callback(self._tries.discard)
        return one_try

    async def _attend(self, update: Waiting) -> Attended | None:
        """Answer *update*; None when it failed and will be tried again."""
        try:
            async with self._one_suspect if update.number in self._suspects else nullcontext():
                with self._metrics.answer_seconds.time():
                    store = await self.in_thread(lambda attending: attending.attend(update))
                    attended = await self._writer.run(store)
        except DatabaseRefused:
            raise
        except Exception as error:  # whatever an update holds, the next one must be answered
            log.error("update failed", extra={"update": update.number, "error": described(error)})
            self._metrics.updates_failed.labels(update.door).inc()
            if isinstance(error, FinderDied):
                self._suspects.add(update.number)
            return await self.in_thread(
                lambda attending: attending.give_up(update.number, update.door, update.lane)
            )
        if attended.answer:
            self._metrics.answers.labels(update.door, attended.answer.status.value).inc()
        return attended

    def _show_typing(self, update: Waiting) -> None:
        typing = self.typing.get(update.door)
        is_late = self._now_ms() - update.received_ms > _TYPING_AFTER_MS
        if typing and update.lane and is_late and self._typing_pace.try_take(time.monotonic()):
            task = asyncio.ensure_future(typing(update.lane))
            self._background.add(task)
            task.add_done_callback(self._background.discard)
