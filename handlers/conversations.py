"""
Stored questions and answers, and what each conversation has in hand. The only SQL for these tables.

A question and its answer are committed together before anybody is told: what a citizen was told is on
disk. Texts are stored redacted only; a conversation is stored under a keyed pseudonym.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlite_utils import Database

from handlers.answers import Answer, Rating
from handlers.conversation_queries import (
    AFTER,
    BEFORE,
    BELONGS_TO_QUESTION,
    EXCHANGES,
    EXPIRED,
    FORGET_STATES,
    LAST_OFFICER_ANSWER,
    OFFERED,
    RATE,
    RATEABLE,
    REMEMBER,
    WAITING,
)
from handlers.exchanges import (
    PastExchange,
    RateableAnswer,
    StoredQuestion,
    answer_row,
    neighbour,
    offered_state,
    past_exchange,
    question_row,
    rateable_answer,
    stored_question,
    with_choices_of_last,
)
from handlers.migrations import conversation_migrations
from handlers.state import NOTHING_IN_HAND, RETENTION_DAYS, ConversationState, decode_state, encode_state
from knowledge.database import empty_journal, migrate, write_transaction
from knowledge.errors import DanhoiError

# Read aloud over the telephone and copied by hand: no 0/O, 1/I/L, 8/B, 5/S, 2/Z.
RECEIPT_ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
_RECEIPT_LENGTH = 4
_TRIES_PER_LENGTH = 8
_KEY_BYTES = 32
LONGEST_OFFICER_ANSWER = 3000  # characters


class OfficerAnswerRefused(DanhoiError):
    """What an officer wrote cannot be kept; nothing was stored."""


def officer_text(text: str) -> str:
    """
    Return an officer's *text* as it is kept.

    Raises:
        OfficerAnswerRefused: it is empty or too long.
    """
    text = text.strip()
    if not text:
        raise OfficerAnswerRefused("câu trả lời đang để trống; hãy ghi nội dung trả lời.")
    if len(text) > LONGEST_OFFICER_ANSWER:
        raise OfficerAnswerRefused(
            f"câu trả lời dài {len(text)} ký tự; hãy rút gọn còn nhiều nhất {LONGEST_OFFICER_ANSWER} ký tự."
        )
    return text


def nothing_else(_: Answer) -> None:
    """Store nothing beside the answer."""


class Conversations:
    """The store of questions and answers in *database*; used from the thread that opened it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        migrate(database, conversation_migrations)
        self._key = self._pseudonym_key()

    @property
    def database(self) -> Database:
        """Where all of it stands; for those who store their own in the same transaction."""
        return self._database

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
        *,
        hands_over: int = 0,
    ) -> Answer:
        """
        Store question, answer and state, and what *also* stores, in one transaction.

        All of it is on disk when this returns the answer with its number; nothing, when *also* raises.
        With *hands_over* the receipt is that of the earlier question of this number.
        """
        pseudonym, now = self.pseudonym(conversation), _now()
        own = replace(answer, receipt="") if hands_over else answer
        with write_transaction(self._database):
            # Plain SQL: the table helpers look the schema up each time, at ten times the cost.
            self._database.execute(REMEMBER, [pseudonym, encode_state(after), now])
            question_id = self._insert("questions", question_row(pseudonym, redacted, own, now))
            self._insert("answers", {"question_id": question_id, **answer_row(answer, after)})
            if hands_over:
                taken = "UPDATE questions SET receipt = ? WHERE id = ?"
                self._database.execute(taken, [answer.receipt, hands_over])
            answer = replace(answer, number=question_id)
            also(answer)
        return answer

    def rate(
        self,
        conversation: str,
        rating: Rating,
        answer: Answer,
        after: ConversationState,
        also: Callable[[Answer], None] = nothing_else,
    ) -> None:
        """Store *rating*, in place of an earlier one, the state and what *also* stores, all or nothing."""
        now = _now()
        with write_transaction(self._database):
            self._database.execute(REMEMBER, [self.pseudonym(conversation), encode_state(after), now])
            self._database.execute(RATE, [rating.number, rating.value, rating.reason, now])
            also(answer)

    def transaction(self) -> AbstractContextManager[None]:
        """Return a block in which everything is stored, or nothing; see ``write_transaction``."""
        return write_transaction(self._database)

    def answer_by_staff(
        self,
        receipt: str,
        text: str,
        officer: str,
        also: Callable[[StoredQuestion, str], None] = lambda question, pseudonym: None,
    ) -> StoredQuestion:
        """
        Store an officer's answer to the question of *receipt*; a further one corrects the one before.

        *also* gets the question with all its officers' answers, the new one last, and the pseudonym of
        the conversation that asked; what it stores is in the same transaction.

        Raises:
            OfficerAnswerRefused: no such receipt, or a text that is empty or too long.
        """
        text = officer_text(text)
        with write_transaction(self._database):
            row = self._one("SELECT id, conversation FROM questions WHERE receipt = ?", _as_stored(receipt))
            if row is None:
                raise OfficerAnswerRefused(
                    f"không có mã tiếp nhận {receipt}. Xem các mã: danhoi questions --unanswered"
                )
            earlier = "SELECT count(*) AS n FROM officer_answers WHERE question_id = ?"
            revision = self._database.execute(earlier, [row["id"]]).fetchone()[0] + 1
            self._insert(
                "officer_answers",
                {
                    "question_id": row["id"],
                    "revision": revision,
                    "text": text,
                    "officer": " ".join(officer.split()),
                    "answered_at": _now(),
                },
            )
            (stored,) = self._questions("WHERE questions.id = ?", row["id"])
            also(stored, row["conversation"])
        return stored

    def unanswered(self) -> tuple[StoredQuestion, ...]:
        """Return the questions that wait for staff, the oldest first."""
        return self._questions(f"WHERE {WAITING} ORDER BY questions.id")

    def by_receipt(self, receipt: str) -> StoredQuestion | None:
        """
        Return the question of *receipt*, with what was asked beside it; None when unknown.

        *receipt* may be typed in any case and with any blanks.
        """
        receipt = _as_stored(receipt)
        question = next(iter(self._questions("WHERE receipt = ?", receipt)), None)
        if question is None:
            return None
        before = [neighbour(row) for row in self._database.query(BEFORE, [receipt])]
        after = [neighbour(row) for row in self._database.query(AFTER, [receipt])]
        return replace(question, before=tuple(before[::-1]), after=tuple(after))

    def has_asked(self, conversation: str, receipt: str) -> bool:
        """Say whether the question of *receipt* was asked in *conversation*."""
        own = "SELECT 1 FROM questions WHERE receipt = ? AND conversation = ?"
        return self._one(own, _as_stored(receipt), self.pseudonym(conversation)) is not None

    def history(self, conversation: str, after: int = 0) -> tuple[PastExchange, ...]:
        """Return the exchanges of *conversation* numbered above *after*, the oldest first."""
        condition = "WHERE questions.conversation = ? AND questions.id > ? ORDER BY questions.id"
        rows = self._database.query(EXCHANGES + condition, [self.pseudonym(conversation), after])
        return with_choices_of_last(tuple(map(past_exchange, rows)), self.state(conversation))

    def last_officer_answer(self, conversation: str) -> int:
        """Return a number that rises with every officer's answer to *conversation*; 0 before the first."""
        row = self._one(LAST_OFFICER_ANSWER, self.pseudonym(conversation))
        return int(row["number"] or 0) if row else 0

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
            self._delete("conversation = :value", self.pseudonym(conversation))
            self._database.execute("DELETE FROM conversations WHERE id = ?", [self.pseudonym(conversation)])
            also()
        empty_journal(self._database)

    def leave(self, conversation: str) -> None:
        """Delete what *conversation* asked and has in hand, but for the questions that are with staff."""
        pseudonym = self.pseudonym(conversation)
        with write_transaction(self._database):
            self._delete("conversation = :value AND receipt IS NULL", pseudonym)
            forgotten = "UPDATE conversations SET state = ? WHERE id = ?"
            self._database.execute(forgotten, [encode_state(NOTHING_IN_HAND), pseudonym])
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
        """
        Delete what was asked before *moment*, and return how many questions.

        One that is with staff stays until they have answered it, and goes when that was before *moment*.
        """
        stamp = _stamp(moment)
        expired = f"SELECT 1 FROM questions WHERE {EXPIRED} LIMIT 1"
        if not self._database.execute(expired, {"value": stamp}).fetchone():
            return 0
        with write_transaction(self._database):
            forgotten = self._delete(EXPIRED, stamp)
            for statement in FORGET_STATES:
                self._database.execute(statement, {"moment": stamp, "nothing": encode_state(NOTHING_IN_HAND)})
        empty_journal(self._database)
        return forgotten

    def _insert(self, table: str, row: Mapping[str, object]) -> int:
        """Insert *row* and return its number."""
        columns, places = ", ".join(row), ", ".join(f":{name}" for name in row)
        cursor = self._database.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", dict(row))
        return cursor.lastrowid or 0

    def _delete(self, condition: str, value: str) -> int:
        """Delete the questions on which *condition* holds, and all that belongs to them; return how many."""
        with write_transaction(self._database):
            chosen = self._database.execute(f"SELECT id FROM questions WHERE {condition}", {"value": value})
            # Named once and for all: an officer's answer decides whether its question has expired.
            numbers = json.dumps([number for (number,) in chosen])
            for table, column in BELONGS_TO_QUESTION:
                listed = "SELECT value FROM json_each(?)"
                self._database.execute(f"DELETE FROM {table} WHERE {column} IN ({listed})", [numbers])
            return len(json.loads(numbers))

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

    def _questions(self, condition: str, *values: object) -> tuple[StoredQuestion, ...]:
        return tuple(map(stored_question, self._database.query(EXCHANGES + condition, values)))


def _as_stored(receipt: str) -> str:
    return "".join(receipt.upper().split())


def _now() -> str:
    return _stamp(datetime.now(UTC))


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
