"""
An index opened in a process of its own, which finds answers there.

Finding is most of the work, and Python runs one thread of a process at a time: beside it, whoever calls
a webhook or sends a message would wait for it. The process has some pipes to the server, and is told no
token and given no socket. Whatever ends it, or keeps it from ever ending, ends one try to answer one
question; the next question gets another process.
"""

from __future__ import annotations

import atexit
import gc
import logging
import os
import queue
import signal
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TypeVar, cast

from bot.app import App
from bot.serving.finding import (
    UNREADABLE,
    Finder,
    FinderClosed,
    FinderDied,
    FinderHere,
    FindingFailed,
    Published,
)
from bot.serving.logs import log_as_json
from bot.serving.trouble import described
from bot.settings import Settings
from handlers.answering import Prepared
from handlers.answers import Answer, Question
from handlers.conversations import Conversations
from knowledge.database import open_database
from knowledge.errors import DanhoiError, DatabaseRefused

log = logging.getLogger("danhoi.finder")

T = TypeVar("T")

# Questions that are looked up side by side: scanning vectors and words, half of the work, holds no lock.
_LINES = 3
_NICE = 5  # acknowledging and sending go first
_OPENED_WITHIN_SECONDS = 300.0
_LONGEST_SECONDS = 60.0  # for one answer, which takes some milliseconds
_ENDED_WITHIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Asked:
    question: Question
    is_stored: bool  # whether the answer is going to be


@dataclass(frozen=True, slots=True)
class _Failed:
    """What comes back instead of an answer, or of the news that the index is open."""

    text: str
    by_store: bool = False


class FinderProcess:
    """
    Opens the index that is published for *settings* in a process of its own.

    Raises:
        DanhoiError: it cannot be opened; the text is for staff.
        FinderDied: the process ended while opening it.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = replace(settings, metrics_token="", telegram=None, zalo_bot=None, zalo_oa=None)
        self._lock = threading.Lock()
        self._is_closed = False
        self._child: _Child | None = _Child(self._settings)
        self.published = self._child.published
        # Whoever forgets ``close`` would wait at the end for a process that obeys no signal.
        atexit.register(self.close)

    def prepare(self, question: Question, conversations: Conversations) -> Prepared:
        """See ``Finder``; the conversation is read there, by a connection of its own."""
        del conversations
        return self._ask(_Asked(question, is_stored=True), Prepared)

    def answer_unstored(self, question: Question) -> Answer:
        """See ``Finder``."""
        return self._ask(_Asked(question, is_stored=False), Answer)

    def revive(self) -> None:
        """See ``Finder``."""
        child = self._child
        if child and not child.is_alive():
            self._bury(child)
        with suppress(FinderClosed):
            self._living()

    def close(self) -> None:
        """See ``Finder``."""
        self._is_closed = True
        if child := self._child:
            self._bury(child)
        atexit.unregister(self.close)

    def _ask(self, asked: _Asked, kind: type[T]) -> T:
        child = self._living()
        try:
            outcome = child.ask(asked)
        except FinderDied:
            self._bury(child)
            if self._is_closed:  # before it was asked: what it was asked in time it answers
                raise FinderClosed from None
            raise
        if isinstance(outcome, _Failed):
            raise DatabaseRefused(outcome.text) if outcome.by_store else FindingFailed(outcome.text)
        return cast("T", outcome)

    def _living(self) -> _Child:
        """Return the process in use, another one where it has died."""
        with self._lock:
            if self._is_closed:
                raise FinderClosed
            if self._child is None:
                self._child = _Child(self._settings)
                self.published = self._child.published
            child = self._child
            if self._is_closed:  # while it was opened; who closed could not know of it
                child.end()
                raise FinderClosed
            return child

    def _bury(self, child: _Child) -> None:
        """End *child*, if nobody did before, and use it no longer."""
        with self._lock:
            if self._child is child:
                self._child = None
        child.end()


class _Child:
    """One process, from its beginning to its end; raises what ``FinderProcess`` raises."""

    def __init__(self, settings: Settings) -> None:
        context = get_context("spawn")  # a process forked after a FAISS search would hang on OpenMP's locks
        pairs = [context.Pipe() for _ in range(_LINES)]
        theirs = [far for _, far in pairs]
        self._free: queue.SimpleQueue[Connection] = queue.SimpleQueue()
        self._ending = threading.Lock()
        self._process = context.Process(
            target=find_until_closed, args=(theirs, settings), name="danhoi-finder", daemon=True
        )
        self._process.start()
        for near, far in pairs:
            far.close()
            self._free.put(near)
        try:
            outcome = _received(pairs[0][0], _OPENED_WITHIN_SECONDS)
            if isinstance(outcome, _Failed):
                raise DanhoiError(outcome.text)
        except BaseException:
            self.end()
            raise
        self.published = cast("Published", outcome)

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def is_alive(self) -> bool:
        return self._process.is_alive()

    def ask(self, asked: _Asked) -> object:
        """Return what comes back; who asks while every line is in use waits for one."""
        line = self._free.get()
        try:
            with suppress(OSError):  # the other end is closed: receiving tells
                line.send(asked)
            return _received(line, _LONGEST_SECONDS)
        except BaseException:
            line.close()  # what comes too late must not be taken for the answer to the next question
            raise
        finally:
            self._free.put(line)

    def end(self) -> None:
        """End it, after what it was asked before: it goes when nobody is at the other end of a line."""
        with self._ending:  # two that wait for all lines would wait for each other
            lines = [self._free.get() for _ in range(_LINES)]
            for line in lines:
                line.close()
                self._free.put(line)
            self._process.join(_ENDED_WITHIN_SECONDS)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()


def _received(line: Connection, seconds: float) -> object:
    try:
        if line.poll(seconds):
            return line.recv()
    except (EOFError, OSError):
        raise FinderDied("ended") from None
    raise FinderDied(f"no answer within {seconds:.0f} s")


def find_until_closed(lines: Sequence[Connection], settings: Settings) -> None:
    """Open the index, say so on the first of *lines*, and answer on each until its other end is closed."""
    for number in (signal.SIGINT, signal.SIGTERM):  # the server's to obey; Ctrl-C and systemd tell everybody
        signal.signal(number, signal.SIG_IGN)
    os.nice(_NICE)
    log_as_json(settings.log, ())
    app = App(settings)
    with suppress(OSError):
        try:
            finder = FinderHere(app.open_searcher(), app.today)
        except DanhoiError as error:
            lines[0].send(_Failed(str(error)))
            return
        except Exception as error:  # whatever is wrong with it
            log.error("index not opened", extra={"error": described(error)})
            lines[0].send(_Failed(UNREADABLE.format(type(error).__name__)))
            return
        gc.freeze()  # the index stays for good; looking through it for what may go takes a tenth of a second
        lines[0].send(finder.published)
    threads = [threading.Thread(target=_answer_until_closed, args=(line, finder, settings)) for line in lines]
    for thread in threads:
        thread.start()


def _answer_until_closed(line: Connection, finder: Finder, settings: Settings) -> None:
    store = _Store(settings)
    with suppress(EOFError, OSError):
        while True:
            line.send(_outcome(finder, store, line.recv()))


class _Store:
    """The conversations, opened when they are first needed: the store may be out of order for now."""

    def __init__(self, settings: Settings) -> None:
        self._path = settings.database
        self._opened: Conversations | None = None

    def conversations(self) -> Conversations:
        if self._opened is None:
            self._opened = Conversations(open_database(self._path))
        return self._opened


def _outcome(finder: Finder, store: _Store, asked: _Asked) -> Prepared | Answer | _Failed:
    try:
        if not asked.is_stored:
            return finder.answer_unstored(asked.question)
        return finder.prepare(asked.question, store.conversations())
    except DatabaseRefused as error:
        return _Failed(str(error), by_store=True)
    except BaseException as error:  # whatever a question holds, the next one is answered; Rust's panics too
        log.error("answer not found", extra={"error": described(error)})
        return _Failed(type(error).__name__)
