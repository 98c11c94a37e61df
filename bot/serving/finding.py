"""What finds answers: one generation of the index, opened. It stores nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from handlers.answering import Answerer, Prepared, answer_unstored
from handlers.answers import Answer, Question
from handlers.conversations import Conversations
from knowledge.records import Contact, Office

if TYPE_CHECKING:
    from index.search import Searcher


UNREADABLE = "Không mở được chỉ mục ({}). Hãy chạy: danhoi doctor"


@dataclass(frozen=True, slots=True)
class Published:
    """What the page and /healthz tell of an index."""

    generation: str
    built_at: datetime
    office: Office | None
    contacts: tuple[Contact, ...]


class FinderClosed(Exception):
    """An index that is served no longer; ask the one that is."""


class FinderDied(Exception):
    """The process that was to find the answer ended, or had to be ended, before it did."""


class FindingFailed(Exception):
    """A question that cannot be answered; what is wrong stands in the log of who was to answer it."""


class Finder(Protocol):
    """One opened index, to be asked from any thread."""

    published: Published

    def prepare(self, question: Question, conversations: Conversations) -> Prepared:
        """
        Find the answer to *question*, which may go on from what *conversations* hold of it.

        Raises:
            DatabaseRefused: *conversations* cannot be read.
            FinderClosed: ``close`` was called meanwhile.
            FinderDied: perhaps through this question, perhaps not.
            DanhoiError: it died before, and the index cannot be opened any more.
        """

    def answer_unstored(self, question: Question) -> Answer:
        """Answer from the index alone; raises what ``prepare`` raises, but for DatabaseRefused."""

    def revive(self) -> None:
        """Begin again what has died unasked; raises DanhoiError when the index cannot be opened any more."""

    def close(self) -> None:
        """Finish the answers that are being found, then let go of everything."""


class FinderHere:
    """Finds answers in the thread that asks."""

    def __init__(self, searcher: Searcher, today: Callable[[], date]) -> None:
        self._searcher = searcher
        self._today = today
        generation = searcher.generation
        self.published = Published(
            generation.generation_id,
            datetime.fromisoformat(generation.manifest.created_at),
            generation.records.office(),
            generation.records.contacts(),
        )

    def prepare(self, question: Question, conversations: Conversations) -> Prepared:
        """See the protocol."""
        return Answerer(lambda: self._searcher, conversations, today=self._today).prepare(question)

    def answer_unstored(self, question: Question) -> Answer:
        """See the protocol."""
        return answer_unstored(question, self._searcher, self._today())

    def revive(self) -> None:
        """Do nothing: it dies with the process that it is in."""

    def close(self) -> None:
        """Do nothing: memory goes when nobody holds it."""
