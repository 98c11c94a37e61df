"""
Messages on their way to citizens, each with a key that it is stored under once.

The only SQL for this table. A message that is settled leaves its key behind, and no word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlite_utils import Database

from bot.messaging.model import Outgoing

_INSERT = """
INSERT INTO outbox (key, chat, door, address, payload, state, created_ms) VALUES (?, ?, ?, ?, ?, 'queued', ?)
ON CONFLICT (key) DO NOTHING RETURNING id
"""
_DECODER = msgspec.json.Decoder(Outgoing)  # made once, for all threads: see knowledge/codec.py
# As the partial indexes say it: the rows of thirty days are mostly those of settled messages.
_DUE = "state IN ('queued', 'sending')"
_UNDELIVERED = "state IN ('unsure', 'failed')"
_SETTLE = "UPDATE outbox SET state = ?, message_id = ?, payload = '', address = '' WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Due:
    """A message that waits to be sent: its number, and the chat it goes to."""

    number: int
    door: str
    address: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """A due message as a whole; see ``bot.doors.door.Sending`` for ``message_id`` and ``again``."""

    number: int
    chat: int
    address: str
    outgoing: Outgoing
    message_id: str
    again: bool
    attempts: int
    created_ms: int


class Outbox:
    """The outbox in *database*; used from the thread that opened it, writes inside a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(
        self, key: str, chat: int, door: str, address: str, messages: Sequence[Outgoing], now_ms: int
    ) -> list[Due]:
        """Store *messages* in order under *key*; those stored before are left as they are."""
        due = []
        for place, outgoing in enumerate(messages):
            payload = msgspec.json.encode(outgoing).decode()
            row = self._database.execute(
                _INSERT, [f"{key}:{place}", chat, door, address, payload, now_ms]
            ).fetchone()
            if row:
                due.append(Due(row[0], door, address))
        return due

    def due(self, after: int = 0) -> list[Due]:
        """Return what waits to be sent, with numbers above *after*, in order."""
        rows = self._database.execute(
            f"SELECT id, door, address FROM outbox WHERE {_DUE} AND id > ? ORDER BY id", [after]
        )
        return [Due(*row) for row in rows]

    def parcel(self, number: int) -> Parcel | None:
        """Return message *number*; None when it is settled."""
        row = self._database.execute(
            "SELECT id, chat, address, payload, message_id, again, attempts, created_ms"
            f" FROM outbox WHERE id = ? AND {_DUE}",
            [number],
        ).fetchone()
        if row is None:
            return None
        number, chat, address, payload, message_id, again, attempts, created_ms = row
        outgoing = _DECODER.decode(payload)
        return Parcel(number, chat, address, outgoing, message_id, bool(again), attempts, created_ms)

    def is_placed(self, number: int, message_id: str) -> None:
        """Remember the placeholder of message *number*."""
        self._database.execute("UPDATE outbox SET message_id = ? WHERE id = ?", [message_id, number])

    def is_being_sent(self, number: int) -> None:
        """Note that a try begins: after a crash nobody knows how it ended."""
        self._database.execute("UPDATE outbox SET state = 'sending' WHERE id = ?", [number])

    def try_later(self, number: int, *, again: bool) -> None:
        """Queue message *number* anew; *again* when it may have been delivered."""
        self._database.execute(
            "UPDATE outbox SET state = 'queued', attempts = attempts + 1, again = max(again, ?) WHERE id = ?",
            [int(again), number],
        )

    def is_sent(self, number: int, message_id: str) -> None:
        """Settle message *number*: the platform has it."""
        self._database.execute(_SETTLE, ["sent", message_id, number])

    def is_unsure(self, number: int) -> None:
        """Settle message *number*: it may or may not be delivered, and was repeated once already."""
        self._database.execute(_SETTLE, ["unsure", "", number])

    def has_failed(self, number: int) -> None:
        """Settle message *number*: it will never be delivered."""
        self._database.execute(_SETTLE, ["failed", "", number])

    def close(self, door: str, address: str) -> None:
        """Settle all that is due for one chat as failed."""
        self._database.execute(
            "UPDATE outbox SET state = 'failed', payload = '', address = ''"
            f" WHERE {_DUE} AND door = ? AND address = ?",
            [door, address],
        )

    def repair(self) -> int:
        """After a crash: what was being sent may have arrived. Return how many messages that concerns."""
        return int(
            self._database.execute(
                f"UPDATE outbox SET state = 'queued', again = 1 WHERE {_DUE} AND state = 'sending'"
            ).rowcount
        )

    def forget_before(self, ms: int) -> None:
        """Delete messages created before *ms*, also what could not be sent since: it is kept no longer."""
        self._database.execute("DELETE FROM outbox WHERE created_ms < ?", [ms])

    def states(self, key: str) -> set[str]:
        """Return the states of the messages stored under *key*; empty when there are none any more."""
        rows = self._database.execute("SELECT DISTINCT state FROM outbox WHERE key GLOB ?", [f"{key}:*"])
        return {str(state) for (state,) in rows}

    def counts(self) -> Mapping[str, int]:
        """Return how many messages are in each state."""
        few = " UNION ALL ".join(
            f"SELECT state, count(*) FROM outbox WHERE {some} GROUP BY state" for some in (_DUE, _UNDELIVERED)
        )
        counts = {str(state): int(n) for state, n in self._database.execute(few)}
        (total,) = self._database.execute("SELECT count(*) FROM outbox").fetchone()
        sent = int(total) - sum(counts.values())
        return counts | ({"sent": sent} if sent else {})
