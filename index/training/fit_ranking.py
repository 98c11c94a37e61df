"""
Fit the weights of ranking: ``python -m index.training.fit_ranking DATA FILE``.

The wordings that were held out (``knowledge/phrasings.py``) are asked of an index of the whole catalogue
as new questions, typed as people type. Conditional logit (McFadden, 1974): the probability that a record
is the right one is a softmax over the candidates. Weights are non-negative where more evidence cannot
mean less.

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
from index.calibrating import fit_rule, observe
from index.deciding import DecisionRule, Logistic
from index.evidence import FEATURES
from index.generation import open_generation
from index.ranking_model import RankingModel
from index.search import Searcher
from index.static_embedder import BUILTIN, StaticEmbedder
from index.training.corpus import CATALOGUE
from index.typing_slips import corrupt
from knowledge.database import open_database
from knowledge.importing import import_files
from knowledge.phrasings import Phrasing, new_questions, phrasing_passages
from knowledge.store import KnowledgeStore
from knowledge.text import fold

_CANDIDATES = 60  # of a question that take part in the fit
_RIDGE = 1e-3
# Usage and being provincial are priors and may have any sign; evidence may only speak for a record.
_ANY_SIGN = {"usage", "provincial"}
# The wordings it was fitted on and those in the index are by the same hands; for these two that flatters.
# They stay signals of the decision, where both sides of the comparison are flattered alike.
_FOR_THE_DECISION = {"explained", "explained_pairs"}
_START = {"title_cosine": 10.0, "asked_cosine": 10.0, "asked_mean": 5.0, "title_bm25": 2.0}


@dataclass(frozen=True, slots=True)
class Sample:
    """One held-out question: its candidates' features and which of them are right."""

    features: NDArray[np.float32]
    right: NDArray[np.bool_]


def as_typed(held: Sequence[Phrasing], seed: int = 2) -> list[Phrasing]:
    """Return *held* as people type: a third as written, a third without accents, a third with slips."""
    rng = random.Random(seed)
    ways = (lambda text: text, fold, lambda text: corrupt(text, rng))
    return [Phrasing(p.codes, ways[place % 3](p.q), p.s) for place, p in enumerate(held)]


def build_searcher(data: Path, folder: Path, model: Path) -> Searcher:
    """Return a searcher over the whole catalogue, built in *folder*."""
    store = KnowledgeStore(open_database(folder / "danhoi.db"))
    import_files(store, [data / CATALOGUE])
    embedder = StaticEmbedder(model)
    build_index(
        folder / "danhoi.db",
        folder / "index",
        embedder,
        extra_passages=phrasing_passages,
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


def samples(searcher: Searcher, questions: Sequence[Phrasing]) -> list[Sample]:
    """Return one sample per question whose procedure is among the candidates."""
    start = np.array([_START.get(name, 0.0) for name in FEATURES], dtype=np.float32)
    records = searcher.generation.passages.records
    cards = searcher.generation.records.cards
    family = [cards[key].family if key in cards else "" for _, key in records]
    found = []
    for question in questions:
        evidence = searcher.evidence(question.q)
        best = np.argsort(-(evidence.features @ start))[:_CANDIDATES]
        wanted = {cards[code].family for code in question.codes if code in cards}
        right = np.array([family[evidence.records[place]] in wanted for place in best])
        if right.any():
            found.append(Sample(evidence.features[best], right))
    return found


def share_right(found: Sequence[Sample], weights: dict[str, float]) -> float:
    """Return the share of questions whose best candidate is right."""
    weight = np.array([weights[name] for name in FEATURES])
    return float(np.mean([sample.right[np.argmax(sample.features @ weight)] for sample in found]))


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
    used = torch.tensor([float(name not in _FOR_THE_DECISION) for name in FEATURES])
    optimizer = torch.optim.LBFGS([raw], max_iter=200, line_search_fn="strong_wolfe")

    def weights() -> torch.Tensor:
        return used * torch.where(free, raw, torch.nn.functional.softplus(raw))

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        scores = (features @ weights()).masked_fill(~there, -1e9)
        likelihood = scores.masked_fill(~right, -1e9).logsumexp(1) - scores.logsumexp(1)
        loss = -likelihood.mean() + _RIDGE * (weights() ** 2).mean()
        loss.backward()
        return loss

    optimizer.step(closure)
    return {name: round(float(w), 4) for name, w in zip(FEATURES, weights().detach(), strict=True)}


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--model", type=click.Path(exists=True, file_okay=False, path_type=Path), default=BUILTIN)
def main(data: Path, file: Path, model: Path) -> None:
    """Fit on DATA (the shared data folder) and write the numbers to FILE."""
    with tempfile.TemporaryDirectory() as scratch:
        searcher = build_searcher(data, Path(scratch), model)
        found = samples(searcher, as_typed(list(new_questions())))
        weights = fit_weights(found)
        click.echo(f"{len(found)} questions, first right: {share_right(found, weights):.3f}")
        fitted = msgspec.structs.replace(untrained(), weights=weights)
        rule, rates = fit_rule(observe(Searcher(searcher.generation, searcher.embedder, fitted)))
        click.echo(str(rates))
    fitted = msgspec.structs.replace(fitted, decision=rule)
    file.write_bytes(msgspec.json.format(msgspec.json.encode(fitted), indent=1) + b"\n")


if __name__ == "__main__":
    main()
