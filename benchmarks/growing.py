"""
A store as it is after a month of many questions: rows of the real tables, after answers that were given.

An office keeps questions for 30 days, the keys of settled updates for 7 and those of settled messages for
30. Some held-out wordings are answered by the program itself; their rows are written again and again, each
time as those of somebody else and of another moment, until the file is as large as is wished.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from benchmarks.messages import questions
from bot.app import App
from bot.messaging.tables import Tables, open_tables
from handlers.answers import Question
from handlers.conversations import RECEIPT_ALPHABET
from knowledge.database import empty_journal, write_transaction

_SAMPLED = 300
_SAMPLING = "lấy mẫu"
_A_BATCH = 3000  # questions in one transaction
_ASKED_OF_ONE = 3  # questions of one conversation
_MESSAGES_OF_ONE = 2  # that answer one question
_RECEIPT_LENGTH = 6
_SPAN = timedelta(days=29)
_KEYS_KEPT = timedelta(days=7)
_DOORS = ("telegram", "zalo_bot")
_OFFICER = "Mời ông/bà mang bản chính đến bộ phận một cửa để được đối chiếu."
_TABLES = ("questions", "answers", "officer_answers", "conversations", "chats", "inbox", "outbox")
_HIGHEST = """
SELECT max((SELECT coalesce(max(id), 0) FROM questions), (SELECT coalesce(max(id), 0) FROM chats),
  (SELECT coalesce(max(id), 0) FROM inbox))
"""

Row = Mapping[str, Any]


def grow(app: App, megabytes: int) -> Mapping[str, int]:
    """
    Fill the store of *app* with questions of a month until it has so many millions of bytes.

    Returns:
        How many rows there are now, by table.
    """
    _answer_some(app)
    tables = open_tables(app.settings.database)
    with closing(tables.database):
        month = _Month(tables)
        goal, size = megabytes * 10**6, _size(tables)
        while size < goal:
            with write_transaction(tables.database):
                month.write(size / goal)
            size = _size(tables)
        empty_journal(tables.database)
        counted = (tables.database.execute(f"SELECT count(*) FROM {name}").fetchone() for name in _TABLES)
        return {name: count for name, (count,) in zip(_TABLES, counted, strict=True)}


def _answer_some(app: App) -> None:
    with app.open_answerer() as answerer:
        for number, text in enumerate(islice(questions(), _SAMPLED)):
            answerer.answer(Question(text, f"{_SAMPLING}/{number // _ASKED_OF_ONE}"))


def _size(tables: Tables) -> int:
    """Return how many bytes of pages there are, also those that still stand in the journal."""
    (pages,) = tables.database.execute("PRAGMA page_count").fetchone()
    (bytes_a_page,) = tables.database.execute("PRAGMA page_size").fetchone()
    return int(pages * bytes_a_page)


class _Month:
    """Writes conversations after those that are there, the earlier ones first."""

    def __init__(self, tables: Tables) -> None:
        database = tables.database
        self._database = database
        answers = {row["question_id"]: row for row in database.query("SELECT * FROM answers")}
        questions = list(database.query("SELECT * FROM questions"))
        self._asked = [(question, answers[question["id"]]) for question in questions]
        self._states = [row["state"] for row in database.query("SELECT state FROM conversations")]
        self._chance = random.Random(1)
        self._began = datetime.now(UTC) - _SPAN
        (self._number,) = database.execute(_HIGHEST).fetchone()

    def write(self, share: float) -> None:
        """Write a batch asked when *share* of the month was over."""
        moment = self._began + share * _SPAN
        rows: dict[str, list[Row]] = {}
        for _ in range(_A_BATCH // _ASKED_OF_ONE):
            for table, row in self._conversation(moment):
                rows.setdefault(table, []).append(row)
            moment += timedelta(milliseconds=10)
        for table, added in rows.items():  # parents first
            columns = tuple(added[0])
            places = ", ".join(f":{name}" for name in columns)
            sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"
            self._database.conn.cursor().executemany(sql, added)

    def _conversation(self, moment: datetime) -> Iterator[tuple[str, Row]]:
        chat = self._number = self._number + 1
        pseudonym = self._chance.randbytes(32).hex()
        stamp = moment.isoformat(timespec="milliseconds")
        door, ms = self._chance.choice(_DOORS), int(moment.timestamp() * 1000)
        state = self._chance.choice(self._states)
        yield "conversations", {"id": pseudonym, "state": state, "updated_at": stamp}
        for _ in range(_ASKED_OF_ONE):
            self._number += 1
            yield from self._question(pseudonym, stamp)
            yield from self._settled(chat, door, ms)
        seen = {"last_inbound_ms": ms, "noticed": 1, "sent_since": _MESSAGES_OF_ONE}
        address = {"door": door, "address": str(9_000_000_000 + chat)}
        yield "chats", {"id": chat, "conversation": pseudonym} | address | seen

    def _question(self, pseudonym: str, stamp: str) -> Iterator[tuple[str, Row]]:
        question, answer = self._chance.choice(self._asked)
        receipt = _receipt(self._number) if question["receipt"] else None
        own = {"id": self._number, "conversation": pseudonym, "asked_at": stamp, "receipt": receipt}
        yield "questions", {**question, **own}
        yield "answers", {**answer, "question_id": self._number}
        if receipt:
            officer = {"revision": 1, "text": _OFFICER, "officer": "", "answered_at": stamp}
            yield "officer_answers", {"question_id": self._number, **officer}

    def _settled(self, chat: int, door: str, ms: int) -> Iterator[tuple[str, Row]]:
        """The update of the question and the messages of its answer, as they are kept when all is done."""
        settled = {"door": door, "state": "done", "lane": "", "raw": ""}
        if ms > (self._began + _SPAN - _KEYS_KEPT).timestamp() * 1000:
            key = str(100_000_000 + self._number)
            yield "inbox", {"id": self._number, "update_key": key, "received_ms": ms} | settled
        for place in range(_MESSAGES_OF_ONE):
            yield (
                "outbox",
                {
                    "key": f"in:{self._number}:{place}",
                    "chat": chat,
                    "door": door,
                    "address": "",
                    "payload": "",
                    "state": "sent",
                    "message_id": str(200_000_000 + _MESSAGES_OF_ONE * self._number + place),
                    "created_ms": ms,
                },
            )


def _receipt(number: int) -> str:
    letters = ""
    while len(letters) < _RECEIPT_LENGTH:  # longer than one that is given out
        number, letter = divmod(number, len(RECEIPT_ALPHABET))
        letters += RECEIPT_ALPHABET[letter]
    return f"DH-{letters}"
