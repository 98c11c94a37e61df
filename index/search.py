"""
A query in, a ranking out: evidence weighed, families grouped, and a decision.

The weights are fitted (``index/training/fit_ranking.py``) and shipped as numbers in ``models/ranking.json``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from index.deciding import RULE, DecisionRule
from index.embedding import Embedder
from index.evidence import FEATURES, Evidence, EvidenceCollector
from index.generation import Generation
from index.ranking import MOST_OFFERED, Candidate, Decision, Hit, Ranking
from index.respelling import respeller_for
from knowledge.concepts import Lexicon
from knowledge.keyboard import read_keys
from knowledge.passages import RecordKind
from knowledge.records import Level
from knowledge.text import clean, fold, syllables

_WEIGHTS = Path(__file__).parent / "models" / "ranking.json"
_HITS_KEPT = 3  # passages kept as evidence per candidate
_REJECTED_KEPT = 5
# Of score, a likelihood of one in twenty against the first. On the development questions nothing right
# lies between 3 and 4 behind, and the choices fall from 4.0 to 2.5.
_FAR_BEHIND = 3.0
_NEAREST = 10  # passages that are asked which family they belong to
_LEAST_FAMILIES = 6
_KIND_OF_PROVINCE = re.compile(r"^(?:tinh|thanh pho) ")
_MOST_SYLLABLES = 200  # of a query; the embedding looks at no more


class RankingModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fitted numbers: a weight per feature, how a family's first member is chosen, the decision."""

    weights: Mapping[str, float]
    usage_in_family: float  # how much usage counts between members of one family
    level_in_family: float  # how much the office's own level counts there
    province: float  # taken off a procedure of another province than the office's
    decision: DecisionRule


@lru_cache(maxsize=1)
def load_ranking_model(path: Path = _WEIGHTS) -> RankingModel:
    """Return the ranking model that ships with the project."""
    return msgspec.json.decode(path.read_bytes(), type=RankingModel)


class Searcher:
    """Ranks the records of one generation for a query. Safe to use from several threads."""

    def __init__(
        self,
        generation: Generation,
        embedder: Embedder,
        model: RankingModel | None = None,
        lexicon: Lexicon | None = None,
    ) -> None:
        self.generation = generation
        self.embedder = embedder
        self._collector = EvidenceCollector(generation, embedder, lexicon)
        self._respeller = respeller_for(generation, embedder)
        self._model = model or load_ranking_model()
        fitted = generation.manifest.calibration.get(RULE)
        self._decision = msgspec.convert(fitted, DecisionRule) if fitted else self._model.decision
        self._weights = np.array([self._model.weights[name] for name in FEATURES], dtype=np.float32)
        self._position = {key: record for record, (_, key) in enumerate(generation.passages.records)}
        self._families = self._read_families()
        self._fit = self._read_office_fit()
        self._abroad = self._read_other_provinces()

    def rank(
        self,
        query: str,
        top_k: int = 10,
        excluded: Collection[str] = (),
        provinces: Collection[str] = (),
    ) -> Ranking:
        """
        Return up to *top_k* records for *query*, best first, and what to do with them.

        Members of one family stand side by side. A query without words gives an empty ranking and
        ``Decision.HAND_OVER``. *excluded* are codes to leave out, see ``EvidenceCollector.collect``.
        What a province published for itself is left out elsewhere, unless *query* names the province, or
        *provinces* hold it: those that it names in another way.
        """
        query = self._tidy(query)
        evidence = self._collect(query, excluded, provinces)
        if not syllables(query) or not len(evidence.records):
            return Ranking(query, (), 0.0, Decision.HAND_OVER, self.generation.generation_id)
        candidates = self._group(evidence, top_k)
        leaders = _leaders(candidates)
        confidence, decision = self._decision.decide(self._signals(query, evidence, leaders))
        return Ranking(
            query=query,
            candidates=tuple(candidates[:top_k]),
            confidence=confidence,
            decision=decision,
            generation=self.generation.generation_id,
            offered=_offered(leaders) if decision is Decision.ASK_BACK else (),
            rejected=self._rejected(evidence, candidates),
        )

    def evidence(self, query: str) -> Evidence:
        """Return what speaks for each record; the ranking is fitted on this."""
        return self._collect(self._tidy(query), ())

    def is_of_another_province(self, code: str) -> bool:
        """Say whether another province than the office's published *code* for itself."""
        return any(self._position.get(code) in records for records in self._abroad.values())

    def _tidy(self, query: str) -> str:
        """Return *query* as it was meant: keys of an input method that was off are read, slips are mended."""
        return self._respeller.mend(read_keys(" ".join(clean(query).split()[:_MOST_SYLLABLES])))

    def _collect(self, query: str, excluded: Collection[str], provinces: Collection[str] = ()) -> Evidence:
        gone = [self._position[code] for code in excluded if code in self._position]
        if self._abroad:
            asked = f" {' '.join(syllables(fold(query)))} "
            for province, records in self._abroad.items():
                if province not in provinces and f" {_bare(province)} " not in asked:
                    gone.extend(records)
        return self._collector.collect(query, gone)

    def observe(self, query: str, excluded: Collection[str] = ()) -> tuple[list[Candidate], dict[str, float]]:
        """
        Return the first candidate of each family, best first, and what the decision looks at.

        Both are empty when nothing is near. The decision is fitted on this.
        """
        query = self._tidy(query)
        evidence = self._collect(query, excluded)
        leaders = _leaders(self._group(evidence, 10))
        return leaders, self._signals(query, evidence, leaders) if leaders else {}

    def _signals(self, query: str, evidence: Evidence, leaders: list[Candidate]) -> dict[str, float]:
        first = leaders[0]
        stated, stated_pairs = self._collector.stated(query, self._position[first.key])
        return {
            **first.features,
            "stated": stated,
            "stated_pairs": stated_pairs,
            "score": first.score,
            "margin": first.score - leaders[1].score if len(leaders) > 1 else first.score,
            "margin4": first.score - leaders[4].score if len(leaders) > 4 else first.score,
            "share": _softmax_share([leader.score for leader in leaders]),
            "agreement": self._agreement(evidence, first),
            "elsewhere": _lead(evidence.elsewhere, first.features["asked_cosine"]),
            "known": self._known_share(query),
            "length": math.log1p(len(syllables(query))),
        }

    def _agreement(self, evidence: Evidence, leader: Candidate) -> float:
        """Return the share of the nearest passages that belong to the family of *leader*."""
        nearest = list(islice(evidence.cosines, _NEAREST))
        if not nearest:
            return 0.0
        family = self._families[self._position[leader.key]]
        return float(np.mean(self._families[self.generation.passages.record[nearest]] == family))

    def _known_share(self, query: str) -> float:
        known = getattr(self.embedder, "known_share", None)
        return float(known(query)) if known else 1.0

    def _group(self, evidence: Evidence, top_k: int) -> list[Candidate]:
        """Return the best candidates, families together, in the order of their best member."""
        scores = evidence.features @ self._weights
        # Families are counted, not members: a large one would crowd out the fifth, which the decision
        # looks at however few are asked for.
        order = np.argsort(-scores, kind="stable")
        best: dict[int, float] = {}
        members: dict[int, list[int]] = {}
        families = self._families[evidence.records[order]]
        for place, family in zip(order.tolist(), families.tolist(), strict=True):
            if family not in best and len(best) >= max(top_k, _LEAST_FAMILIES):
                continue
            best.setdefault(family, float(scores[place]))
            members.setdefault(family, []).append(place)
        hits = self._hits_of(
            evidence.records[[place for group in members.values() for place in group]], evidence
        )
        fit = self._fit[evidence.records] + scores
        return [
            self._candidate(evidence, place, score, hits)
            for family, score in best.items()
            for place in sorted(members[family], key=lambda place: -fit[place])
        ]

    def _candidate(
        self, evidence: Evidence, place: int, score: float, hits: dict[int, tuple[Hit, ...]]
    ) -> Candidate:
        record = int(evidence.records[place])
        kind, key = self.generation.passages.records[record]
        cards = self.generation.records.cards
        return Candidate(
            kind=kind,
            key=key,
            family=cards[key].family if kind is RecordKind.PROCEDURE else f"{kind}/{key}",
            score=score,
            hits=hits.get(record, ()),
            features=dict(zip(FEATURES, evidence.features[place].tolist(), strict=True)),
        )

    def _hits_of(self, records: NDArray[np.int64], evidence: Evidence) -> dict[int, tuple[Hit, ...]]:
        """Return the nearest of the passages found of each of *records*, nearest first."""
        table, cosines, bm25 = self.generation.passages, evidence.cosines, evidence.bm25
        rows = list(cosines.keys() | bm25.keys())
        found: dict[int, list[tuple[float, float, str]]] = {record: [] for record in records.tolist()}
        for row, record in zip(rows, table.record[rows].tolist(), strict=True):
            if record in found:
                found[record].append((-cosines.get(row, 0.0), -bm25.get(row, 0.0), table.ids[row]))
        return {
            record: tuple(Hit(name, -cosine, -score) for cosine, score, name in sorted(hits)[:_HITS_KEPT])
            for record, hits in found.items()
        }

    def _rejected(self, evidence: Evidence, candidates: list[Candidate]) -> tuple[Hit, ...]:
        kept = {(candidate.kind, candidate.key) for candidate in candidates}
        table = self.generation.passages
        rest = (row for row in evidence.cosines if table.record_of(row) not in kept)
        return tuple(
            Hit(table.ids[row], evidence.cosines[row], evidence.bm25.get(row, 0.0))
            for row in islice(rest, _REJECTED_KEPT)
        )

    def _read_families(self) -> NDArray[np.int64]:
        """Return the family's number of each record of the passage table."""
        cards = self.generation.records.cards
        numbers: dict[str, int] = {}
        names = (
            cards[key].family if kind is RecordKind.PROCEDURE and key in cards else f"{kind}/{key}"
            for kind, key in self.generation.passages.records
        )
        return np.fromiter((numbers.setdefault(name, len(numbers)) for name in names), dtype=np.int64)

    def _read_office_fit(self) -> NDArray[np.float32]:
        """Return how well each record suits the office: its level, its province, and general use."""
        office = self.generation.records.office()
        cards = self.generation.records.cards
        usage = self._collector.usage
        fit = np.zeros(len(self.generation.passages.records), dtype=np.float32)
        for record, (kind, key) in enumerate(self.generation.passages.records):
            if kind is not RecordKind.PROCEDURE or key not in cards:
                continue
            card = cards[key]
            fit[record] = self._model.usage_in_family * usage[record]
            levels = card.agency_levels or card.levels
            if office and office.level in levels:
                fit[record] += self._model.level_in_family
            elif not office and levels == (Level.MINISTRY,):
                fit[record] -= self._model.level_in_family / 2
            if card.province and not (office and office.province == card.province):
                fit[record] -= self._model.province
        return fit

    def _read_other_provinces(self) -> dict[str, frozenset[int]]:
        """Return the records that provinces other than the office's published for themselves."""
        office = self.generation.records.office()
        found: dict[str, set[int]] = {}
        for code, card in self.generation.records.cards.items():
            if card.province and not (office and office.province == card.province):
                found.setdefault(card.province, set()).add(self._position[code])
        return {province: frozenset(records) for province, records in found.items()}


def _bare(province: str) -> str:
    """Return the folded name of *province* as people say it, without "Tỉnh" or "Thành phố"."""
    return _KIND_OF_PROVINCE.sub("", fold(province))


def _offered(leaders: list[Candidate]) -> tuple[Candidate, ...]:
    """Return the two to four that a citizen may choose from; what lies far behind only confuses."""
    near = [leader for leader in leaders[:MOST_OFFERED] if leader.score >= leaders[0].score - _FAR_BEHIND]
    return tuple(near if len(near) > 1 else leaders[:2])


def _softmax_share(scores: list[float]) -> float:
    """Return the softmax of the first of *scores*."""
    return 1.0 / sum(math.exp(score - scores[0]) for score in scores)


def _lead(elsewhere: float, here: float) -> float:
    """Return how much nearer the wording from elsewhere is; 0.0 when there is none at all."""
    return elsewhere - here if elsewhere > -1.0 else 0.0


def _leaders(candidates: list[Candidate]) -> list[Candidate]:
    """Return the first candidate of each family, in order."""
    first: dict[str, Candidate] = {}
    for candidate in candidates:
        first.setdefault(candidate.family, candidate)
    return list(first.values())
