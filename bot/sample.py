"""The bundled sample office: loading it into an empty store, and taking it out again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import knowledge
from knowledge.database import write_transaction
from knowledge.errors import KnowledgeError
from knowledge.importing import ImportReport, import_files
from knowledge.records import Record
from knowledge.store import KnowledgeStore, key_of, kind_of

SAMPLE = Path(knowledge.__file__).parent / "sample"


def is_empty(store: KnowledgeStore) -> bool:
    """Say whether *store* holds no record at all."""
    return not any(store.counts().values())


def load_sample(store: KnowledgeStore) -> ImportReport:
    """
    Import the bundled sample.

    Raises:
        KnowledgeError: the store holds real records, which the sample would replace.
    """
    real = sum(not record.origin.sample for record in _all_records(store))
    if real:
        raise KnowledgeError(
            f"Kho đang có {real} bản ghi thật, dữ liệu mẫu có thể ghi đè lên. "
            "Hãy nạp dữ liệu mẫu vào một kho khác, ví dụ: DANHOI_HOME=thu-nghiem danhoi knowledge sample"
        )
    return import_files(store, [SAMPLE], strict=True)


def remove_sample(store: KnowledgeStore) -> int:
    """Remove every sample record from *store*, all or nothing; return how many there were."""
    samples = [(kind_of(record), key_of(record)) for record in _all_records(store) if record.origin.sample]
    with write_transaction(store.database):
        return sum(store.remove(kind, key) for kind, key in samples)


def _all_records(store: KnowledgeStore) -> Iterator[Record]:
    yield from store.procedures(public_only=False)
    yield from store.contacts()
    yield from store.guides()
    yield from store.qas()
    office = store.office()
    if office:
        yield office
