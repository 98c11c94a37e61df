"""
What a build starts from: the records of one moment, and their passages.

Read in one transaction, so that an import that ends meanwhile is in the next build as a whole or not
at all. Internal procedures are never read: what is not in a generation cannot be shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index.errors import BuildFailed
from knowledge.database import open_database
from knowledge.passages import Passage
from knowledge.records import Office, Procedure, Record
from knowledge.splitting import passages_of
from knowledge.store import KnowledgeStore, key_of, kind_of

ExtraPassages = Callable[[set[str]], Iterable[Passage]]
"""Given the public procedure codes, gives citizens' wordings of them as further passages."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """
    The public records at one moment, and what is searched of them.

    ``asked`` are the passages among ``passages`` that come from no record. ``fingerprints`` has one
    entry per record, by (kind, key).
    """

    version: int
    records: tuple[Record, ...]
    fingerprints: dict[tuple[str, str], str]
    passages: tuple[Passage, ...]
    asked: tuple[Passage, ...]

    @property
    def fingerprint(self) -> str:
        """One SHA-256 for all records; it changes when any of them does."""
        lines = (f"{kind}\t{key}\t{one}" for (kind, key), one in sorted(self.fingerprints.items()))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def gather(database_path: Path, extra_passages: ExtraPassages | None = None) -> Knowledge:
    """
    Return the public records in *database_path* with their passages.

    Raises:
        BuildFailed: there is nothing to search for.
        DatabaseRefused: the file cannot be read.
    """
    version, records, fingerprints = _read(database_path)
    own = [passage for record in records if not isinstance(record, Office) for passage in passages_of(record)]
    if not own:
        raise BuildFailed("chưa có thủ tục nào trong kho. Hãy chạy: danhoi knowledge import TỆP")
    codes = {record.code for record in records if isinstance(record, Procedure)}
    asked = tuple(extra_passages(codes)) if extra_passages else ()
    return Knowledge(version, records, fingerprints, (*own, *asked), asked)


def _read(database_path: Path) -> tuple[int, tuple[Record, ...], dict[tuple[str, str], str]]:
    with closing(open_database(database_path)) as database:
        store = KnowledgeStore(database)
        database.execute("BEGIN")  # everything below sees the same moment
        office = store.office()
        records: tuple[Record, ...] = (
            *store.procedures(),
            *store.contacts(),
            *store.guides(),
            *store.qas(),
            *((office,) if office else ()),
        )
        version, stored = store.version(), store.fingerprints()
        database.rollback()
    # Internal procedures have a fingerprint too, but no place here.
    names = ((str(kind_of(record)), key_of(record)) for record in records)
    return version, records, {name: stored[name] for name in names}
