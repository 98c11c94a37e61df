"""
What each part of the ranking brings: hits with the part's weights set to zero, against all of them.

The other weights stay as they are and nothing is fitted again, so a loss here is an upper bound of what
a ranking made without the part would lose.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from benchmarks.office import Bench
from bot.evaluating import Families
from bot.evaluation_tables import Grid, difference, interval
from bot.measuring import found_at
from index.evaluation import Measured, measure, paired_difference
from index.evidence import FEATURES
from index.labelled import ANSWERABLE, EVERYDAY, LabelledQuestion, read_labelled
from index.ranking_model import RankingModel, load_ranking_model
from index.search import Searcher
from index.variants import Form, derive

_GROUPS = (EVERYDAY, "portal_faq")
_MEASURES = ("hit@1", "hit@5")
_COLUMNS = [(group, name) for group in _GROUPS for name in _MEASURES]
PARTS: dict[str, tuple[str, ...]] = {
    "vectors": ("title_cosine", "asked_cosine", "asked_mean", "body_cosine"),
    "words": ("title_bm25", "asked_bm25", "body_bm25", "query_covered", "title_covered"),
    "citizens' wordings": ("asked_cosine", "asked_mean", "asked_bm25"),
    "titles": ("title_cosine", "title_bm25", "query_covered", "title_covered"),
    "bodies": ("body_cosine", "body_bm25"),
    "lexicon": ("named", "named_share"),
    "usage and province": ("usage", "provincial"),
}


def ablate(bench: Bench) -> tuple[Grid, ...]:
    """Return the hits without each part, and what is lost, as written and typed with slips."""
    complete = bench.app.open_searcher()
    questions = [one for one in read_labelled(bench.questions) if one.kind == ANSWERABLE]
    return tuple(_grid(complete, questions, form) for form in (Form.AS_WRITTEN, Form.TYPOS))


def without(names: Sequence[str]) -> RankingModel:
    """Return the shipped ranking with the features *names* weighing nothing."""
    model = load_ranking_model()
    weights = {name: 0.0 if name in names else model.weights[name] for name in FEATURES}
    return msgspec.structs.replace(model, weights=weights)


def _grid(complete: Searcher, questions: Sequence[LabelledQuestion], form: Form) -> Grid:
    whole = _values(complete, questions, form)
    rows = [("everything", *(interval(measure(values)) for values in whole))]
    for name, features in PARTS.items():
        searcher = Searcher(complete.generation, complete.embedder, without(features))
        left = _values(searcher, questions, form)
        gaps: list[Measured] = [paired_difference(a, b) for a, b in zip(left, whole, strict=True)]
        rows.append((f"without {name}", *map(difference, gaps)))
    return Grid(f"What each part brings ({form})", ("", *(" ".join(pair) for pair in _COLUMNS)), tuple(rows))


def _values(searcher: Searcher, questions: Sequence[LabelledQuestion], form: Form) -> list[list[float]]:
    family_of = Families(searcher).of
    found: dict[str, list[dict[str, float]]] = {group: [] for group in _GROUPS}
    for one in questions:
        if one.group in found:
            codes = [candidate.key for candidate in searcher.rank(derive(one.question, form)).candidates]
            found[one.group].append(found_at(one, codes, codes, family_of))
    return [[values[name] for values in found[group]] for group, name in _COLUMNS]
