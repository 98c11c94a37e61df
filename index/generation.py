"""
A generation: one published index, loaded. It is a snapshot: vectors, words and records together.

Every file is compared with the manifest before it is used; a generation that differs in one byte is
refused, never asked. Once open it depends on no file any more and may be used from any thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite3

from index.dense import DenseIndex
from index.embedding import Embedder
from index.errors import REMEDY, IndexDamaged, IndexMissing, IndexUnusable
from index.files import current_folder
from index.lexical import LexicalIndex
from index.manifest import MANIFEST, Manifest, read_manifest, verify_files
from index.passage_table import PassageTable
from index.snapshot import RecordSnapshot

VECTORS = "vectors.faiss"
WORDS = "words"
PASSAGES = "passages.msgpack"
RECORDS = "records.db"


@dataclass(frozen=True, slots=True)
class Generation:
    """One published index. Rows of ``dense`` and ``lexical`` are rows of ``passages``."""

    generation_id: str
    manifest: Manifest
    records: RecordSnapshot
    passages: PassageTable
    dense: DenseIndex
    lexical: LexicalIndex

    def require_model(self, embedder: Embedder) -> None:
        """Raise IndexUnusable unless the vectors here were made by *embedder*."""
        made_by = (self.manifest.model_id, self.manifest.dimension)
        asked_by = (embedder.model_id, embedder.dimension)
        if made_by != asked_by:
            raise IndexUnusable(
                f"Chỉ mục {self.generation_id} được xây bằng mô hình {made_by[0]} ({made_by[1]} chiều), "
                f"nhưng đang dùng mô hình {asked_by[0]} ({asked_by[1]} chiều). {REMEDY}"
            )


def open_generation(index_dir: Path) -> Generation:
    """
    Return the generation that is published in *index_dir*.

    Raises:
        IndexMissing: none was published yet.
        IndexDamaged: a file of it is missing or differs from what was published.
    """
    while True:
        folder = current_folder(index_dir)
        if folder is None:
            raise IndexMissing(index_dir)
        try:
            return open_folder(folder)
        except IndexDamaged:
            # Two builds may have ended since the link was read, and the folder been removed.
            if current_folder(index_dir) == folder:
                raise


def open_folder(folder: Path) -> Generation:
    """Return the generation in *folder*; raise IndexDamaged as ``open_generation`` does."""
    manifest = read_manifest(folder)
    verify_files(folder, manifest)
    try:
        return _load(folder, manifest)
    except (OSError, ValueError, sqlite3.Error) as error:  # msgspec errors are ValueErrors
        # The bytes are those that were published, so this program cannot read what wrote them.
        raise IndexDamaged(folder, f"không đọc được ({error})") from error


def _load(folder: Path, manifest: Manifest) -> Generation:
    table = PassageTable.from_bytes((folder / PASSAGES).read_bytes())
    generation = Generation(
        generation_id=manifest.generation,
        manifest=manifest,
        records=RecordSnapshot.open(folder / RECORDS),
        passages=table,
        dense=DenseIndex.from_bytes((folder / VECTORS).read_bytes()),
        lexical=LexicalIndex.open(folder / WORDS, table),
    )
    _require_equal(folder, "số véc-tơ", len(generation.dense), len(table))
    _require_equal(folder, "số đoạn trong chỉ mục từ", len(generation.lexical), len(table))
    _require_equal(folder, "số chiều", generation.dense.dimension, manifest.dimension)
    return generation


def _require_equal(folder: Path, what: str, found: int, expected: int) -> None:
    if found != expected:
        raise IndexDamaged(folder / MANIFEST, f"{what} là {found}, phải là {expected}")
