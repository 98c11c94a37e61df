"""
The store of published records: the only SQL for the tables of ``migrations.py``.

A record counts as changed when its fingerprint changes. Every ``save`` or ``remove`` that changes
something adds one row to ``changes``; the number of the last one is the version of the knowledge.
The text of a procedure that is replaced or removed is kept as an earlier version.

But: the store belongs to the thread that opened its database. Answers do not come from here; they
come from the published index, which holds a copy of the records.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from sqlite_utils import Database

from knowledge import codec
from knowledge.codec import RecordT
from knowledge.database import migrate, write_transaction
from knowledge.migrations import knowledge_migrations
from knowledge.passages import RecordKind
from knowledge.records import QA, Contact, Guide, Office, Procedure, Record

_NO_ORIGINALS: Final[Mapping[tuple[RecordKind, str], bytes]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SaveCounts:
    """How many records a save added, changed and left as they were."""

    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class EarlierVersion:
    """A procedure as it stood until ``replaced_at`` (UTC, ISO 8601)."""

    procedure: Procedure
    fingerprint: str
    replaced_at: str


@dataclass(frozen=True, slots=True)
class _Table:
    """Where one kind of record is kept."""

    kind: str
    name: str
    key: str


_TABLES: dict[type, _Table] = {
    Procedure: _Table(RecordKind.PROCEDURE, "procedures", "code"),
    Contact: _Table(RecordKind.CONTACT, "contacts", "key"),
    Guide: _Table(RecordKind.GUIDE, "guides", "key"),
    QA: _Table(RecordKind.QA, "qas", "key"),
    Office: _Table("office", "offices", "key"),
}


def key_of(record: Record) -> str:
    """Return what names *record* among its kind; the one office is always "office"."""
    match record:
        case Procedure(code=key) | Contact(contact_id=key) | Guide(guide_id=key) | QA(qa_id=key):
            return key
        case Office():
            return "office"


def kind_of(record: Record) -> str:
    """Return the record's ``RecordKind`` value, or "office"."""
    return _TABLES[type(record)].kind


class KnowledgeStore:
    """
    Published records in one SQLite file. Pending migrations are applied when it is made.

    Every method may raise DatabaseRefused when the disk is full or another writer is at work.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        migrate(database, knowledge_migrations)

    def save(
        self, records: Iterable[Record], raw: Mapping[tuple[RecordKind, str], bytes] = _NO_ORIGINALS
    ) -> SaveCounts:
        """
        Add or replace *records*, all or nothing, and keep the originals of procedures in *raw*.

        Joins the caller's transaction if one is open. Records are encoded before the write lock is
        taken, so that a large import does not keep other writers waiting.
        """
        rows = [(_TABLES[type(record)], _row(record)) for record in records]
        originals = [
            {"code": key, "data": zlib.compress(data)}
            for (kind, key), data in raw.items()
            if kind is RecordKind.PROCEDURE
        ]
        now = _now()
        with write_transaction(self.database):
            tally = Counter(self._put(table, row, now) for table, row in rows)
            self._upsert("originals", originals, "code")
            self._note_change(now, tally, {str(row["source"]) for _, row in rows})
        return SaveCounts(tally["added"], tally["changed"], tally["unchanged"])

    def remove(self, kind: str, key: str) -> bool:
        """
        Remove one record with its original; return False, and change nothing, when there is none.

        *kind* is as ``kind_of`` gives it.
        """
        table = next(table for table in _TABLES.values() if table.kind == kind)
        now = _now()
        with write_transaction(self.database):
            old = self._stored(table, key)
            if old is None:
                return False
            if kind == RecordKind.PROCEDURE:
                self._keep_earlier(key, old, now)
                self.database.execute("DELETE FROM originals WHERE code = ?", [key])
            self.database.execute(f"DELETE FROM {table.name} WHERE {table.key} = ?", [key])
            self._note_change(now, Counter(removed=1), {old[2]})
        return True

    def version(self) -> int:
        """Return the number of committed changes so far; 0 for an empty store."""
        return int(self._one("SELECT coalesce(max(version), 0) FROM changes")[0])

    def procedure(self, code: str) -> Procedure | None:
        row = self._one("SELECT record FROM procedures WHERE code = ?", code)
        return row and codec.decode(row[0], Procedure)

    def procedures(self, public_only: bool = True) -> Iterator[Procedure]:
        """Yield procedures by code, decoded one at a time; without the internal ones by default."""
        where = "WHERE procedure_type <> 'internal'" if public_only else ""
        rows = self.database.execute(f"SELECT record FROM procedures {where} ORDER BY code")
        return (codec.decode(data, Procedure) for (data,) in rows)

    def contacts(self) -> tuple[Contact, ...]:
        return self._all(Contact)

    def guides(self) -> tuple[Guide, ...]:
        return self._all(Guide)

    def qas(self) -> tuple[QA, ...]:
        return self._all(QA)

    def office(self) -> Office | None:
        return next(iter(self._all(Office)), None)

    def fingerprints(self) -> dict[tuple[str, str], str]:
        """Return (kind, key) → fingerprint of every record, internal procedures and office included."""
        return {
            (str(table.kind), key): fingerprint
            for table in _TABLES.values()
            for key, fingerprint in self.database.execute(
                f"SELECT {table.key}, fingerprint FROM {table.name} ORDER BY {table.key}"
            )
        }

    def counts(self) -> dict[str, int]:
        """Return the number of records by kind; "procedure" includes the internal ones."""
        return {
            str(table.kind): self._one(f"SELECT count(*) FROM {table.name}")[0] for table in _TABLES.values()
        }

    def original(self, code: str) -> bytes | None:
        """Return the procedure as published, byte for byte, or None when it came without one."""
        row = self._one("SELECT data FROM originals WHERE code = ?", code)
        return row and zlib.decompress(row[0])

    def earlier_versions(self, code: str) -> tuple[EarlierVersion, ...]:
        """
        Return what the procedure was before, the latest first.

        A change of its origin alone (a new crawl of the same text) makes no earlier version.
        """
        rows = self.database.execute(
            "SELECT data, fingerprint, replaced_at FROM procedure_versions"
            " WHERE code = ? ORDER BY replaced_at DESC, rowid DESC",
            [code],
        )
        return tuple(
            EarlierVersion(codec.decode(zlib.decompress(data), Procedure), fingerprint, replaced_at)
            for data, fingerprint, replaced_at in rows
        )

    def _put(self, table: _Table, row: dict[str, Any], now: str) -> str:
        """Write one row if it differs; return which count of the tally it belongs to."""
        key = row[table.key]
        old = self._stored(table, key)
        if old is not None and old[0] == row["fingerprint"]:
            return "unchanged"
        if old is not None and table.kind == RecordKind.PROCEDURE and _text_differs(old[1], row["record"]):
            self._keep_earlier(key, old, now)
        self._upsert(table.name, [row | {"imported_at": now}], table.key)
        return "added" if old is None else "changed"

    def _keep_earlier(self, code: str, old: tuple[str, bytes, str], now: str) -> None:
        fingerprint, record, _ = old
        self.database.execute(
            "INSERT OR REPLACE INTO procedure_versions (code, fingerprint, data, replaced_at)"
            " VALUES (?, ?, ?, ?)",
            [code, fingerprint, zlib.compress(record), now],
        )

    def _note_change(self, now: str, tally: Counter[str], sources: set[str]) -> None:
        if tally["added"] or tally["changed"] or tally["removed"]:
            self.database.execute(
                "INSERT INTO changes (at, added, changed, removed, sources) VALUES (?, ?, ?, ?, ?)",
                [now, tally["added"], tally["changed"], tally["removed"], ", ".join(sorted(sources))],
            )

    def _upsert(self, table: str, rows: Iterable[dict[str, Any]], key: str) -> None:
        self.database.table(table).upsert_all(rows, pk=key)

    def _stored(self, table: _Table, key: str) -> tuple[str, bytes, str] | None:
        """Return (fingerprint, record, source) of the stored record."""
        row: tuple[str, bytes, str] | None = self._one(
            f"SELECT fingerprint, record, source FROM {table.name} WHERE {table.key} = ?", key
        )
        return row

    def _all(self, record_type: type[RecordT]) -> tuple[RecordT, ...]:
        table = _TABLES[record_type]
        rows = self.database.execute(f"SELECT record FROM {table.name} ORDER BY {table.key}")
        return tuple(codec.decode(data, record_type) for (data,) in rows)

    def _one(self, sql: str, *parameters: object) -> Any:
        return self.database.execute(sql, parameters).fetchone()


def _row(record: Record) -> dict[str, Any]:
    common = {
        "fingerprint": codec.fingerprint(record),
        "record": codec.encode(record),
        "source": record.origin.source,
    }
    if isinstance(record, Procedure):
        return _procedure_columns(record) | common
    return {"key": key_of(record)} | common


def _procedure_columns(procedure: Procedure) -> dict[str, Any]:
    crawled_on = procedure.origin.crawled_on
    return {
        "code": procedure.code,
        "title": procedure.title,
        "sector": procedure.sector,
        "procedure_type": procedure.procedure_type.value,
        "status": procedure.status.value,
        "province": procedure.province,
        "publisher": procedure.publisher,
        "updated_on": procedure.updated_on and procedure.updated_on.isoformat(),
        "crawled_on": crawled_on and crawled_on.isoformat(),
    }


def _text_differs(old: bytes, new: bytes) -> bool:
    before, after = codec.decode(old, Procedure), codec.decode(new, Procedure)
    return replace(before, origin=after.origin) != after


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
