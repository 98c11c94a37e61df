"""
Whom we can reach, and how: the one place where a platform's address of a citizen is kept.

The only SQL for these tables. A chat is kept as long as its conversation: it is deleted with it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

_SEEN = """
INSERT INTO chats (door, address, conversation, last_inbound_ms) VALUES (?, ?, ?, ?)
ON CONFLICT (conversation) DO UPDATE SET
    last_inbound_ms = excluded.last_inbound_ms, address = excluded.address,
    closed = 0, sent_since = 0, forget = 0
RETURNING id, noticed
"""
# A chat whose questions are all gone, and to whom nothing is on its way.
_UNUSED = """
DELETE FROM chats WHERE (forget = 1 OR last_inbound_ms < :ms)
AND conversation NOT IN (SELECT conversation FROM questions)
AND id NOT IN (SELECT chat FROM outbox WHERE state IN ('queued', 'sending') AND chat IS NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation's way back to the citizen."""

    number: int
    door: str
    address: str
    last_inbound_ms: int
    sent_since: int
    closed: bool


class Chats:
    """The chats in *database*; used from the thread that opened it, writes inside a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seen(self, door: str, address: str, conversation: str, now_ms: int) -> tuple[int, bool]:
        """Note that the citizen wrote; return the chat's number, and whether they had our notice."""
        number, noticed = self._database.execute(_SEEN, [door, address, conversation, now_ms]).fetchone()
        return int(number), bool(noticed)

    def is_noticed(self, number: int) -> None:
        """Note that the chat was told what this is and what it keeps."""
        self._database.execute("UPDATE chats SET noticed = 1 WHERE id = ?", [number])

    def of(self, conversation: str) -> Chat | None:
        """Return the chat of *conversation* (a pseudonym); None when there is none, as for the web page."""
        row = self._database.execute(
            "SELECT id, door, address, last_inbound_ms, sent_since, closed FROM chats WHERE conversation = ?",
            [conversation],
        ).fetchone()
        if row is None:
            return None
        number, door, address, last_inbound_ms, sent_since, closed = row
        return Chat(number, door, address, last_inbound_ms, sent_since, bool(closed))

    def close(self, door: str, address: str) -> None:
        """Note that nothing can be sent to *address* until its owner writes again, and is greeted anew."""
        self._database.execute(
            "UPDATE chats SET closed = 1, noticed = 0 WHERE door = ? AND address = ?", [door, address]
        )

    def count_sent(self, number: int, door: str, month: str) -> None:
        """Count one message that went to chat *number* in *month* ("2026-11")."""
        self._database.execute("UPDATE chats SET sent_since = sent_since + 1 WHERE id = ?", [number])
        self._database.execute(
            "INSERT INTO sent_monthly (door, month, messages) VALUES (?, ?, 1)"
            " ON CONFLICT (door, month) DO UPDATE SET messages = messages + 1",
            [door, month],
        )

    def sent_in(self, door: str, month: str) -> int:
        """Return how many messages went through *door* in *month*."""
        row = self._database.execute(
            "SELECT messages FROM sent_monthly WHERE door = ? AND month = ?", [door, month]
        ).fetchone()
        return int(row[0]) if row else 0

    def forget_soon(self, number: int) -> None:
        """Delete chat *number* as soon as the last message to it is on its way."""
        self._database.execute("UPDATE chats SET forget = 1 WHERE id = ?", [number])

    def forget_if_wished(self, number: int) -> None:
        """Delete chat *number* if it was to be forgotten and nothing is on its way to it any more."""
        self._database.execute(f"{_UNUSED} AND id = :number", {"ms": 0, "number": number})

    def forget(self, door: str, address: str) -> None:
        """Delete every chat at *address* now."""
        self._database.execute("DELETE FROM chats WHERE door = ? AND address = ?", [door, address])

    def forget_unused(self, before_ms: int) -> int:
        """Delete chats silent since *before_ms* or to be forgotten, with no question kept; return how many"""
        return int(self._database.execute(_UNUSED, {"ms": before_ms}).rowcount)

    def counts(self) -> dict[str, int]:
        """Return how many chats there are at each door."""
        rows = self._database.execute("SELECT door, count(*) FROM chats GROUP BY door")
        return {str(door): int(n) for door, n in rows}
