"""
The built-in model as a sentence-transformers module, for training and for everyone else's tools.

``SentenceTransformer(folder, trust_remote_code=True)`` finds this class through the folder's
``modules.json``; a class of another package is refused without that word. The weights are int8 with one
scale per row in the file, and float32 in memory.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from sentence_transformers.sentence_transformer.modules import InputModule

from index.features import features
from index.static_embedder import VOCABULARY, WEIGHTS


class FeatureBag(InputModule):  # type: ignore[misc]  # the library is untyped
    """Sums the vectors of a text's features; ``Normalize`` follows it in ``modules.json``."""

    config_keys: list[str] = []  # noqa: RUF012  # read by the library's save_config
    modalities: list[str] = ["text"]  # noqa: RUF012  # read by the library

    def __init__(self, names: list[str], weight: torch.Tensor) -> None:
        """Take the feature *names* and their vectors, float32, shape ``(len(names), dim)``."""
        super().__init__()
        self.names = names
        self.rows = {name: row for row, name in enumerate(names)}
        self.embedding = torch.nn.EmbeddingBag.from_pretrained(weight, mode="sum", freeze=False, sparse=True)

    def preprocess(self, inputs: list[str], prompt: str | None = None, **_: Any) -> dict[str, torch.Tensor]:
        """Return ``input_ids`` and ``offsets`` as ``torch.nn.EmbeddingBag`` wants them."""
        known = [[self.rows[f] for f in features((prompt or "") + t) if f in self.rows] for t in inputs]
        lengths = [0, *(len(rows) for rows in known[:-1])]
        return {
            "input_ids": torch.tensor([row for rows in known for row in rows], dtype=torch.long),
            "offsets": torch.tensor(np.cumsum(lengths), dtype=torch.long),
        }

    def forward(self, batch: dict[str, torch.Tensor], **_: Any) -> dict[str, torch.Tensor]:
        """Add ``sentence_embedding``, float32, shape ``(texts, dim)``."""
        batch["sentence_embedding"] = self.embedding(batch["input_ids"], batch["offsets"])
        return batch

    @property
    def max_seq_length(self) -> float:
        """Not limited here; ``features`` looks at the first 200 syllables."""
        return float("inf")

    def get_embedding_dimension(self) -> int:
        """Return the length of a vector."""
        return int(self.embedding.embedding_dim)

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Write the weights as int8 with one float16 scale per row, and the vocabulary."""
        weight = self.embedding.weight.detach().cpu().numpy()
        scale = np.maximum(np.abs(weight).max(axis=1) / 127.0, 1e-8).astype(np.float16)
        quantized = np.clip(np.rint(weight / scale[:, None].astype(np.float32)), -127, 127).astype(np.int8)
        folder = Path(output_path)
        save_file({"weight": quantized, "scale": scale}, folder / WEIGHTS)
        (folder / VOCABULARY).write_text("\n".join(self.names) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", **_: Any) -> FeatureBag:
        """Read what ``save`` wrote."""
        folder = Path(model_name_or_path) / subfolder
        tensors = load_file(folder / WEIGHTS)
        weight = tensors["weight"].astype(np.float32) * tensors["scale"].astype(np.float32)[:, None]
        names = (folder / VOCABULARY).read_text(encoding="utf-8").splitlines()
        return cls(names, torch.from_numpy(weight))
