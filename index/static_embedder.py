"""
The built-in model in numpy: a sum of feature vectors, brought to length 1.

The folder it reads is also a sentence-transformers model that gives the same vectors (see
``static_module.py``); reading it here costs 0.2 s and 60 MB instead of 4 s and 400 MB.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from index.features import features

MODELS = Path(__file__).parent / "models"
BUILTIN = MODELS / "danhoi-vi"
WEIGHTS = "model.safetensors"  # "weight" int8 (features, dim), "scale" float16 (features,)
VOCABULARY = "vocab.txt"  # one feature a line; its line is its row


class StaticEmbedder:
    """Embeds texts as the normalised sum of their known features."""

    def __init__(self, folder: Path) -> None:
        """
        Read the model in *folder*.

        Raises:
            FileNotFoundError: a file of the model is missing.
            ValueError: vocabulary and weights do not have the same number of rows.
        """
        tensors = load_file(folder / WEIGHTS)
        self._weight: NDArray[np.int8] = tensors["weight"]
        self._scale: NDArray[np.float32] = tensors["scale"].astype(np.float32)
        self._rows = read_vocabulary(folder)
        if len(self._rows) != len(self._weight):
            raise ValueError(f"{folder}: {len(self._rows)} features, but {len(self._weight)} rows of weights")
        digest = hashlib.sha256()
        for file in (WEIGHTS, VOCABULARY):
            digest.update((folder / file).read_bytes())
        self._model_id = f"{folder.name}@{digest.hexdigest()[:12]}"

    @property
    def model_id(self) -> str:
        """Folder name and the first digits of the files' SHA-256."""
        return self._model_id

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return int(self._weight.shape[1])

    @property
    def vocabulary(self) -> Mapping[str, int]:
        """The features that the model knows, the most frequent first, and their rows."""
        return self._rows

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 per text, see ``Embedder.embed``."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._sum(text)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, lengths, out=vectors, where=lengths > 0)
        return vectors

    def known_share(self, text: str) -> float:
        """Return the share, 0..1, of the text's syllables that the model knows; 0.0 without any."""
        plain = [name for name in features(text) if name.startswith("f:")]
        return sum(name in self._rows for name in plain) / len(plain) if plain else 0.0

    def _sum(self, text: str) -> NDArray[np.float32]:
        rows = [row for name in features(text) if (row := self._rows.get(name)) is not None]
        if not rows:
            return np.zeros(self.dimension, dtype=np.float32)
        return self._scale[rows] @ self._weight[rows].astype(np.float32)


def read_vocabulary(folder: Path = BUILTIN) -> dict[str, int]:
    """Return the features that the model in *folder* knows, the most frequent first, and their rows."""
    lines = (folder / VOCABULARY).read_text(encoding="utf-8").splitlines()
    return {name: row for row, name in enumerate(lines)}


def load_builtin() -> StaticEmbedder:
    """Return the model that ships with the project."""
    return StaticEmbedder(BUILTIN)
