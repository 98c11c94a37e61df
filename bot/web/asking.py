"""What the page needs of the rest: somebody who answers, remembers and forgets."""

from __future__ import annotations

from typing import Protocol

from handlers.answers import Answer
from handlers.exchanges import PastExchange
from knowledge.records import Contact, Office


class Busy(Exception):
    """The conversation asks too fast, or too much waits; nothing was stored."""

    def __init__(self, text: str, seconds: int = 30) -> None:
        super().__init__(text)
        self.text = text  # what the citizen reads
        self.seconds = seconds  # after which asking again makes sense


class StoreDown(Exception):
    """Nothing could be stored or deleted; ``answer`` was made without storing, None when there is none."""

    def __init__(self, answer: Answer | None = None) -> None:
        super().__init__("the question could not be stored")
        self.answer = answer


class Asking(Protocol):
    """The same engine that answers the messengers. *address* names a conversation of this page."""

    async def ask(self, address: str, key: str, text: str, about: int = 0) -> Answer | None:
        """
        Answer *text*; it is stored when this returns. None: this *key* was asked before, see ``history``.

        Raises:
            Busy: ask again later.
            StoreDown: the disk refuses.
        """

    async def history(self, address: str, after: int = 0) -> tuple[PastExchange, ...]:
        """Return the exchanges numbered above *after*, the oldest first."""

    async def forget(self, address: str) -> None:
        """
        Delete everything of this conversation, questions with staff included.

        Raises:
            StoreDown: the disk refuses; nothing was deleted. So with ``leave``.
        """

    async def leave(self, address: str) -> None:
        """Delete this conversation but for the questions that are with staff: their receipts stay good."""

    def is_ready(self) -> bool:
        """Say whether there is an index to answer from."""

    def office(self) -> Office | None:
        """Return the office that is spoken for."""

    def contacts(self) -> tuple[Contact, ...]:
        """Return whom a citizen may turn to."""
