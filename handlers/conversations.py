"""
The store of questions and answers: what is written to it. Its tables are nobody else's.

A question and its answer are committed together before anybody is told: what a citizen was told is on
disk. Texts are stored redacted only. ``conversation_reading.py`` reads, ``retention.py`` deletes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime

from handlers import retention
from handlers.answers import Answer, Rating
from handlers.conversation_queries import RATE, REMEMBER
from handlers.conversation_reading import StoredConversations, as_stored
from handlers.exchanges import StoredQuestion, answer_row, question_row
from handlers.state import ConversationState, encode_state
from knowledge.database import write_transaction
from knowledge.errors import DanhoiError

# Read aloud over the telephone and copied by hand: no 0/O, 1/I/L, 8/B, 5/S, 2/Z.
RECEIPT_ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
_RECEIPT_LENGTH = 4
_TRIES_PER_LENGTH = 8
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


class Conversations(StoredConversations):
    """The store of questions and answers in *database*; used from the thread that opened it."""

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
            row = self._one("SELECT id, conversation FROM questions WHERE receipt = ?", as_stored(receipt))
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

    def forget(self, conversation: str, also: Callable[[], None] = lambda: None) -> None:
        """
        Delete everything *conversation* asked and was told, questions with staff included.

        What *also* stores is in the same transaction.
        """
        retention.forget(self._database, self.pseudonym(conversation), also)

    def leave(self, conversation: str) -> None:
        """Delete what *conversation* asked and has in hand, but for the questions that are with staff."""
        retention.leave(self._database, self.pseudonym(conversation))

    def forget_expired(self, today: date) -> int:
        """Delete what has been kept for its time, and return how many questions."""
        return retention.forget_expired(self._database, today)

    def _insert(self, table: str, row: Mapping[str, object]) -> int:
        """Insert *row* and return its number."""
        columns, places = ", ".join(row), ", ".join(f":{name}" for name in row)
        cursor = self._database.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", dict(row))
        return cursor.lastrowid or 0


def _now() -> str:
    return retention.stamp(datetime.now(UTC))
