"""Measures as tables: plain text for the terminal, Markdown for the documents. One shape for both."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.measuring import ALL, Measures, Table
from index.evaluation import Measured
from index.labelled import AMBIGUOUS, EVERYDAY

RETRIEVAL = (
    *(f"hit@{k}" for k in (1, 5, 10)),
    *(f"strict hit@{k}" for k in (1, 5, 10)),
    "MRR@10",
    "nDCG@10",
    *(f"family hit@{k}" for k in (1, 5, 10)),
    "family MRR@10",
    "family nDCG@10",
    "usage hit@1",
    "usage hit@5",
)
UNDERSTANDING = ("facet", "first facet", "kind")
DECISION = (
    "coverage",
    "direct right",
    "right or offered",
    "family right or offered",
    "false refusal",
    "refused by kind",
    "missing answered",
    "off-topic quiet",
    "asked back",
    "AUROC off-topic",
    "AUROC missing",
    "AUROC near-domain",
    "near-domain passing",
    "near-domain answered",
    "calibration error",
)
_BY_STYLE = ("hit@1", "hit@5", "facet", "coverage", "right or offered")
_BY_FORM = ("hit@1", "hit@5")
_FORM_DECISION = ("facet", "coverage", "direct right", "missing answered", "off-topic quiet")
_GROUP_ORDER = (EVERYDAY, "portal_faq")


@dataclass(frozen=True, slots=True)
class Grid:
    """A titled table of texts; the first column names the row, the others are aligned right."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def plain(self) -> str:
        """Return the table in columns of blanks."""
        widths = [max(map(len, column)) for column in zip(self.head, *self.rows, strict=True)]
        return "\n".join([self.title, *(_aligned(row, widths) for row in (self.head, *self.rows))])

    def markdown(self) -> str:
        """Return the table in Markdown, its title in bold."""
        rule = ("---", *("--:" for _ in self.head[1:]))
        lines = (f"| {' | '.join(row)} |" for row in (self.head, rule, *self.rows))
        return "\n".join([f"**{self.title}**", "", *lines])


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = (
        cell.ljust(width) if place == 0 else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(["", first, *rest]).rstrip()


@dataclass(frozen=True, slots=True)
class Titles:
    """What the tables are called: for staff at the terminal, or in the documents."""

    finding: str
    understanding: str
    deciding: str
    by_style: str
    by_form: str


FOR_STAFF = Titles(
    "Tìm đúng thủ tục",
    "Hiểu điều được hỏi",
    "Trả lời, hỏi lại hay chuyển cán bộ",
    "Theo lối viết",
    "Theo cách gõ",
)
IN_ENGLISH = Titles(
    "Finding the procedure",
    "Understanding what is asked",
    "Answering, asking back, handing over",
    "By style",
    "By form",
)


def grids(form: str, groups: Table, styles: Table, titles: Titles = FOR_STAFF) -> list[Grid]:
    """Return the tables of one form: finding, understanding, deciding, and by style."""
    return [
        measures_by_group(f"{titles.finding} ({form})", groups, RETRIEVAL),
        measures_by_group(f"{titles.understanding} ({form})", groups, UNDERSTANDING),
        measures_by_group(f"{titles.deciding} ({form})", groups, DECISION),
        _styles(f"{titles.by_style} ({form})", styles),
    ]


def measures_by_group(title: str, groups: Table, names: Sequence[str]) -> Grid:
    """Return a grid with a row per measure that any group has, and a column per group."""
    columns = [name for name in ordered(groups) if groups[name].keys() & set(names)]
    rows = tuple(
        (name, *(cell(groups[group].get(name)) for group in columns))
        for name in names
        if any(name in groups[group] for group in columns)
    )
    return Grid(title, ("", *columns), rows)


def ordered(groups: Mapping[str, object]) -> list[str]:
    """Return the groups' names: everyday language first, all of them near the end, ambiguous last."""
    known = [name for name in _GROUP_ORDER if name in groups]
    others = [name for name in groups if name not in (*_GROUP_ORDER, ALL, AMBIGUOUS)]
    return [*known, *others, *(name for name in (ALL, AMBIGUOUS) if name in groups)]


def forms_grid(groups_of: Mapping[str, Table], titles: Titles = FOR_STAFF) -> Grid:
    """Return one row per form: hits by group, and decisions over all."""
    groups = [name for name in ordered(next(iter(groups_of.values()))) if name not in (ALL, AMBIGUOUS)]
    head = [f"{group} {name}" for group in groups for name in _BY_FORM]
    rows = tuple(
        (
            form,
            *(short(table.get(group, {}).get(name)) for group in groups for name in _BY_FORM),
            *(short(table[ALL].get(name)) for name in _FORM_DECISION),
        )
        for form, table in groups_of.items()
    )
    return Grid(titles.by_form, ("", *head, *_FORM_DECISION), rows)


def differences_grid(title: str, groups: Table) -> Grid:
    """Return a grid of paired differences; a star where the interval leaves 0 out."""
    names = dict.fromkeys((*RETRIEVAL, *UNDERSTANDING, *DECISION))
    columns = ordered(groups)
    rows = tuple(
        (name, *(difference(groups[group].get(name)) for group in columns))
        for name in names
        if any(name in groups[group] for group in columns)
    )
    return Grid(title, ("", *columns), rows)


def _styles(title: str, styles: Table) -> Grid:
    def n(measures: Measures) -> str:
        return str(measures["coverage"].n)

    rows = tuple(
        (style, n(measures), *(interval(measures.get(name)) for name in _BY_STYLE))
        for style, measures in styles.items()
    )
    return Grid(title, ("", "n", *_BY_STYLE), rows)


def cell(measured: Measured | None) -> str:
    """Return the mean with its interval and the number of questions."""
    if measured is None or math.isnan(measured.mean):
        return "–"
    return f"{measured.mean:.3f} ({measured.low:.2f}–{measured.high:.2f}, n={measured.n})"


def interval(measured: Measured | None) -> str:
    """Return the mean with its interval."""
    if measured is None or math.isnan(measured.mean):
        return "–"
    return f"{measured.mean:.3f} ({measured.low:.2f}–{measured.high:.2f})"


def short(measured: Measured | None) -> str:
    """Return the mean alone."""
    return "–" if measured is None or math.isnan(measured.mean) else f"{measured.mean:.3f}"


def difference(measured: Measured | None) -> str:
    """Return a paired difference with its interval, and a star when that leaves 0 out."""
    if measured is None:
        return "–"
    sure = "*" if measured.low > 0 or measured.high < 0 else ""
    return f"{measured.mean:+.3f}{sure} ({measured.low:+.2f}…{measured.high:+.2f})"
