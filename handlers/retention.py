"""
What is deleted, and when: on a citizen's word, and when its time is over.

A question goes with all that belongs to it: its answer, its rating, the officers' answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from sqlite_utils import Database

from handlers.conversation_queries import BELONGS_TO_QUESTION, EXPIRED, FORGET_STATES
from handlers.state import NOTHING_IN_HAND, RETENTION_DAYS, encode_state
from knowledge.database import empty_journal, write_transaction


def forget(database: Database, pseudonym: str, also: Callable[[], None] = lambda: None) -> None:
    """Delete all of the conversation *pseudonym*; what *also* stores is in the same transaction."""
    with write_transaction(database):
        _delete(database, "conversation = :value", pseudonym)
        database.execute("DELETE FROM conversations WHERE id = ?", [pseudonym])
        also()
    empty_journal(database)


def leave(database: Database, pseudonym: str) -> None:
    """Delete what the conversation *pseudonym* has in hand and asked, but for what is with staff."""
    with write_transaction(database):
        _delete(database, "conversation = :value AND receipt IS NULL", pseudonym)
        forgotten = "UPDATE conversations SET state = ? WHERE id = ?"
        database.execute(forgotten, [encode_state(NOTHING_IN_HAND), pseudonym])
    empty_journal(database)


def forget_expired(database: Database, today: date) -> int:
    """
    Keep the greeting's promise: a question stays for RETENTION_DAYS days, that of asking included.

    Days begin at midnight by this machine's clock, so after the first call of a day there is
    nothing more to delete on that day, and a call costs one look at an index.
    """
    oldest_kept = today - timedelta(days=RETENTION_DAYS - 1)
    return forget_before(database, datetime.combine(oldest_kept, time.min).astimezone())


def forget_before(database: Database, moment: datetime) -> int:
    """
    Delete what was asked before *moment*, and return how many questions.

    One that is with staff stays until they have answered it, and goes when that was before *moment*.
    """
    value = stamp(moment)
    expired = f"SELECT 1 FROM questions WHERE {EXPIRED} LIMIT 1"
    if not database.execute(expired, {"value": value}).fetchone():
        return 0
    with write_transaction(database):
        forgotten = _delete(database, EXPIRED, value)
        for statement in FORGET_STATES:
            database.execute(statement, {"moment": value, "nothing": encode_state(NOTHING_IN_HAND)})
    empty_journal(database)
    return forgotten


def stamp(moment: datetime) -> str:
    """Return *moment* as it is stored: ISO 8601 in UTC, so that texts in order are times in order."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _delete(database: Database, condition: str, value: str) -> int:
    """Delete the questions on which *condition* holds, and all that belongs to them; return how many."""
    with write_transaction(database):
        chosen = database.execute(f"SELECT id FROM questions WHERE {condition}", {"value": value})
        # Named once and for all: an officer's answer decides whether its question has expired.
        numbers = json.dumps([number for (number,) in chosen])
        for table, column in BELONGS_TO_QUESTION:
            listed = "SELECT value FROM json_each(?)"
            database.execute(f"DELETE FROM {table} WHERE {column} IN ({listed})", [numbers])
        return len(json.loads(numbers))
