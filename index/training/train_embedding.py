"""
Train the built-in embedding: ``python -m index.training.train_embedding DATA FOLDER``.

In-batch negatives (Henderson et al., "Efficient Natural Language Response Suggestion", 2017) over a
bag of features. Half of the batches of wordings are drawn from neighbouring sectors, so that the
negatives are sibling procedures. About ten minutes on two cores; the seed makes a run repeatable on one
machine.

The bag is a sparse matrix times the rows it touches, and Adam is kept for those rows alone: with
autograd through an EmbeddingBag the same run takes five times as long, nearly all of it in moving
gradients of rows that did not change.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
import scipy.sparse
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize

from index.features import features
from index.static_module import FeatureBag
from index.training.corpus import Corpus, load_corpus
from index.typing_slips import corrupt
from knowledge.phrasings import Phrasing
from knowledge.text import fold

BATCH = 768
TEMPERATURE = 0.05
DROPOUT = 0.25  # of features: a question must be understood without some of its words
_RARE = {"b": 3}  # a pair of syllables must occur three times, anything else twice


class Bag:
    """The sum of feature vectors of some texts, as a sparse matrix over the rows they touch."""

    def __init__(self, texts: Sequence[NDArray[np.int64]], rng: np.random.Generator) -> None:
        texts = [_thin_out(text, rng) for text in texts]
        flat = np.concatenate(texts)
        self.rows, place = np.unique(flat, return_inverse=True)
        ends = np.cumsum([0, *(len(text) for text in texts)])
        ones = np.ones(len(flat), dtype=np.float32)
        self.matrix = scipy.sparse.csr_matrix((ones, place, ends), shape=(len(texts), len(self.rows)))

    def forward(self, weight: NDArray[np.float32]) -> torch.Tensor:
        """Return vectors of length 1, shape (texts, dim), and remember the sums for the gradient."""
        self.sums = torch.from_numpy(self.matrix @ weight[self.rows]).requires_grad_(True)
        return torch.nn.functional.normalize(self.sums, dim=1)

    def gradient(self) -> NDArray[np.float32]:
        """Return the gradient of ``rows``, after ``backward``."""
        assert self.sums.grad is not None  # noqa: S101  # set by backward, for mypy
        gradient: NDArray[np.float32] = self.matrix.T @ self.sums.grad.numpy()
        return gradient


def _thin_out(rows: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    kept = rows[rng.random(len(rows)) >= DROPOUT]
    return kept if len(kept) else rows


class RowAdam:
    """Adam (Kingma, Ba, 2015) on the rows touched, with one second moment per row."""

    def __init__(self, weight: NDArray[np.float32]) -> None:
        self.weight = weight
        self.first = np.zeros_like(weight)
        self.second = np.zeros(len(weight), dtype=np.float32)
        self.steps = 0

    def step(self, bags: Sequence[Bag], rate: float, beta1: float = 0.9, beta2: float = 0.99) -> None:
        """Move the rows of *bags* against their gradients."""
        self.steps += 1
        rows = np.unique(np.concatenate([bag.rows for bag in bags]))
        gradient = np.zeros((len(rows), self.weight.shape[1]), dtype=np.float32)
        for bag in bags:
            gradient[np.searchsorted(rows, bag.rows)] += bag.gradient()
        first = self.first[rows] * beta1 + (1 - beta1) * gradient
        second = self.second[rows] * beta2 + (1 - beta2) * (gradient * gradient).mean(axis=1)
        self.first[rows], self.second[rows] = first, second
        scale = np.sqrt(second / (1 - beta2**self.steps)) + 1e-8
        self.weight[rows] -= rate * (first / (1 - beta1**self.steps)) / scale[:, None]


class Sampler:
    """Draws batches of pairs, encoded as feature rows."""

    def __init__(self, corpus: Corpus, rng: random.Random) -> None:
        self.corpus, self.rng = corpus, rng
        self.names = _vocabulary(corpus)
        self._rows = {name: row for row, name in enumerate(self.names)}
        self._codes = list(corpus.titles)
        self._by_sector = sorted(corpus.phrasings, key=lambda p: corpus.sector[p.codes[0]])
        self._by_code: dict[str, list[str]] = {}
        for phrasing in corpus.phrasings:
            for code in phrasing.codes:
                self._by_code.setdefault(code, []).append(phrasing.q)
        self._cache: dict[str, NDArray[np.int64]] = {}

    def batch(self) -> tuple[list[NDArray[np.int64]], list[NDArray[np.int64]], list[str]]:
        """Return questions, texts and the group of each pair; equal groups are no negatives."""
        draw = self.rng.random()
        if draw < 0.62:
            return self._questions()
        return self._titles() if draw < 0.85 else self._law()

    def _questions(self) -> tuple[list[NDArray[np.int64]], list[NDArray[np.int64]], list[str]]:
        questions, texts, groups = [], [], []
        for phrasing in self._draw_phrasings():
            code = self.rng.choice(phrasing.codes)
            questions.append(self._noisy(phrasing.q))
            texts.append(self._text_of(code))
            groups.append(self.corpus.group[code])
        return questions, texts, groups

    def _draw_phrasings(self) -> list[Phrasing]:
        if self.rng.random() < 0.5:
            return self.rng.sample(self.corpus.phrasings, min(BATCH, len(self.corpus.phrasings)))
        drawn: list[Phrasing] = []
        while len(drawn) < BATCH:
            at = self.rng.randrange(max(1, len(self._by_sector) - 64))
            drawn += self._by_sector[at : at + 64]
        return drawn

    def _text_of(self, code: str) -> NDArray[np.int64]:
        draw = self.rng.random()
        if draw < 0.55:
            return self._maybe_folded(self.corpus.titles[code])
        if draw < 0.85:
            return self._noisy(self.rng.choice(self._by_code[code]))
        return self._encode(self._line_of(code))

    def _titles(self) -> tuple[list[NDArray[np.int64]], list[NDArray[np.int64]], list[str]]:
        codes = self.rng.sample(self._codes, min(BATCH, len(self._codes)))
        titles = [self._noisy(self.corpus.titles[code]) for code in codes]
        lines = [self._maybe_folded(self._line_of(code)) for code in codes]
        return titles, lines, [self.corpus.group[code] for code in codes]

    def _law(self) -> tuple[list[NDArray[np.int64]], list[NDArray[np.int64]], list[str]]:
        pairs = self.rng.sample(self.corpus.law, min(BATCH, len(self.corpus.law)))
        return (
            [self._noisy(title) for title, _ in pairs],
            [self._encode(body) for _, body in pairs],
            [title for title, _ in pairs],
        )

    def _line_of(self, code: str) -> str:
        lines = self.corpus.lines[code]
        return self.rng.choice(lines) if lines else self.corpus.titles[code]

    def _noisy(self, text: str) -> NDArray[np.int64]:
        draw = self.rng.random()
        if draw < 0.25:
            return self._look_up(corrupt(text, self.rng))
        return self._encode(fold(text) if draw < 0.55 else text)

    def _maybe_folded(self, text: str) -> NDArray[np.int64]:
        return self._encode(fold(text) if self.rng.random() < 0.3 else text)

    def _encode(self, text: str) -> NDArray[np.int64]:
        if text not in self._cache:
            self._cache[text] = self._look_up(text)
        return self._cache[text]

    def _look_up(self, text: str) -> NDArray[np.int64]:
        rows = [self._rows[name] for name in features(text) if name in self._rows]
        return np.array(rows or [0], dtype=np.int64)


def _vocabulary(corpus: Corpus) -> list[str]:
    counts: Counter[str] = Counter()
    for phrasing in corpus.phrasings:
        counts.update(set(features(phrasing.q)))
    for code, title in corpus.titles.items():
        counts.update(dict.fromkeys(features(title), 3))  # no word of a title is rare
        for line in corpus.lines[code]:
            counts.update(set(features(line)))
    for title, _ in corpus.law:
        counts.update(set(features(title)))
    return [name for name, count in counts.most_common() if count >= _RARE.get(name[0], 2)]


def train(corpus: Corpus, steps: int, dimension: int, rate: float, seed: int = 0) -> FeatureBag:
    """Return the trained module; progress goes to the terminal."""
    torch.set_num_threads(1)  # matrices are small; more threads only wait for each other
    sampler = Sampler(corpus, random.Random(seed))
    numbers = np.random.default_rng(seed)
    start = numbers.standard_normal((len(sampler.names), dimension))
    weight = (start * 0.02).astype(np.float32)
    adam = RowAdam(weight)
    mean, began = 0.0, time.perf_counter()
    for step in range(steps):
        questions, texts, groups = sampler.batch()
        bags = Bag(questions, numbers), Bag(texts, numbers)
        loss = _loss(bags[0].forward(weight), bags[1].forward(weight), groups)
        loss.backward()
        adam.step(bags, rate * min(1.0, (step + 1) / 100) * (1 - step / steps))
        mean = loss.item() if step == 0 else 0.98 * mean + 0.02 * loss.item()
        if step % 200 == 0:
            click.echo(f"step {step}  loss {mean:.3f}  {time.perf_counter() - began:.0f} s", err=True)
    return FeatureBag(sampler.names, torch.from_numpy(weight))


def _loss(questions: torch.Tensor, texts: torch.Tensor, groups: list[str]) -> torch.Tensor:
    """Return the symmetric in-batch cross entropy; pairs of one group do not count as negatives."""
    similarity = questions @ texts.T / TEMPERATURE
    numbers: dict[str, int] = {}
    group = torch.tensor([numbers.setdefault(name, len(numbers)) for name in groups])
    same = (group[:, None] == group[None, :]) & ~torch.eye(len(group), dtype=torch.bool)
    similarity = similarity.masked_fill(same, -1e4)
    target = torch.arange(len(group))
    forth = torch.nn.functional.cross_entropy(similarity, target)
    back = torch.nn.functional.cross_entropy(similarity.T, target)
    return (forth + back) / 2


def save(module: FeatureBag, folder: Path) -> None:
    """Write a sentence-transformers folder; a model card that is already there stays."""
    card = folder / "README.md"
    kept = card.read_text(encoding="utf-8") if card.exists() else None
    SentenceTransformer(modules=[module, Normalize()]).save(str(folder), create_model_card=False)
    if kept is not None:
        card.write_text(kept, encoding="utf-8")


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--steps", default=2200, show_default=True)
@click.option("--dimension", default=256, show_default=True)
@click.option("--rate", default=4e-3, show_default=True)
def main(data: Path, folder: Path, steps: int, dimension: int, rate: float) -> None:
    """Train on DATA (the shared data folder) and write the model to FOLDER."""
    folder.mkdir(parents=True, exist_ok=True)
    save(train(load_corpus(data), steps, dimension, rate), folder)


if __name__ == "__main__":
    main()
