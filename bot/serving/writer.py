"""
One thread that does the doors' writing, many jobs to a commit.

A commit waits for the disk. While it does, more jobs gather; they share the next one. So a burst of
updates is acknowledged as fast as the disk can, and the event loop never waits for it.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.messaging.tables import Tables, open_tables
from knowledge.database import write_transaction
from knowledge.errors import DatabaseRefused

T = TypeVar("T")
_MOST_JOBS = 500  # to one commit


class Writer:
    """
    Runs jobs on the tables in the file at *path*, each wholly or not at all.

    Raises:
        DatabaseRefused: the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        opened: Future[None] = Future()
        self._thread = threading.Thread(target=self._work, args=(path, opened), name="writer", daemon=True)
        self._thread.start()
        opened.result()

    def begin(self, work: Callable[[Tables], T]) -> asyncio.Future[T]:
        """
        Do *work* in a transaction, after what was begun before it; what it wrote is on disk at the end.

        The future raises DatabaseRefused (disk full), or whatever *work* raised: then nothing was written.
        """
        loop = asyncio.get_running_loop()
        job = _Job(work, loop, loop.create_future())
        self._jobs.put(job)
        return job.done

    async def run(self, work: Callable[[Tables], T]) -> T:
        """
        Do *work* as ``begin`` does, and wait for its end.

        Raises:
            DatabaseRefused: disk full, or whatever *work* raised; nothing was written.
        """
        return await self.begin(work)

    def close(self) -> None:
        """Finish what was asked for, then end the thread."""
        self._jobs.put(None)
        self._thread.join()

    def _work(self, path: Path, opened: Future[None]) -> None:
        try:
            tables = open_tables(path)
        except BaseException as error:
            opened.set_exception(error)
            return
        opened.set_result(None)
        try:
            while (jobs := self._next_jobs()) is not None:
                _tell(_do(tables, jobs))
        finally:
            tables.database.close()

    def _next_jobs(self) -> list[_Job] | None:
        """Wait for a job and take those that wait with it; None at the end."""
        first = self._jobs.get()
        if first is None:
            return None
        jobs = [first]
        while len(jobs) < _MOST_JOBS and not self._jobs.empty():
            job = self._jobs.get()
            if job is None:
                self._jobs.put(None)  # for the next round
                break
            jobs.append(job)
        return jobs


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[Tables], Any]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[Any]


_Outcome = tuple[_Job, object, Exception | None]


def _do(tables: Tables, jobs: list[_Job]) -> list[_Outcome]:
    """Do *jobs* in one transaction; if one of them fails by itself, each in its own."""
    try:
        with write_transaction(tables.database):
            results = [job.work(tables) for job in jobs]
    except DatabaseRefused as error:  # each by itself would be refused too, and wait as long for it
        return [(job, None, error) for job in jobs]
    except Exception as error:
        if len(jobs) == 1:
            return [(jobs[0], None, error)]
        return [outcome for job in jobs for outcome in _do(tables, [job])]
    return [(job, result, None) for job, result in zip(jobs, results, strict=True)]


def _tell(outcomes: list[_Outcome]) -> None:
    """Wake who waits, all at once: waking an event loop costs as much as a small job."""
    loop = outcomes[0][0].loop
    if not loop.is_closed():
        loop.call_soon_threadsafe(_settle, outcomes)


def _settle(outcomes: list[_Outcome]) -> None:
    for job, result, error in outcomes:
        if job.done.done():  # nobody waits any more
            continue
        if error:
            job.done.set_exception(error)
        else:
            job.done.set_result(result)
