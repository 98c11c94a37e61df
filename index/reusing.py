"""What a build takes over from the published generation instead of computing it again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import lexical
from index.dense import DenseIndex
from index.embedding import Embedder
from index.errors import IndexUnusable
from index.files import current_folder
from index.generation import WORDS, Generation, open_folder
from index.passage_table import PassageTable
from knowledge.passages import Passage

_BATCH = 1024  # passages embedded between two reports of progress
# Deleted passages still count in word frequencies, and many small segments are slow to search.
_MOST_DELETED = 0.01
_MOST_ADDED = 0.05


@dataclass(frozen=True, slots=True)
class Published:
    """The generation that is served now, with its folder."""

    folder: Path
    generation: Generation


def published(index_dir: Path) -> Published | None:
    """Return the published generation; None when there is none, or none that can be trusted."""
    folder = current_folder(index_dir)
    if folder is None:
        return None
    try:
        return Published(folder, open_folder(folder))
    except IndexUnusable:
        return None


def vectors_for(
    table: PassageTable,
    passages: Sequence[Passage],
    embedder: Embedder,
    old: Published | None,
    progress: Callable[[int, int], None],
) -> tuple[DenseIndex, int]:
    """
    Return the vectors of *passages*, and how many of them were made anew.

    A vector is taken over when id, text and model are the same. *progress* gets (done, to do).
    """
    halves = np.empty((len(table), embedder.dimension), np.float16)
    rows = _old_rows(table, embedder, old)
    kept = np.flatnonzero(rows >= 0)
    if old is not None and len(kept):
        halves[kept] = old.generation.dense.halves(rows[kept])
    missing = np.flatnonzero(rows < 0)
    for start in range(0, len(missing), _BATCH):
        progress(start, len(missing))
        batch = missing[start : start + _BATCH]
        made = DenseIndex.build(embedder.embed([passages[row].text for row in batch]))
        halves[batch] = made.halves()
    progress(len(missing), len(missing))
    return DenseIndex.of_halves(halves), len(missing)


def _old_rows(table: PassageTable, embedder: Embedder, old: Published | None) -> NDArray[np.int64]:
    """Return the row of each passage in *old*, -1 where its vector must be made anew."""
    made_by = old and (old.generation.manifest.model_id, old.generation.manifest.dimension)
    if old is None or made_by != (embedder.model_id, embedder.dimension):
        return np.full(len(table), -1, np.int64)
    return old.generation.passages.rows_of(table.uids)


def write_words(folder: Path, table: PassageTable, passages: Sequence[Passage], old: Published | None) -> int:
    """
    Write the word index of *passages* into the new *folder*; return how many deleted ones it carries.

    The index of *old* is copied and corrected when little has changed, else a new one is made.
    """
    if old is not None and old.generation.manifest.versions.get("words") == lexical.VERSION:
        before = old.generation.passages
        removed = before.uids[table.rows_of(before.uids) < 0].tolist()
        added = np.flatnonzero(before.rows_of(table.uids) < 0)
        deleted = old.generation.manifest.lexical_deleted + len(removed)
        if deleted <= _MOST_DELETED * len(table) and len(added) <= _MOST_ADDED * len(table):
            shutil.copytree(old.folder / WORDS, folder, ignore=shutil.ignore_patterns("*.lock"))
            if removed or len(added):
                lexical.update(folder, removed, [passages[row] for row in added.tolist()])
            return deleted
    folder.mkdir()
    lexical.build(folder, passages)
    return 0
