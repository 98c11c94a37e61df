"""A query in, a ranking out: evidence weighed, families grouped, and a decision."""

from __future__ import annotations

import math
from collections.abc import Collection

import msgspec
import numpy as np

from index.deciding import RULE, DecisionRule
from index.embedding import Embedder
from index.evidence import FEATURES, Evidence, EvidenceCollector
from index.generation import Generation
from index.grouping import Grouping
from index.provinces import OtherProvinces
from index.ranking import MOST_OFFERED, Candidate, Decision, Ranking
from index.ranking_model import RankingModel, load_ranking_model
from index.respelling import respeller_for
from knowledge.concepts import Lexicon
from knowledge.keyboard import read_keys
from knowledge.text import clean, syllables

# Of score, a likelihood of one in twenty against the first. On the development questions nothing right
# lies between 3 and 4 behind, and the choices fall from 4.0 to 2.5.
_FAR_BEHIND = 3.0
_MOST_SYLLABLES = 200  # of a query; the embedding looks at no more


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
        model = model or load_ranking_model()
        fitted = generation.manifest.calibration.get(RULE)
        self._decision = msgspec.convert(fitted, DecisionRule) if fitted else model.decision
        self._weights = np.array([model.weights[name] for name in FEATURES], dtype=np.float32)
        self._position = {key: record for record, (_, key) in enumerate(generation.passages.records)}
        self._grouping = Grouping(generation, model, self._collector.usage)
        self._other_provinces = OtherProvinces(generation)

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
            rejected=self._grouping.rejected(evidence, candidates),
        )

    def evidence(self, query: str) -> Evidence:
        """Return what speaks for each record; the ranking is fitted on this."""
        return self._collect(self._tidy(query), ())

    def is_of_another_province(self, code: str) -> bool:
        """Say whether another province than the office's published *code* for itself."""
        return code in self._position and self._position[code] in self._other_provinces

    def _tidy(self, query: str) -> str:
        """Return *query* as it was meant: keys of an input method that was off are read, slips are mended."""
        return self._respeller.mend(read_keys(" ".join(clean(query).split()[:_MOST_SYLLABLES])))

    def _collect(self, query: str, excluded: Collection[str], provinces: Collection[str] = ()) -> Evidence:
        gone = self._other_provinces.out_of_reach(query, provinces)
        gone[[self._position[code] for code in excluded if code in self._position]] = True
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
            "agreement": self._grouping.agreement(evidence, self._position[first.key]),
            "elsewhere": _lead(evidence.elsewhere, first.features["asked_cosine"]),
            "known": self._known_share(query),
            "length": math.log1p(len(syllables(query))),
        }

    def _known_share(self, query: str) -> float:
        known = getattr(self.embedder, "known_share", None)
        return float(known(query)) if known else 1.0

    def _group(self, evidence: Evidence, top_k: int) -> list[Candidate]:
        return self._grouping.candidates(evidence, evidence.features @ self._weights, top_k)


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
