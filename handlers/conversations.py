"""
Stored questions and answers, and what each conversation has in hand. The only SQL for these tables.

A question and its answer are committed together before anybody is told: what a citizen was told is on
disk. Texts are stored redacted only; a conversation is stored under a keyed pseudonym.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
from sqlite_utils import Database

from handlers.answers import Answer, Choice, Source, StepTrace
from handlers.migrations import conversation_migrations
from handlers.state import NOTHING_IN_HAND, RETENTION_DAYS, ConversationState, decode_state, encode_state
from knowledge.database import empty_journal, migrate, write_transaction
from knowledge.passages import Facet

# Read aloud over the telephone and copied by hand: no 0/O, 1/I/L, 8/B, 5/S, 2/Z.
RECEIPT_ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
_RECEIPT_LENGTH = 4
_TRIES_PER_LENGTH = 8
_KEY_BYTES = 32
_REMEMBER = """
INSERT INTO conversations (id, state, updated_at) VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at
"""
_OFFERED = """
SELECT questions.text, questions.facets, answers.choices
FROM questions JOIN answers ON answers.question_id = questions.id
WHERE questions.conversation = ?1 AND answers.choices != '[]' AND (?2 = 0 OR questions.id = ?2)
ORDER BY questions.id DESC LIMIT 1
"""
# What a conversation has in hand quotes its last question, so it is forgotten with it.
_FORGET_STATES = (
    "UPDATE conversations SET state = :nothing WHERE updated_at < :moment",
    "DELETE FROM conversations WHERE updated_at < :moment AND id NOT IN (SELECT conversation FROM questions)",
)


@dataclass(frozen=True, slots=True)
class StoredQuestion:
    """
    One question as staff see it, with the answer that was given.

    ``asked_at`` is ISO 8601 in UTC; ``receipt`` is "" when the question is not with staff.
    """

    receipt: str
    text: str
    kind: str
    status: str
    facets: tuple[str, ...]
    codes: tuple[str, ...]
    confidence: float
    asked_at: str
    generation: str
    answer: str
    sources: tuple[Source, ...]
    trace: tuple[StepTrace, ...]
    hits_used: tuple[str, ...]
    hits_rejected: tuple[str, ...]


class _Trace(msgspec.Struct, frozen=True):
    steps: tuple[StepTrace, ...]
    hits_used: tuple[str, ...]
    hits_rejected: tuple[str, ...]


def nothing_else(_: Answer) -> None:
    """Store nothing beside the answer."""


class Conversations:
    """The store of questions and answers in *database*; used from the thread that opened it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        migrate(database, conversation_migrations)
        self._key = self._pseudonym_key()

    def state(self, conversation: str) -> ConversationState:
        """Return what *conversation* has in hand; nothing when it is new."""
        row = self._one("SELECT state FROM conversations WHERE id = ?", self.pseudonym(conversation))
        return decode_state(row["state"]) if row else NOTHING_IN_HAND

    def offered(self, conversation: str, number: int = 0) -> ConversationState | None:
        """
        Return the choices of answer *number* of *conversation*, and the question that they belong to.

        0 is the last answer that offered any; None when there is none, or it was another conversation's.
        """
        row = self._one(_OFFERED, self.pseudonym(conversation), number)
        if row is None:
            return None
        return ConversationState(
            choices=msgspec.json.decode(row["choices"], type=tuple[Choice, ...]),
            asked=row["text"],
            asked_facets=msgspec.json.decode(row["facets"], type=tuple[Facet, ...]),
        )

    def new_receipt(self) -> str:
        """Return an unused receipt code ("DH-7K3M"), longer when the short ones run out."""
        length = _RECEIPT_LENGTH
        while True:
            for _ in range(_TRIES_PER_LENGTH):
                receipt = "DH-" + "".join(secrets.choice(RECEIPT_ALPHABET) for _ in range(length))
                if not self._one("SELECT 1 AS taken FROM questions WHERE receipt = ?", receipt):
                    return receipt
            length += 1

    def record(
        self,
        conversation: str,
        redacted: str,
        answer: Answer,
        after: ConversationState,
        also: Callable[[Answer], None] = nothing_else,
    ) -> Answer:
        """
        Store question, answer and state, and what *also* stores, in one transaction.

        All of it is on disk when this returns the answer with its number; nothing, when *also* raises.
        """
        pseudonym, now = self.pseudonym(conversation), _now()
        with write_transaction(self._database):
            # Plain SQL: the table helpers look the schema up each time, at ten times the cost.
            self._database.execute(_REMEMBER, [pseudonym, encode_state(after), now])
            question_id = self._insert("questions", _question_row(pseudonym, redacted, answer, now))
            self._insert("answers", {"question_id": question_id, **_answer_row(answer)})
            answer = replace(answer, number=question_id)
            also(answer)
        return answer

    def transaction(self) -> AbstractContextManager[None]:
        """Return a block in which everything is stored, or nothing; see ``write_transaction``."""
        return write_transaction(self._database)

    def unanswered(self) -> tuple[StoredQuestion, ...]:
        """Return the questions that are with staff, the oldest first."""
        return tuple(map(_stored, self._all("WHERE receipt IS NOT NULL ORDER BY questions.id")))

    def by_receipt(self, receipt: str) -> StoredQuestion | None:
        """Return the question of *receipt*, typed in any case and with any blanks; None when unknown."""
        wanted = "".join(receipt.upper().split())
        rows = self._all("WHERE receipt = ?", wanted)
        return _stored(rows[0]) if rows else None

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

    def forget(self, conversation: str, also: Callable[[], None] = lambda: None) -> None:
        """
        Delete everything *conversation* asked and was told, questions with staff included.

        What *also* stores is in the same transaction.
        """
        with write_transaction(self._database):
            self._delete("conversation = ?", self.pseudonym(conversation))
            self._database.execute("DELETE FROM conversations WHERE id = ?", [self.pseudonym(conversation)])
            also()
        empty_journal(self._database)

    def forget_expired(self, today: date) -> int:
        """
        Keep the greeting's promise: a question stays for RETENTION_DAYS days, that of asking included.

        Days begin at midnight by this machine's clock, so after the first call of a day there is
        nothing more to delete on that day, and a call costs one look at an index.
        """
        oldest_kept = today - timedelta(days=RETENTION_DAYS - 1)
        return self.forget_before(datetime.combine(oldest_kept, time.min).astimezone())

    def forget_before(self, moment: datetime) -> int:
        """Delete what was asked before *moment* and is not with staff; return how many questions."""
        stamp = _stamp(moment)
        if not self._one("SELECT 1 FROM questions WHERE asked_at < ? AND receipt IS NULL LIMIT 1", stamp):
            return 0
        with write_transaction(self._database):
            forgotten = self._delete("asked_at < ? AND receipt IS NULL", stamp)
            for statement in _FORGET_STATES:
                self._database.execute(statement, {"moment": stamp, "nothing": encode_state(NOTHING_IN_HAND)})
        empty_journal(self._database)
        return forgotten

    def _insert(self, table: str, row: Mapping[str, object]) -> int:
        """Insert *row* and return its number."""
        columns, places = ", ".join(row), ", ".join(f":{name}" for name in row)
        cursor = self._database.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", dict(row))
        return cursor.lastrowid or 0

    def _delete(self, condition: str, value: str) -> int:
        chosen = f"SELECT id FROM questions WHERE {condition}"
        with write_transaction(self._database):
            self._database.execute(f"DELETE FROM answers WHERE question_id IN ({chosen})", [value])
            return int(self._database.execute(f"DELETE FROM questions WHERE {condition}", [value]).rowcount)

    def pseudonym(self, conversation: str) -> str:
        """Return the name under which *conversation* is stored; it cannot be turned back."""
        return hmac.new(self._key, conversation.encode(), hashlib.sha256).hexdigest()

    def _pseudonym_key(self) -> bytes:
        with write_transaction(self._database):
            row = self._one("SELECT key FROM pseudonym_key")
            if row:
                return bytes(row["key"])
            key = secrets.token_bytes(_KEY_BYTES)
            self._database.table("pseudonym_key").insert({"key": key})
            return key

    def _one(self, sql: str, *values: object) -> Mapping[str, Any] | None:
        return next(iter(self._database.query(sql, values)), None)

    def _all(self, condition: str, *values: str) -> list[dict[str, Any]]:
        joined = "questions JOIN answers ON answers.question_id = questions.id"
        columns = "questions.*, answers.text AS answer, answers.sources, answers.trace"
        return list(self._database.query(f"SELECT {columns} FROM {joined} {condition}", values))


def _question_row(pseudonym: str, redacted: str, answer: Answer, now: str) -> dict[str, object]:
    return {
        "receipt": answer.receipt or None,
        "conversation": pseudonym,
        "text": redacted,
        "kind": answer.kind,
        "facets": _json(answer.facets),
        "status": answer.status,
        "asked_at": now,
        "generation": answer.generation,
        "codes": _json(answer.codes),
        "confidence": answer.confidence,
    }


def _answer_row(answer: Answer) -> dict[str, object]:
    trace = _Trace(answer.trace, answer.hits_used, answer.hits_rejected)
    return {
        "text": answer.text,
        "sources": _json(answer.sources),
        "trace": _json(trace),
        "code": answer.code,
        "choices": _json(answer.choices),
        "more": _json(answer.more),
        "section_lengths": _json([len(section) for section in answer.sections]),
    }


def _stored(row: Mapping[str, Any]) -> StoredQuestion:
    trace = msgspec.json.decode(row["trace"], type=_Trace)
    return StoredQuestion(
        receipt=row["receipt"] or "",
        text=row["text"],
        kind=row["kind"],
        status=row["status"],
        facets=msgspec.json.decode(row["facets"], type=tuple[str, ...]),
        codes=msgspec.json.decode(row["codes"], type=tuple[str, ...]),
        confidence=row["confidence"],
        asked_at=row["asked_at"],
        generation=row["generation"],
        answer=row["answer"],
        sources=msgspec.json.decode(row["sources"], type=tuple[Source, ...]),
        trace=trace.steps,
        hits_used=trace.hits_used,
        hits_rejected=trace.hits_rejected,
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _now() -> str:
    return _stamp(datetime.now(UTC))


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
