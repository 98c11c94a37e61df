"""The last look before a generation is published: does it find its own titles?"""

from __future__ import annotations

import numpy as np

from index.embedding import Embedder
from index.errors import BuildFailed
from index.generation import Generation
from knowledge.passages import PassagePart
from knowledge.text import syllables

_SAMPLE = 5
_SAME = 0.99  # cosine of a vector with itself, after rounding to 16 bits
_LARGEST_FAMILY = 100  # records that may share one title and so push each other down


def find_itself(generation: Generation, embedder: Embedder) -> None:
    """
    Search for some titles of *generation*, spread over all of them, by vector and by words.

    Raises:
        BuildFailed: one of them is not found, or its record is missing.
    """
    generation.require_model(embedder)
    rows = generation.passages.rows_with(PassagePart.TITLE)
    for row in rows[np.linspace(0, len(rows) - 1, min(_SAMPLE, len(rows)), dtype=np.int64)]:
        passage_id = generation.passages.ids[row]
        title = generation.records.passage_text(*generation.passages.record_of(row), passage_id)
        if not (title and _by_vector(generation, embedder, row, title) and _by_words(generation, row, title)):
            raise BuildFailed(f"chỉ mục mới không tìm thấy chính nó ({passage_id})")


def _by_vector(generation: Generation, embedder: Embedder, row: int, title: str) -> bool:
    (vector,) = embedder.embed([title])
    if not vector.any():
        return True  # a title without a known word cannot be found by meaning
    (own,) = generation.dense.vectors(np.array([row]))
    _, cosines = generation.dense.search(vector, 1)
    return bool(own @ vector > _SAME and cosines[0] > _SAME)


def _by_words(generation: Generation, row: int, title: str) -> bool:
    rows, _ = generation.lexical.search(title, _LARGEST_FAMILY, (PassagePart.TITLE,))
    return row in rows or not syllables(title)
