"""
The records inside a generation: what answers are composed from.

One SQLite file holds the records as compressed JSON. It is read whole when the generation is opened
(12 MB for the national catalogue) and closed again: after that no thread, no disk error and no
removed folder can come between a hit and its record.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec
from pysqlite3 import dbapi2 as sqlite3

from index.cards import ProcedureCard, cards_of
from index.gathering import Knowledge
from knowledge.codec import RecordT, decode, encode
from knowledge.passages import Passage, RecordKind
from knowledge.records import QA, Contact, Guide, Office, Procedure, Record
from knowledge.splitting import passages_of
from knowledge.store import key_of, kind_of

_DECODED = 1024  # records kept decoded, of each kind

_TABLES = """
CREATE TABLE records (kind TEXT, key TEXT, fingerprint TEXT, body BLOB);
CREATE TABLE asked (passage_id TEXT PRIMARY KEY, text TEXT) WITHOUT ROWID;
CREATE TABLE cards (position INTEGER PRIMARY KEY, body BLOB);
"""


class StoredBody(NamedTuple):
    """A compressed record and the fingerprint it has in the store."""

    fingerprint: str
    body: bytes


class RecordSnapshot:
    """The records of one generation. Read-only, usable from any thread."""

    def __init__(
        self,
        bodies: Mapping[tuple[str, str], StoredBody],
        cards: Sequence[ProcedureCard],
        asked: Mapping[str, str],
    ) -> None:
        self._bodies = bodies
        self._asked = asked
        self.cards: Mapping[str, ProcedureCard] = {card.code: card for card in cards}
        self.procedure = lru_cache(_DECODED)(self._procedure)
        self._contacts = {contact.contact_id: contact for contact in self._all(Contact)}
        self._guides = {guide.guide_id: guide for guide in self._all(Guide)}
        self._qas = {qa.qa_id: qa for qa in self._all(QA)}
        self._office = next(iter(self._all(Office)), None)

    @classmethod
    def open(cls, path: Path) -> RecordSnapshot:
        """Return the snapshot in *path*, read whole."""
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
            rows = connection.execute("SELECT kind, key, fingerprint, body FROM records")
            bodies = {(kind, key): StoredBody(fingerprint, body) for kind, key, fingerprint, body in rows}
            cards = connection.execute("SELECT body FROM cards ORDER BY position").fetchall()
            asked = dict(connection.execute("SELECT * FROM asked"))
        return cls(bodies, [msgspec.json.decode(body, type=ProcedureCard) for (body,) in cards], asked)

    def _procedure(self, code: str) -> Procedure | None:
        stored = self._bodies.get((RecordKind.PROCEDURE, code))
        return decode(zlib.decompress(stored.body), Procedure) if stored else None

    def body_of(self, kind: str, key: str, fingerprint: str) -> bytes | None:
        """Return the compressed record if it is here and has this *fingerprint*."""
        stored = self._bodies.get((kind, key))
        return stored.body if stored and stored.fingerprint == fingerprint else None

    def contact(self, key: str) -> Contact | None:
        return self._contacts.get(key)

    def guide(self, key: str) -> Guide | None:
        return self._guides.get(key)

    def qa(self, key: str) -> QA | None:
        return self._qas.get(key)

    def contacts(self) -> tuple[Contact, ...]:
        return tuple(self._contacts.values())

    def guides(self) -> tuple[Guide, ...]:
        return tuple(self._guides.values())

    def qas(self) -> tuple[QA, ...]:
        return tuple(self._qas.values())

    def office(self) -> Office | None:
        return self._office

    def passage_text(self, kind: RecordKind, key: str, passage_id: str) -> str:
        """Return the text of a passage of this generation; "" when there is no such passage."""
        if passage_id in self._asked:
            return self._asked[passage_id]
        passages = self.passages(kind, key)
        return next((passage.text for passage in passages if passage.passage_id == passage_id), "")

    def passages(self, kind: RecordKind, key: str) -> tuple[Passage, ...]:
        """Return the passages cut from a record, without citizens' wordings; none when it is not here."""
        record = self._record(kind, key)
        return passages_of(record) if record else ()

    def _record(self, kind: RecordKind, key: str) -> Procedure | Contact | Guide | QA | None:
        match kind:
            case RecordKind.PROCEDURE:
                return self.procedure(key)
            case RecordKind.CONTACT:
                return self.contact(key)
            case RecordKind.GUIDE:
                return self.guide(key)
            case RecordKind.QA:
                return self.qa(key)

    def _all(self, record_type: type[RecordT]) -> tuple[RecordT, ...]:
        wanted = _KINDS[record_type]
        return tuple(
            decode(zlib.decompress(stored.body), record_type)
            for (kind, _), stored in sorted(self._bodies.items())
            if kind == wanted
        )


_KINDS: Mapping[type, str] = {
    Contact: RecordKind.CONTACT,
    Guide: RecordKind.GUIDE,
    QA: RecordKind.QA,
    Office: "office",
}


def write_snapshot(path: Path, knowledge: Knowledge, old: RecordSnapshot | None) -> None:
    """
    Write the records of *knowledge*, and the passages that no record holds, to the new file *path*.

    What *old* already holds is copied. The caller makes the file durable.
    """
    cards = cards_of([record for record in knowledge.records if isinstance(record, Procedure)])
    with closing(sqlite3.connect(path)) as connection:
        # The file is worth nothing before its manifest; a journal would only make it slower.
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLES)
        connection.executemany(
            "INSERT INTO records VALUES (?, ?, ?, ?)",
            (_row(record, knowledge, old) for record in knowledge.records),
        )
        connection.executemany(
            "INSERT INTO asked VALUES (?, ?)", ((asked.passage_id, asked.text) for asked in knowledge.asked)
        )
        connection.executemany(
            "INSERT INTO cards VALUES (?, ?)", enumerate(msgspec.json.encode(card) for card in cards)
        )
        connection.commit()


def _row(record: Record, knowledge: Knowledge, old: RecordSnapshot | None) -> tuple[str, str, str, bytes]:
    kind, key = str(kind_of(record)), key_of(record)
    fingerprint = knowledge.fingerprints[kind, key]
    body = old.body_of(kind, key, fingerprint) if old else None
    return kind, key, fingerprint, body or zlib.compress(encode(record))
