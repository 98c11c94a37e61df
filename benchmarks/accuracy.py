"""The development questions through the real pipeline, in every form, against the goals."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.office import Bench
from benchmarks.results import Figure, at_least
from bot.evaluation_run import Evaluation, Run
from bot.evaluation_tables import IN_ENGLISH, Grid, cell, forms_grid, grids
from bot.measuring import ALL, Measures, Table
from index.evaluation import Measured
from index.labelled import EVERYDAY, read_labelled
from index.variants import Form

FAQ = "portal_faq"
_WITHOUT_ACCENTS_WITHIN = 0.02


def evaluate(bench: Bench, command: str) -> Run:
    """Ask every question in every form."""
    evaluation = Evaluation(bench.app.open_searcher(), read_labelled(bench.questions), bench.app.today())
    for form in Form:
        evaluation.ask(form)
    return evaluation.run(command, bench.questions)


def tables(run: Run) -> tuple[Grid, ...]:
    """Return every table of *run*."""
    written = run.forms[Form.AS_WRITTEN]
    by_form = forms_grid({form: found.groups for form, found in run.forms.items()}, IN_ENGLISH)
    return (*grids(Form.AS_WRITTEN, written.groups, written.styles, IN_ENGLISH), by_form)


def figures(run: Run) -> tuple[Figure, ...]:
    """Return the figures that have a goal."""
    groups = {form: found.groups for form, found in run.forms.items()}
    written = groups[Form.AS_WRITTEN]
    return (
        *_hits("everyday language", written[EVERYDAY], 0.92, 0.98),
        *_hits("portal FAQ", written[FAQ], 0.90, 0.97),
        *_unaccented(groups),
        *_hits("everyday language, typos", groups[Form.TYPOS][EVERYDAY], 0.87, 0.96),
        *_hits("everyday language, teencode", groups[Form.TEENCODE][EVERYDAY], 0.87, 0.96),
        *_hits("portal FAQ, typos", groups[Form.TYPOS][FAQ], 0.87, 0.96),
        *_hits("portal FAQ, teencode", groups[Form.TEENCODE][FAQ], 0.87, 0.96),
        *_hits("everyday language by usage", written[EVERYDAY], 0.96, 0.99, "usage "),
        *_decisions(written[ALL]),
    )


def _hits(name: str, measures: Measures, first: float, fifth: float, prefix: str = "") -> Iterator[Figure]:
    for measure, goal in ((f"{prefix}hit@1", first), (f"{prefix}hit@5", fifth)):
        yield reached(f"{name}: {measure.removeprefix('usage ')}", measures[measure], goal)


def _unaccented(groups: dict[str, Table]) -> Iterator[Figure]:
    for group in (EVERYDAY, FAQ):
        for measure in ("hit@1", "hit@5"):
            lost = groups[Form.AS_WRITTEN][group][measure].mean - groups[Form.NO_ACCENTS][group][measure].mean
            yield below(f"{group}: {measure} lost without accents", lost, _WITHOUT_ACCENTS_WITHIN)


def _decisions(measures: Measures) -> Iterator[Figure]:
    yield reached("facet right", measures["facet"], 0.92)
    yield reached("direct answers right", measures["direct right"], 0.95)
    yield reached("answerable ones answered directly", measures["coverage"], 0.60)
    yield reached("right, directly or among at most four choices", measures["right or offered"], 0.92)
    missing = measures["missing answered"]
    yield below("not in the catalogue, answered directly", missing.mean, 0.10, cell(missing))
    yield reached("off-topic neither answered nor offered", measures["off-topic quiet"], 0.98)
    yield reached("near-domain AUROC", measures["AUROC near-domain"], 0.93)
    error = measures["calibration error"]
    yield below("calibration error", error.mean, 0.05, cell(error))


def reached(name: str, measured: Measured, goal: float) -> Figure:
    """Return a measure that should be at least *goal*."""
    return at_least(name, measured.mean, goal, cell(measured))


def below(name: str, value: float, goal: float, told: str = "") -> Figure:
    """Return a share that should be at most *goal*."""
    return Figure(name, told or f"{value:.3f}", f"≤ {goal:g}", value <= goal + 1e-9)
