"""
Fit the weights of ranking and of the decision: ``python -m index.training.fit_ranking DATA FILE``.

Fitting on wordings that the embedding was trained on would teach the ranker to trust cosines that no
new question reaches. So an eighth of the wordings is held out: a second embedding is trained without
them, an index of the whole catalogue is built without them, and they are asked as new questions.

- Ranking: conditional logit (McFadden, 1974), the probability that the first record is the right one
  is a softmax over the candidates; weights are non-negative where more evidence cannot mean less.
- Decision: two logistic regressions over ``index.deciding.SIGNALS``. Negatives are the same held-out
  questions asked with their procedure's whole group taken out of the index (near-domain), and law
  questions and sentences from other fields (off-topic).

Nothing here has seen the labelled development questions.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from index.building import build_index
from index.deciding import SIGNALS, DecisionRule, Logistic
from index.evidence import FEATURES
from index.generation import open_generation
from index.search import RankingModel, Searcher
from index.static_embedder import StaticEmbedder
from index.training.corpus import CATALOGUE, Corpus, load_corpus
from index.training.off_topic import off_topic_sentences
from index.training.train_embedding import save, train
from index.typing_slips import corrupt
from knowledge.database import open_database
from knowledge.importing import import_files
from knowledge.phrasings import Phrasing, phrasing_passages, read_phrasings
from knowledge.store import KnowledgeStore
from knowledge.text import fold

HELD_OUT = 0.12
_CANDIDATES = 60  # of a question that take part in the fit
_RIDGE = 1e-3
# Usage and being provincial are priors and may have any sign; evidence may only speak for a record.
_ANY_SIGN = {"usage", "provincial"}
_START = {"title_cosine": 10.0, "asked_cosine": 10.0, "asked_mean": 5.0, "title_bm25": 2.0}


@dataclass(frozen=True, slots=True)
class Sample:
    """One held-out question: its candidates' features and which of them are right."""

    features: NDArray[np.float32]
    right: NDArray[np.bool_]


def split(phrasings: Sequence[Phrasing], seed: int = 1) -> tuple[list[Phrasing], list[Phrasing]]:
    """Return the wordings kept for training, and those held out."""
    rng = random.Random(seed)
    kept: list[Phrasing] = []
    held: list[Phrasing] = []
    for phrasing in phrasings:
        (held if rng.random() < HELD_OUT else kept).append(phrasing)
    return kept, held


def as_typed(held: Sequence[Phrasing], seed: int = 2) -> list[Phrasing]:
    """Return *held* as people type: a third as written, a third without accents, a third with slips."""
    rng = random.Random(seed)
    ways = (lambda text: text, fold, lambda text: corrupt(text, rng))
    return [Phrasing(p.codes, ways[place % 3](p.q), p.s) for place, p in enumerate(held)]


def build_searcher(data: Path, folder: Path, model: Path, kept: Sequence[Phrasing]) -> Searcher:
    """Return a searcher over the whole catalogue with the wordings *kept*, built in *folder*."""
    store = KnowledgeStore(open_database(folder / "danhoi.db"))
    import_files(store, [data / CATALOGUE])
    embedder = StaticEmbedder(model)
    build_index(
        folder / "danhoi.db",
        folder / "index",
        embedder,
        extra_passages=lambda codes: phrasing_passages(codes, kept),
    )
    return Searcher(open_generation(folder / "index"), embedder, untrained())


def untrained() -> RankingModel:
    """Return the model that candidates are picked with before anything is fitted."""
    nothing = Logistic(0.0, {})
    return RankingModel(
        weights={name: _START.get(name, 0.0) for name in FEATURES},
        usage_in_family=3.0,
        level_in_family=3.0,
        province=3.0,
        decision=DecisionRule(nothing, nothing, 0.5, 0.5),
    )


def samples(searcher: Searcher, questions: Sequence[Phrasing], group: dict[str, str]) -> list[Sample]:
    """Return one sample per question whose procedure is among the candidates."""
    start = np.array([_START.get(name, 0.0) for name in FEATURES], dtype=np.float32)
    records = searcher.generation.passages.records
    found = []
    for question in questions:
        evidence = searcher.evidence(question.q)
        best = np.argsort(-(evidence.features @ start))[:_CANDIDATES]
        wanted = {group[code] for code in question.codes}
        right = np.array([group.get(records[evidence.records[place]][1]) in wanted for place in best])
        if right.any():
            found.append(Sample(evidence.features[best], right))
    return found


def fit_weights(found: Sequence[Sample]) -> dict[str, float]:
    """Return the weight of each feature that makes the right records likeliest."""
    width = max(len(sample.right) for sample in found)
    features = torch.zeros(len(found), width, len(FEATURES))
    right = torch.zeros(len(found), width, dtype=torch.bool)
    there = torch.zeros(len(found), width, dtype=torch.bool)
    for row, sample in enumerate(found):
        n = len(sample.right)
        features[row, :n] = torch.from_numpy(sample.features)
        right[row, :n] = torch.from_numpy(sample.right)
        there[row, :n] = True
    raw = torch.tensor([_START.get(name, 0.1) for name in FEATURES], requires_grad=True)
    free = torch.tensor([name in _ANY_SIGN for name in FEATURES])
    optimizer = torch.optim.LBFGS([raw], max_iter=200, line_search_fn="strong_wolfe")

    def weights() -> torch.Tensor:
        return torch.where(free, raw, torch.nn.functional.softplus(raw))

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        scores = (features @ weights()).masked_fill(~there, -1e9)
        likelihood = scores.masked_fill(~right, -1e9).logsumexp(1) - scores.logsumexp(1)
        loss = -likelihood.mean() + _RIDGE * (weights() ** 2).mean()
        loss.backward()
        return loss

    optimizer.step(closure)
    return {name: round(float(w), 4) for name, w in zip(FEATURES, weights().detach(), strict=True)}


def fit_logistic(rows: Sequence[dict[str, float]], labels: Sequence[bool]) -> Logistic:
    """Return the logistic regression of *labels* on ``SIGNALS``, with a little ridge."""
    x = torch.tensor([[row[name] for name in SIGNALS] for row in rows], dtype=torch.float64)
    y = torch.tensor(labels, dtype=torch.float64)
    centre, spread = x.mean(0), x.std(0).clamp_min(1e-6)
    weight = torch.zeros(len(SIGNALS), dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=300, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        z = ((x - centre) / spread) @ weight + bias
        loss = torch.nn.functional.binary_cross_entropy_with_logits(z, y) + 1e-3 * (weight**2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    per_unit = (weight / spread).detach()
    intercept = float(bias.detach() - per_unit @ centre)
    return Logistic(
        round(intercept, 4), {name: round(float(w), 4) for name, w in zip(SIGNALS, per_unit, strict=True)}
    )


@dataclass(slots=True)
class Observed:
    """Signals of asked questions, and whether the first, and one of the first four, was right."""

    signals: list[dict[str, float]]
    first: list[bool]
    among: list[bool]

    def ask(
        self, searcher: Searcher, text: str, wanted: set[str], group: dict[str, str], **how: object
    ) -> None:
        """Ask *text* and note what came; *wanted* are the right groups, empty for none."""
        leaders = searcher.leaders(text, **how)  # type: ignore[arg-type]
        if not leaders:
            return
        hits = [group.get(leader.key) in wanted for leader in leaders[:4]]
        self.signals.append(searcher.signals(text, leaders))
        self.first.append(hits[0])
        self.among.append(any(hits))


def observe(searcher: Searcher, held: Sequence[Phrasing], corpus: Corpus, data: Path) -> Observed:
    """Ask the held-out questions twice, with and without their group, and off-topic sentences."""
    members: dict[str, list[str]] = {}
    for code, name in corpus.group.items():
        members.setdefault(name, []).append(code)
    observed = Observed([], [], [])
    for place, question in enumerate(held):
        wanted = {corpus.group[code] for code in question.codes}
        observed.ask(searcher, question.q, wanted, corpus.group)
        if place % 2 == 0:
            gone = [code for name in wanted for code in members[name]]
            observed.ask(searcher, question.q, set(), corpus.group, excluded=gone)
    for sentence in off_topic_sentences(data, count=len(held) // 4):
        observed.ask(searcher, sentence, set(), corpus.group)
    return observed


def fit(searcher: Searcher, held: Sequence[Phrasing], corpus: Corpus, data: Path) -> RankingModel:
    """Return the fitted model."""
    base = untrained()
    questions = as_typed(held)
    weights = fit_weights(samples(searcher, questions, corpus.group))
    fitted = msgspec.structs.replace(base, weights=weights)
    second = Searcher(searcher.generation, searcher.embedder, fitted)
    observed = observe(second, questions, corpus, data)
    rule = DecisionRule(
        first=fit_logistic(observed.signals, observed.first),
        among=fit_logistic(observed.signals, observed.among),
        answer_at=0.6,
        offer_at=0.5,
    )
    return msgspec.structs.replace(fitted, decision=rule)


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--work", type=click.Path(file_okay=False, path_type=Path), help="Keep the second embedding here."
)
@click.option("--steps", default=3000, show_default=True)
def main(data: Path, file: Path, work: Path | None, steps: int) -> None:
    """Fit on DATA (the shared data folder) and write the numbers to FILE."""
    kept, held = split(list(read_phrasings()))
    with tempfile.TemporaryDirectory() as scratch:
        work = work or Path(scratch)
        model = work / "embedding"
        if not model.exists():
            model.mkdir(parents=True)
            save(train(load_corpus(data, kept), steps, 256, 4e-3), model)
        corpus = load_corpus(data)
        searcher = build_searcher(data, work, model, kept)
        fitted = fit(searcher, held, corpus, data)
    file.write_bytes(msgspec.json.format(msgspec.json.encode(fitted), indent=1) + b"\n")


if __name__ == "__main__":
    main()
