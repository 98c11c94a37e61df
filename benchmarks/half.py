"""
An office that has only half of the country's procedures, asked for all of them.

Half of the families, chosen by their name alone, are imported; the index is built and its decision fitted
as in any office. The development questions are then asked: those whose procedure is there, and those
whose procedure is not. That is near-domain as an office meets it: neighbours of what is missing are there.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.office import CATALOGUE, Bench
from benchmarks.results import Figure, at_least
from bot.app import App
from bot.evaluation_tables import Grid, cell
from bot.settings import Settings
from index.evaluation import Measured, bootstrap_auroc, measure
from index.labelled import ANSWERABLE, LabelledQuestion, read_labelled
from index.ranking import Decision, Ranking
from index.search import Searcher
from knowledge.families import family_name
from knowledge.reading import read_records
from knowledge.records import Procedure


def run(bench: Bench) -> tuple[tuple[Figure, ...], tuple[Grid, ...]]:
    """Return the figures and the table."""
    with tempfile.TemporaryDirectory(prefix="danhoi-half-") as folder:
        searcher = _office(bench.data / CATALOGUE, Path(folder))
        here = set(searcher.generation.records.cards)
        asked = [q for q in read_labelled(bench.questions) if q.kind == ANSWERABLE and q.gold]
        there = [(q, searcher.rank(q.question)) for q in asked if q.helpful & here]
        absent = [(q, searcher.rank(q.question)) for q in asked if not q.helpful & here]
    return _figures(there, absent), (_table(there, absent),)


Asked = list[tuple[LabelledQuestion, Ranking]]


def _office(catalogue: Path, home: Path) -> Searcher:
    app = App(Settings(home))
    with app.open_store() as store:
        store.save(procedure for procedure in _procedures(catalogue) if _kept(procedure))
    app.build_index(lambda progress: None)
    return app.open_searcher()


def _procedures(catalogue: Path) -> Iterator[Procedure]:
    for item in read_records(catalogue):
        record = item[0] if isinstance(item, tuple) else None
        if isinstance(record, Procedure) and record.is_public:
            yield record


def _kept(procedure: Procedure) -> bool:
    first_byte = hashlib.sha256(family_name(procedure.title).encode()).digest()[0]
    return first_byte < 128  # half of 256


def _figures(there: Asked, absent: Asked) -> tuple[Figure, ...]:
    found = bootstrap_auroc([r.confidence for _, r in there], [r.confidence for _, r in absent])
    answered = _answered(absent)
    return (
        at_least("AUROC, procedure there against not there", found.mean, 0.93, str(found)),
        Figure("answered directly although not there", str(answered), "≤ 0.10", answered.mean <= 0.10),
    )


def _answered(asked: Asked) -> Measured:
    return measure([float(ranking.decision is Decision.ANSWER) for _, ranking in asked])


def _table(there: Asked, absent: Asked) -> Grid:
    rows = []
    for name, asked in (("procedure there", there), ("procedure not there", absent)):
        right = [
            float(ranking.candidates[0].key in question.helpful)
            for question, ranking in asked
            if ranking.decision is Decision.ANSWER
        ]
        offered = [float(ranking.decision is Decision.ASK_BACK) for _, ranking in asked]
        rows.append((name, cell(_answered(asked)), cell(measure(right)), cell(measure(offered))))
    return Grid(
        "Half of the catalogue", ("", "answered directly", "of these right", "asked back"), tuple(rows)
    )
