"""
Updates as the platforms sent them, from before they are acknowledged until they are answered.

The only SQL for this table. What was answered leaves its key behind, by which a second delivery is
recognised, and no word of the citizen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from bot.doors.door import Update

TRIES = 3  # an update that fails so often is given up; the others of its chat go on
_INSERT = """
INSERT INTO inbox (door, update_key, lane, raw, state, received_ms) VALUES (?, ?, ?, ?, 'new', ?)
ON CONFLICT (door, update_key) DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that is not answered yet; ``lane`` is its place among the chats."""

    number: int
    door: str
    lane: str
    received_ms: int


class Inbox:
    """The inbox in *database*; used from the thread that opened it, writes inside a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, door: str, updates: Iterable[Update], now_ms: int) -> list[Waiting]:
        """Store *updates*; return those that are new, each with its number."""
        added = []
        for update in updates:
            cursor = self._database.execute(_INSERT, [door, update.key, update.lane, update.raw, now_ms])
            if row := cursor.fetchone():
                added.append(Waiting(row[0], door, update.lane, now_ms))
        return added

    def waiting(self) -> list[Waiting]:
        """Return every update that is not answered yet, the oldest first."""
        rows = self._database.execute(
            "SELECT id, door, lane, received_ms FROM inbox WHERE state = 'new' ORDER BY id"
        )
        return [Waiting(*row) for row in rows]

    def raw(self, number: int) -> str | None:
        """Return what came as update *number*; None when it is settled."""
        row = self._database.execute(
            "SELECT raw FROM inbox WHERE id = ? AND state = 'new'", [number]
        ).fetchone()
        return row[0] if row else None

    def settle(self, number: int) -> None:
        """Mark update *number* as done and forget what was in it."""
        self._database.execute("UPDATE inbox SET state = 'done', raw = '', lane = '' WHERE id = ?", [number])

    def note_failure(self, number: int) -> int:
        """Count a failed try of update *number*; return how many there were. It is given up at ``TRIES``."""
        (attempts,) = self._database.execute(
            "UPDATE inbox SET attempts = attempts + 1 WHERE id = ? RETURNING attempts", [number]
        ).fetchone()
        if attempts >= TRIES:
            self._database.execute(
                "UPDATE inbox SET state = 'failed', raw = '', lane = '' WHERE id = ?", [number]
            )
        return int(attempts)

    def forget_lane(self, door: str, lane: str) -> None:
        """Drop all that waits in *lane*."""
        self._database.execute(
            "UPDATE inbox INDEXED BY idx_inbox_new SET state = 'done', raw = '', lane = ''"
            " WHERE state = 'new' AND door = ? AND lane = ?",
            [door, lane],
        )

    def forget_before(self, ms: int) -> None:
        """Delete settled updates received before *ms*; no platform delivers one again so late."""
        self._database.execute("DELETE FROM inbox WHERE received_ms < ? AND state <> 'new'", [ms])

    def expire(self, ms: int) -> None:
        """Delete every update received before *ms*, also of a door that was shut meanwhile."""
        self._database.execute("DELETE FROM inbox WHERE received_ms < ?", [ms])

    def try_to_write(self) -> None:
        """Write what changes nothing; a disk that is full or fails refuses it like everything else."""
        self._database.execute(_INSERT, ["", "", "", "", 0])
        self._database.execute("DELETE FROM inbox WHERE door = ''")

    def counts(self) -> Mapping[str, int]:
        """Return how many updates are in each state but "done"."""
        rows: Iterable[tuple[Any, ...]] = self._database.execute(
            "SELECT state, count(*) FROM inbox WHERE state = 'new' GROUP BY state"
            " UNION ALL SELECT state, count(*) FROM inbox WHERE state = 'failed' GROUP BY state"
        )
        return {str(state): int(n) for state, n in rows}
