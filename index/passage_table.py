"""
The passages of one generation by row: the rows of the vectors and of the word index.

Columns, not objects: a national catalogue has some hundred thousand passages, and ranking groups
them by record with numpy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from knowledge.passages import Facet, Passage, PassagePart, RecordKind

_PARTS = tuple(PassagePart)
_FACETS = tuple(Facet)
_PART_NUMBER = {part: number for number, part in enumerate(PassagePart)}
_FACET_NUMBER = {facet: number for number, facet in enumerate(Facet)}


class _Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table as it lies on the disk; arrays as little-endian bytes."""

    ids: list[str]
    uids: bytes
    records: list[tuple[RecordKind, str]]
    record: bytes
    part: bytes
    facet: bytes


def uid_of(passage: Passage) -> int:
    """
    Return 63 bits that stand for the passage's id and text together.

    It changes whenever either does, so what was computed for a uid may be used again.
    """
    data = f"{passage.passage_id}\0{passage.part}\0{passage.text}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little") >> 1


class PassageTable:
    """
    One row per passage, in the order of the vectors.

    Attributes:
        ids: Passage ids.
        uids: ``uid_of`` each passage, shape (n,), int64.
        records: (kind, key) of each record that has a passage, in order of first appearance.
        record: Position in ``records``, shape (n,), int32.
        part: Position in ``tuple(PassagePart)``, shape (n,), uint8.
        facet: Position in ``tuple(Facet)``, shape (n,), uint8.
    """

    def __init__(self, columns: _Columns) -> None:
        self._columns = columns
        self.ids: Sequence[str] = columns.ids
        self.records: Sequence[tuple[RecordKind, str]] = columns.records
        self.uids = np.frombuffer(columns.uids, "<i8")
        self.record = np.frombuffer(columns.record, "<i4")
        self.part = np.frombuffer(columns.part, np.uint8)
        self.facet = np.frombuffer(columns.facet, np.uint8)
        self._order = np.argsort(self.uids)
        self._sorted = self.uids[self._order]

    @classmethod
    def of(cls, passages: Iterable[Passage]) -> PassageTable:
        """
        Return the table of *passages*, in their order.

        Raises:
            ValueError: two passages have the same id.
        """
        passages = list(passages)
        ids = [passage.passage_id for passage in passages]
        if len(set(ids)) != len(ids):
            twice = next(name for place, name in enumerate(ids) if name in ids[:place])
            raise ValueError(f"two passages are called {twice}")
        records: dict[tuple[RecordKind, str], int] = {}
        record = [records.setdefault((p.kind, p.key), len(records)) for p in passages]
        columns = _Columns(
            ids=ids,
            uids=np.array([uid_of(p) for p in passages], "<i8").tobytes(),
            records=list(records),
            record=np.array(record, "<i4").tobytes(),
            part=bytes([_PART_NUMBER[p.part] for p in passages]),
            facet=bytes([_FACET_NUMBER[p.facet] for p in passages]),
        )
        return cls(columns)

    @classmethod
    def from_bytes(cls, data: bytes) -> PassageTable:
        """Return the table that ``to_bytes`` wrote; raise msgspec.DecodeError when it is none."""
        return cls(msgspec.msgpack.decode(data, type=_Columns))

    def to_bytes(self) -> bytes:
        return msgspec.msgpack.encode(self._columns)

    def __len__(self) -> int:
        return len(self.ids)

    def rows_with(self, part: PassagePart) -> NDArray[np.int64]:
        """Return the rows of one part, ascending."""
        return np.flatnonzero(self.part == _PART_NUMBER[part])

    def part_of(self, row: int) -> PassagePart:
        return _PARTS[int(self.part[row])]

    def facet_of(self, row: int) -> Facet:
        return _FACETS[int(self.facet[row])]

    def record_of(self, row: int) -> tuple[RecordKind, str]:
        """Return kind and key of the record that the row's passage belongs to."""
        return self.records[int(self.record[row])]

    def rows_of(self, uids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the row of each of *uids*, -1 for one that is not here."""
        if not len(self):
            return np.full(len(uids), -1, np.int64)
        place = np.minimum(np.searchsorted(self._sorted, uids), len(self) - 1)
        return np.where(self._sorted[place] == uids, self._order[place], -1)
