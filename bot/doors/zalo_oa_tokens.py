"""
The tokens of the Zalo Official Account, on disk: a refresh token serves once, its successor must be kept.

They stand in the one SQLite file, as the named migration set "zalo_oa"; whoever copies the file can write
as the office until the tokens are renewed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlite_utils import Database, Migrations

from knowledge.database import migrate, open_database, refusing, write_transaction

zalo_oa_migrations = Migrations("zalo_oa")

_TOKENS = """
CREATE TABLE zalo_oa_tokens (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    given_sha256 TEXT NOT NULL, -- of the operator's refresh token, from which these descend
    access TEXT NOT NULL,
    refresh TEXT NOT NULL,
    granted_ms INTEGER NOT NULL,
    renew_at_ms INTEGER NOT NULL,
    ends_at_ms INTEGER NOT NULL
) STRICT
"""
_LOAD = (
    "SELECT access, refresh, granted_ms, renew_at_ms, ends_at_ms FROM zalo_oa_tokens WHERE given_sha256 = ?"
)
_SAVE = """
INSERT OR REPLACE INTO zalo_oa_tokens
(id, given_sha256, access, refresh, granted_ms, renew_at_ms, ends_at_ms) VALUES (1, ?, ?, ?, ?, ?, ?)
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@zalo_oa_migrations()
def m001_tokens(database: Database) -> None:
    """Create the table of the one pair of tokens."""
    database.execute(_TOKENS)


@dataclass(frozen=True, slots=True)
class Tokens:
    """
    One pair.

    Attributes:
        granted: When Zalo gave it; the refresh token ends 90 days later.
        renew_at: When the access token is to be renewed, well ahead of its end.
        ends_at: When it ends.
    """

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    granted: datetime
    renew_at: datetime
    ends_at: datetime


class TokenStore(Protocol):
    """
    Where the pair is kept that descends from the operator's refresh token, called *given*.

    Both raise DatabaseRefused.
    """

    def load(self, given: str) -> Tokens | None:
        """Return the pair; None when *given* was never used, or another one since."""

    def save(self, given: str, tokens: Tokens) -> None:
        """Keep *tokens* in the place of those before; on disk when this returns."""


class StoredTokens:
    """The pair in the SQLite file at *path*; see ``TokenStore``. Every call may come from another thread."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, given: str) -> Tokens | None:
        with self._opened() as database, refusing(self._path):
            row = database.execute(_LOAD, [_sha256(given)]).fetchone()
        return Tokens(row[0], row[1], *map(_moment, row[2:])) if row else None

    def save(self, given: str, tokens: Tokens) -> None:
        times = (tokens.granted, tokens.renew_at, tokens.ends_at)
        row = [_sha256(given), tokens.access, tokens.refresh, *map(_ms, times)]
        with self._opened() as database, write_transaction(database):
            database.execute(_SAVE, row)

    @contextmanager
    def _opened(self) -> Iterator[Database]:
        with closing(open_database(self._path)) as database:
            migrate(database, zalo_oa_migrations)
            yield database


def _sha256(given: str) -> str:
    return hashlib.sha256(given.encode()).hexdigest()


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _moment(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)
