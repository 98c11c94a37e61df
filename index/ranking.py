"""
What a search gives back: records, best first, each with the evidence it stands on.

Plain records only; how the scores are made is ``search.py``'s business.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from knowledge.passages import RecordKind

MOST_OFFERED = 4  # candidates to choose from when asking back; "none of these" makes five


class Decision(StrEnum):
    """What to do with a ranking."""

    ANSWER = "answer"  # quote the first candidate
    ASK_BACK = "ask_back"  # offer ``Ranking.offered``
    HAND_OVER = "hand_over"  # not here; name the nearest and give it to staff


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage found, with both of its scores. A score of 0.0 means that engine did not find it."""

    passage_id: str
    cosine: float  # -1..1, of the query's and the passage's vector
    bm25: float  # >= 0, higher is better


@dataclass(frozen=True, slots=True)
class Candidate:
    """
    One record in a ranking.

    Attributes:
        key: Procedure code or slug.
        family: Key shared by the records of one family (the same procedure at other levels or in
            other provinces); its own key when it stands alone.
        score: Comparable within one ranking only; higher is better.
        hits: The passages that brought it in, best first.
        features: Named evidence the score was made of, for staff and for the learned decision.
    """

    kind: RecordKind
    key: str
    family: str
    score: float
    hits: tuple[Hit, ...] = ()
    features: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ranking:
    """
    The records found for one query, best first, and how sure the search is of itself.

    ``confidence`` is the calibrated probability, 0..1, that the first candidate's family answers
    the query; 0.0 when nothing was found. ``generation`` names the index that was asked.
    ``offered`` are the 2 to 4 candidates to choose from when the decision is to ask back.
    ``rejected`` are passages that were looked at and did not make it, for staff.
    """

    query: str
    candidates: tuple[Candidate, ...]
    confidence: float
    decision: Decision
    generation: str
    offered: tuple[Candidate, ...] = ()
    rejected: tuple[Hit, ...] = ()
