"""One vector for each record as a whole: that of its title, and the middle of title and wordings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.generation import Generation
from knowledge.passages import PassagePart

_TITLE = 3.0  # wordings that a title counts for in the middle of all
_TITLE_PART = tuple(PassagePart).index(PassagePart.TITLE)


def title_vectors(generation: Generation) -> NDArray[np.float32]:
    """Return the vector of each record's title, shape (records, dimension); zeros without one."""
    table, dense = generation.passages, generation.dense
    rows = table.rows_with(PassagePart.TITLE)
    titles = np.zeros((len(table.records), dense.dimension), dtype=np.float32)
    titles[table.record[rows]] = dense.vectors(rows)
    return titles


def centres(generation: Generation) -> NDArray[np.float32]:
    """Return the middle of each record's title and wordings, of length 1, shape (records, dimension)."""
    table, dense = generation.passages, generation.dense
    middle = np.zeros((len(table.records), dense.dimension), dtype=np.float32)
    rows = np.concatenate([table.rows_with(PassagePart.TITLE), table.rows_with(PassagePart.ASKED)])
    rows = rows[np.argsort(table.record[rows], kind="stable")]
    for part in np.array_split(rows, len(rows) // 4096 + 1):  # all at once they would take 50 MB
        if len(part):
            weight = np.where(table.part[part] == _TITLE_PART, _TITLE, 1.0).astype(np.float32)
            owners, first = np.unique(table.record[part], return_index=True)
            middle[owners] += np.add.reduceat(dense.vectors(part) * weight[:, None], first)
    lengths = np.linalg.norm(middle, axis=1, keepdims=True)
    np.divide(middle, lengths, out=middle, where=lengths > 0)
    return middle
