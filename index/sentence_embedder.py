"""
Any sentence-transformers model, by name or folder.

The libraries behind it take seconds to import and do so only when a model is loaded. A model is
looked for on this machine; whether it may be fetched is the libraries' own setting (HF_HUB_OFFLINE).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelUnusable
from index.files import files_below, sha256_of

_BATCH = 64


class SentenceEmbedder:
    """
    An ``Embedder`` around one sentence-transformers model, on the processor.

    Raises:
        ModelUnusable: sentence-transformers is not installed, or the model cannot be had.
    """

    def __init__(self, name: str) -> None:
        folder = Path(name)
        # A folder that is missing must not be taken for the name of a public model.
        if not folder.is_dir() and (folder.is_absolute() or name.startswith(".")):
            raise ModelUnusable(name, "không có thư mục này")
        try:
            from sentence_transformers import SentenceTransformer

            with _quiet_hub():
                self._model = SentenceTransformer(name, device="cpu", trust_remote_code=False)
            dimension = self._model.get_embedding_dimension()
        except Exception as error:  # the libraries raise whatever their loaders raise
            raise ModelUnusable(name, _why(folder, error)) from error
        self._dimension = int(dimension or 0)
        self._model_id = _model_id(name, folder, self._model)

    @property
    def model_id(self) -> str:
        return self._model_id

    @property
    def dimension(self) -> int:
        return self._dimension

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 per text, as ``Embedder.embed`` promises."""
        if not texts:
            return np.empty((0, self._dimension), np.float32)
        vectors = self._model.encode(
            list(texts),
            batch_size=_BATCH,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.ascontiguousarray(vectors, np.float32)


@contextmanager
def _quiet_hub() -> Iterator[None]:
    """Keep the hub's retries off the terminal: what went wrong is told once, in one line."""
    hub = logging.getLogger("huggingface_hub")
    before = hub.level
    hub.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        hub.setLevel(before)


def _why(folder: Path, error: Exception) -> str:
    if isinstance(error, ImportError):
        return "thiếu gói sentence-transformers"
    if folder.is_dir():
        return f"thư mục không chứa mô hình đọc được ({type(error).__name__})"
    return "máy này không có mô hình tên đó và không tải về được"


def fingerprint_of(folder: Path) -> str:
    """
    Return the first 16 hexadecimal digits of a SHA-256 over the names and contents of all files.

    A model whose weights or settings were exchanged under the same name is another model.
    """
    digest = hashlib.sha256()
    for name, path in files_below(folder):
        digest.update(f"{name}\0{sha256_of(path)}\n".encode())
    return digest.hexdigest()[:16]


def _model_id(name: str, folder: Path, model: Any) -> str:
    """A folder is named by its content; a public model by the commit it was taken from."""
    if folder.is_dir():
        return f"{folder.resolve().name}@{fingerprint_of(folder)}"
    commit = getattr(getattr(model[0], "config", None), "_commit_hash", None)
    return f"{name}@{commit or 'unknown'}"
