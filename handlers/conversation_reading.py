"""
Questions and answers read back: what a conversation has in hand, what staff see, what is counted.

A conversation is stored under a keyed pseudonym, so that no row can be traced to a person without the key.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlite_utils import Database

from handlers.conversation_queries import (
    AFTER,
    BEFORE,
    EXCHANGES,
    LAST_OFFICER_ANSWER,
    OFFERED,
    RATEABLE,
    WAITING,
)
from handlers.exchanges import (
    PastExchange,
    RateableAnswer,
    StoredQuestion,
    WaitingQuestion,
    neighbour,
    offered_state,
    past_exchange,
    rateable_answer,
    stored_question,
    with_choices_of_last,
)
from handlers.migrations import conversation_migrations
from handlers.state import NOTHING_IN_HAND, ConversationState, decode_state
from knowledge.database import migrate, write_transaction

_KEY_BYTES = 32


class StoredConversations:
    """What is stored in *database*, read from the thread that opened it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        migrate(database, conversation_migrations)
        self._key = self._pseudonym_key()

    @property
    def database(self) -> Database:
        """Where all of it stands; for those who store their own in the same transaction."""
        return self._database

    def pseudonym(self, conversation: str) -> str:
        """Return the name under which *conversation* is stored; it cannot be turned back."""
        return hmac.new(self._key, conversation.encode(), hashlib.sha256).hexdigest()

    # --- what a conversation has in hand --------------------------------------------------------------

    def state(self, conversation: str) -> ConversationState:
        """Return what *conversation* has in hand; nothing when it is new."""
        row = self._one("SELECT state FROM conversations WHERE id = ?", self.pseudonym(conversation))
        return decode_state(row["state"]) if row else NOTHING_IN_HAND

    def offered(self, conversation: str, number: int = 0) -> ConversationState | None:
        """
        Return the choices of answer *number* of *conversation*, and the question that they belong to.

        0 is the last answer that offered any; None when there is none, or it was another conversation's.
        """
        row = self._one(OFFERED, self.pseudonym(conversation), number)
        return offered_state(row) if row else None

    def rateable(self, conversation: str, number: int = 0) -> RateableAnswer | None:
        """Return answer *number* of *conversation*, 0 being its last but greetings; None: not its own."""
        row = self._one(RATEABLE, self.pseudonym(conversation), number)
        return rateable_answer(row) if row else None

    def waiting(self, conversation: str, asked: str) -> WaitingQuestion | None:
        """Return the question *asked* of *conversation* that waits for an officer; None: it does not."""
        own = f"SELECT id, receipt FROM questions WHERE conversation = ? AND text = ? AND {WAITING}"
        row = self._one(f"{own} ORDER BY id DESC LIMIT 1", self.pseudonym(conversation), asked)
        return WaitingQuestion(row["id"], row["receipt"]) if row else None

    def history(self, conversation: str, after: int = 0) -> tuple[PastExchange, ...]:
        """Return the exchanges of *conversation* numbered above *after*, the oldest first."""
        condition = "WHERE questions.conversation = ? AND questions.id > ? ORDER BY questions.id"
        rows = self._database.query(EXCHANGES + condition, [self.pseudonym(conversation), after])
        return with_choices_of_last(tuple(map(past_exchange, rows)), self.state(conversation))

    def last_officer_answer(self, conversation: str) -> int:
        """Return a number that rises with every officer's answer to *conversation*; 0 before the first."""
        row = self._one(LAST_OFFICER_ANSWER, self.pseudonym(conversation))
        return int(row["number"] or 0) if row else 0

    # --- what staff read ------------------------------------------------------------------------------

    def by_receipt(self, receipt: str) -> StoredQuestion | None:
        """
        Return the question of *receipt*, with what was asked beside it; None when unknown.

        *receipt* may be typed in any case and with any blanks.
        """
        receipt = as_stored(receipt)
        question = next(iter(self._questions("WHERE receipt = ?", receipt)), None)
        if question is None:
            return None
        before = [neighbour(row) for row in self._database.query(BEFORE, [receipt])]
        after = [neighbour(row) for row in self._database.query(AFTER, [receipt])]
        return replace(question, before=tuple(before[::-1]), after=tuple(after))

    def has_asked(self, conversation: str, receipt: str) -> bool:
        """Say whether the question of *receipt* was asked in *conversation*."""
        own = "SELECT 1 FROM questions WHERE receipt = ? AND conversation = ?"
        return self._one(own, as_stored(receipt), self.pseudonym(conversation)) is not None

    def unanswered(self) -> tuple[StoredQuestion, ...]:
        """Return the questions that wait for staff, the oldest first."""
        return self._questions(f"WHERE {WAITING} ORDER BY questions.id")

    def texts(self) -> tuple[str, ...]:
        """Return every question that is stored, redacted, each text once, the oldest first."""
        rows = self._database.query("SELECT text FROM questions GROUP BY text ORDER BY min(id)")
        return tuple(row["text"] for row in rows)

    def counts(self) -> dict[str, int]:
        """Return how many questions ended in each status."""
        rows = self._database.query(
            "SELECT status, count(*) AS n FROM questions GROUP BY status ORDER BY status"
        )
        return {row["status"]: row["n"] for row in rows}

    def _questions(self, condition: str, *values: object) -> tuple[StoredQuestion, ...]:
        return tuple(map(stored_question, self._database.query(EXCHANGES + condition, values)))

    def _one(self, sql: str, *values: object) -> Mapping[str, Any] | None:
        return next(iter(self._database.query(sql, values)), None)

    def _pseudonym_key(self) -> bytes:
        with write_transaction(self._database):
            row = self._one("SELECT key FROM pseudonym_key")
            if row:
                return bytes(row["key"])
            key = secrets.token_bytes(_KEY_BYTES)
            self._database.table("pseudonym_key").insert({"key": key})
            return key


def as_stored(receipt: str) -> str:
    """Return *receipt*, typed in any case and with any blanks, as it is stored."""
    return "".join(receipt.upper().split())
