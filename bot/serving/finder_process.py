"""
An index opened in a process of its own, which finds answers there.

Finding is most of the work, and Python runs one thread of a process at a time: beside it, whoever calls
a webhook or sends a message would wait for it. The process has a pipe to the server and nothing else of
it, no token and no socket. Whatever ends it, or keeps it from ever ending, ends one try to answer one
question; the next question gets another process.
"""

from __future__ import annotations

import atexit
import logging
import signal
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, TypeVar, cast

from bot.app import App
from bot.serving.finding import Finder, FinderClosed, FinderDied, FinderHere, FindingFailed, Published
from bot.serving.logs import log_as_json
from bot.serving.trouble import described
from bot.settings import Settings
from handlers.answering import Prepared
from handlers.answers import Answer, Question
from handlers.conversations import Conversations
from knowledge.database import open_database
from knowledge.errors import DanhoiError, DatabaseRefused

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

log = logging.getLogger("danhoi.finder")

T = TypeVar("T")

_OPENED_WITHIN_SECONDS = 300.0
_LONGEST_SECONDS = 60.0  # for one answer, which takes some milliseconds
_ENDED_WITHIN_SECONDS = 5.0
_UNREADABLE = "Không mở được chỉ mục ({}). Hãy chạy: danhoi doctor"


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
        self._turn = threading.Lock()  # the process answers one question at a time
        self._is_closed = False
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        # Whoever forgets ``close`` would wait at the end for a process that obeys no signal.
        atexit.register(self.close)
        self._begin()

    def prepare(self, question: Question, conversations: Conversations) -> Prepared:
        """See ``Finder``; the conversation is read there, by a connection of its own."""
        del conversations
        return self._ask(_Asked(question, is_stored=True), Prepared)

    def answer_unstored(self, question: Question) -> Answer:
        """See ``Finder``."""
        return self._ask(_Asked(question, is_stored=False), Answer)

    def revive(self) -> None:
        """See ``Finder``."""
        with self._turn:
            if not self._is_closed and not (self._process and self._process.is_alive()):
                self._end()
                self._begin()

    def close(self) -> None:
        """See ``Finder``."""
        with self._turn:
            self._is_closed = True
            self._end()
        atexit.unregister(self.close)

    def _ask(self, asked: _Asked, kind: type[T]) -> T:
        with self._turn:
            if self._is_closed:
                raise FinderClosed
            if self._pipe is None:
                self._begin()
            try:
                outcome = self._told(asked, _LONGEST_SECONDS)
            except FinderDied:
                self._end()
                raise
        if isinstance(outcome, _Failed):
            raise DatabaseRefused(outcome.text) if outcome.by_store else FindingFailed(outcome.text)
        return cast("T", outcome)

    def _begin(self) -> None:
        context = get_context("spawn")  # a process forked after a FAISS search would hang on OpenMP's locks
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=find_until_closed, args=(theirs, self._settings), name="danhoi-finder", daemon=True
        )
        self._process.start()
        theirs.close()
        try:
            outcome = self._told(None, _OPENED_WITHIN_SECONDS)
        except FinderDied:
            self._end()
            raise
        if isinstance(outcome, _Failed):
            self._end()
            raise DanhoiError(outcome.text)
        self.published = cast("Published", outcome)

    def _told(self, asked: _Asked | None, seconds: float) -> object:
        """Return what the process says next, to *asked* if that is given."""
        pipe = cast("Connection", self._pipe)
        try:
            if asked:
                pipe.send(asked)
            if pipe.poll(seconds):
                return pipe.recv()
        except (EOFError, OSError):
            raise FinderDied("ended") from None
        raise FinderDied(f"no answer within {seconds:.0f} s")

    def _end(self) -> None:
        """End the process: it ends by itself when nobody is at the other end of the pipe."""
        pipe, self._pipe = self._pipe, None
        process, self._process = self._process, None
        if pipe:
            pipe.close()
        if process:
            process.join(_ENDED_WITHIN_SECONDS)
            if process.is_alive():
                process.kill()
                process.join()
            process.close()


def find_until_closed(pipe: Connection, settings: Settings) -> None:
    """Open the index, say so, and answer what comes through *pipe* until its other end is closed."""
    for number in (signal.SIGINT, signal.SIGTERM):  # the server's to obey; Ctrl-C and systemd tell everybody
        signal.signal(number, signal.SIG_IGN)
    log_as_json(settings.log, ())
    app = App(settings)
    with suppress(EOFError, OSError):
        try:
            finder = FinderHere(app.open_searcher(), app.today)
        except DanhoiError as error:
            pipe.send(_Failed(str(error)))
            return
        except Exception as error:  # whatever is wrong with it
            log.error("index not opened", extra={"error": described(error)})
            pipe.send(_Failed(_UNREADABLE.format(type(error).__name__)))
            return
        pipe.send(finder.published)
        store = _Store(settings)
        while True:
            pipe.send(_outcome(finder, store, pipe.recv()))


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
    except Exception as error:  # whatever a question holds, the next one must be answered
        log.error("answer not found", extra={"error": described(error)})
        return _Failed(type(error).__name__)
