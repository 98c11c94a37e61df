"""
Whether to answer, to ask back, or to hand over: three fitted probabilities and a point on each.

``first`` is the probability that the first candidate's family answers the query, ``among`` the
probability that one of those offered (``ranking.MOST_OFFERED``) does, ``about`` the probability that the
query asks for a procedure rather than for the weather. All are logistic in a few named signals of the
ranking. ``calibrating.py`` fits them to each index when it is built and puts them into its
manifest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from index.ranking import Decision

LEAST_CONFIDENCE = 0.5  # no answer that is likelier wrong than right, however good the others are
RULE = "decision"  # where the manifest's calibration holds the rule

SIGNALS = (
    "score",  # of the first candidate
    "margin",  # its lead over the first candidate of another family
    "margin4",  # its lead over the fifth family
    "share",  # of the first family in the softmax over the first ten families
    "agreement",  # share of the ten nearest passages that are the first family's
    "title_cosine",
    "asked_cosine",
    "asked_mean",
    "body_cosine",
    "centre_cosine",  # with the middle of title and wordings
    "query_covered",
    "title_covered",
    "title_bm25",  # 1.0: the word engine prefers the same title
    "asked_bm25",
    "body_bm25",
    "explained",  # share of the query's weight in syllables that occur in title or wordings of the record
    "explained_pairs",  # share of its syllable pairs that do
    "stated",  # share of the query's weight in syllables that stand anywhere in the record, its body too
    "stated_pairs",  # share of its syllable pairs that do
    "likelihood",  # how likely the words of title and wordings make the query
    "likelihood_pairs",
    "elsewhere",  # how much nearer a wording of a procedure is that this knowledge does not hold
    "known",  # share of the query's syllables the model knows
    "length",  # ln of the number of syllables
)


@dataclass(frozen=True, slots=True)
class Logistic:
    """A fitted logistic function: one weight per signal, and the intercept."""

    intercept: float
    weights: Mapping[str, float]

    def __call__(self, signals: Mapping[str, float]) -> float:
        """Return the probability, 0..1."""
        z = self.intercept + sum(weight * signals[name] for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))


_ANYTHING = Logistic(0.0, {})


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """
    The fitted rule.

    Attributes:
        first: Probability that the first candidate's family is right.
        among: Probability that one of the families offered is right.
        answer_at: Answer when ``first`` reaches this.
        offer_at: Else ask back when ``among`` reaches this; else hand over.
        about: Probability that the query is about a procedure at all.
        about_at: Below this nothing is offered, unless the first is likelier right than wrong.
    """

    first: Logistic
    among: Logistic
    answer_at: float
    offer_at: float
    about: Logistic = _ANYTHING  # an index of before knows none
    about_at: float = 0.0

    def decide(self, signals: Mapping[str, float]) -> tuple[float, Decision]:
        """Return the confidence in the first candidate, and what to do."""
        confidence = self.first(signals)
        if confidence >= self.answer_at:
            return confidence, Decision.ANSWER
        off_topic = confidence < LEAST_CONFIDENCE and self.about(signals) < self.about_at
        if not off_topic and self.among(signals) >= self.offer_at:
            return confidence, Decision.ASK_BACK
        return confidence, Decision.HAND_OVER
