"""
Scored records as candidates: families side by side, the member that suits the office best in front.

The order of the families comes from the evidence; within a family, whose members are worded alike, it
comes from the office's level and province and from how often each is filed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from index.evidence import FEATURES, Evidence
from index.generation import Generation
from index.ranking import Candidate, Hit
from index.ranking_model import RankingModel
from knowledge.passages import RecordKind
from knowledge.records import Level

_HITS_KEPT = 3  # passages kept as evidence per candidate
_REJECTED_KEPT = 5
_LEAST_FAMILIES = 6
_NEAREST = 10  # passages that are asked which family they belong to


class Grouping:
    """Knows the family of each record of one generation, and how well each suits the office."""

    def __init__(self, generation: Generation, model: RankingModel, usage: NDArray[np.float32]) -> None:
        """*usage* is how often each record is filed, by position in ``PassageTable.records``."""
        self._records = generation.records
        self._table = generation.passages
        self._names = list(self._family_names())
        numbers = {name: number for number, name in enumerate(dict.fromkeys(self._names))}
        self._families = np.array([numbers[name] for name in self._names], np.int64)
        self._count = len(numbers)
        self._fit = self._read_office_fit(model, usage)

    def candidates(self, evidence: Evidence, scores: NDArray[np.float32], top_k: int) -> list[Candidate]:
        """
        Return the members of the best *top_k* families, and of more, families in the order of their best.

        *scores* are those of ``evidence.records``.
        """
        order = np.argsort(-scores, kind="stable")
        families = self._families[evidence.records[order]]
        # Families are counted, not members: a large one would crowd out the fifth, which the decision
        # looks at however few are asked for.
        best = _first_distinct(families.tolist(), max(top_k, _LEAST_FAMILIES))
        wanted = np.zeros(self._count, bool)
        wanted[best] = True
        kept = wanted[families]
        members: dict[int, list[int]] = {family: [] for family in best}
        for place, family in zip(order[kept].tolist(), families[kept].tolist(), strict=True):
            members[family].append(place)
        fit = self._fit[evidence.records] + scores
        hits = self._hits_of(evidence.records[order[kept]], evidence)
        return [
            self._candidate(evidence, place, float(scores[group[0]]), hits)
            for group in members.values()
            for place in sorted(group, key=lambda place: -fit[place])
        ]

    def rejected(self, evidence: Evidence, candidates: Iterable[Candidate]) -> tuple[Hit, ...]:
        """Return the nearest passages that belong to none of *candidates*."""
        kept = {(candidate.kind, candidate.key) for candidate in candidates}
        rest = (row for row in evidence.cosines if self._table.record_of(row) not in kept)
        return tuple(
            Hit(self._table.ids[row], evidence.cosines[row], evidence.bm25.get(row, 0.0))
            for row in islice(rest, _REJECTED_KEPT)
        )

    def agreement(self, evidence: Evidence, record: int) -> float:
        """Return the share of the nearest passages that belong to the family of *record*."""
        nearest = list(islice(evidence.cosines, _NEAREST))
        if not nearest:
            return 0.0
        return float(np.mean(self._families[self._table.record[nearest]] == self._families[record]))

    def _candidate(
        self, evidence: Evidence, place: int, score: float, hits: dict[int, tuple[Hit, ...]]
    ) -> Candidate:
        record = int(evidence.records[place])
        kind, key = self._table.records[record]
        return Candidate(
            kind=kind,
            key=key,
            family=self._names[record],
            score=score,
            hits=hits.get(record, ()),
            features=dict(zip(FEATURES, evidence.features[place].tolist(), strict=True)),
        )

    def _hits_of(self, records: NDArray[np.int64], evidence: Evidence) -> dict[int, tuple[Hit, ...]]:
        """Return the nearest of the passages found of each of *records*, nearest first."""
        cosines, bm25, ids = evidence.cosines, evidence.bm25, self._table.ids
        rows = np.fromiter(cosines.keys() | bm25.keys(), np.int64)
        owners = self._table.record[rows]
        wanted = np.zeros(len(self._names), bool)
        wanted[records] = True
        kept = wanted[owners]
        found: dict[int, list[tuple[float, float, str]]] = {}
        for row, record in zip(rows[kept].tolist(), owners[kept].tolist(), strict=True):
            found.setdefault(record, []).append((-cosines.get(row, 0.0), -bm25.get(row, 0.0), ids[row]))
        return {
            record: tuple(Hit(name, -cosine, -score) for cosine, score, name in sorted(hits)[:_HITS_KEPT])
            for record, hits in found.items()
        }

    def _family_names(self) -> Iterator[str]:
        """Give the family of each record of the passage table."""
        cards = self._records.cards
        for kind, key in self._table.records:
            is_procedure = kind is RecordKind.PROCEDURE and key in cards
            yield cards[key].family if is_procedure else f"{kind}/{key}"

    def _read_office_fit(self, model: RankingModel, usage: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return how well each record suits the office: its level, its province, and general use."""
        office, cards = self._records.office(), self._records.cards
        fit = np.zeros(len(self._names), dtype=np.float32)
        for record, (kind, key) in enumerate(self._table.records):
            if kind is not RecordKind.PROCEDURE or key not in cards:
                continue
            card = cards[key]
            fit[record] = model.usage_in_family * usage[record]
            levels = card.agency_levels or card.levels
            if office and office.level in levels:
                fit[record] += model.level_in_family
            elif not office and levels == (Level.MINISTRY,):
                fit[record] -= model.level_in_family / 2
            if card.province and not (office and office.province == card.province):
                fit[record] -= model.province
        return fit


def _first_distinct(numbers: Iterable[int], most: int) -> list[int]:
    """Return the first *most* different ones of *numbers*, in order."""
    first: dict[int, None] = {}
    for number in numbers:
        first[number] = None
        if len(first) == most:
            break
    return list(first)
