"""A model small enough to check by eye, and a small published knowledge to search in."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.building import BuildReport, build_index
from index.embedding import Embedder
from knowledge.database import open_database
from knowledge.records import Record
from knowledge.store import KnowledgeStore
from knowledge.text import fold, syllables


class HashEmbedder:
    """
    Counts the folded syllables of a text into *dimension* boxes: texts that share words are near.

    It notes how many texts it was given, so that a test can tell what was reused.
    """

    def __init__(self, dimension: int = 64, name: str = "hash") -> None:
        self.dimension = dimension
        self.model_id = f"{name}@{dimension}"
        self.embedded = 0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded += len(texts)
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for syllable in syllables(fold(text)):
                box = int.from_bytes(hashlib.blake2b(syllable.encode(), digest_size=4).digest(), "little")
                vectors[row, box % self.dimension] += 1.0
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, lengths, out=vectors, where=lengths > 0)


def save_records(database_path: Path, *records: Record) -> Path:
    """Save *records* into the store at *database_path*, made when missing; return the path."""
    database = open_database(database_path)
    KnowledgeStore(database).save(records)
    database.close()
    return database_path


def build_of(folder: Path, *records: Record, embedder: Embedder | None = None) -> BuildReport:
    """Save *records* in ``folder/danhoi.db`` and build ``folder/index`` from all that is there."""
    database_path = save_records(folder / "danhoi.db", *records)
    return build_index(database_path, folder / "index", embedder or HashEmbedder())
