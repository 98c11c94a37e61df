"""
The embedding model, seen from the rest of the house: one method.

Any sentence-transformers model can stand behind it; ``load_embedder`` decides by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

BUILTIN = "builtin"


class Embedder(Protocol):
    """Turns texts into vectors. ``model_id`` changes whenever the vectors would."""

    @property
    def model_id(self) -> str:
        """Name and fingerprint of the model, kept in the index's manifest."""
        ...

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """
        Return one vector of length 1 per text, shape ``(len(texts), dimension)``, in order.

        A text without any known word gives a row of zeros. No texts give shape ``(0, dimension)``.
        """
        ...


def load_embedder(name: str) -> Embedder:
    """
    Return the built-in model for "builtin", else the sentence-transformers model of that name or folder.

    Raises:
        ModelUnusable: there is no such model here, or it cannot be read.
    """
    # Imported only when asked for: a model of another kind needs seconds and gigabytes.
    if name == BUILTIN:
        from index.static_embedder import load_builtin

        return load_builtin()
    from index.sentence_embedder import SentenceEmbedder

    return SentenceEmbedder(name)
