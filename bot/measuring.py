"""
Outcomes of labelled questions → measures, by group and by style.

Everything starts from ``values``: one number per question and measure, absent where the measure does
not apply. Means, intervals and comparisons of two runs are made of these. What each measure means
stands in ``docs/evaluation.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.evaluating import Outcome
from handlers.answers import AnswerStatus, QuestionKind
from index.evaluation import (
    Measured,
    bootstrap_auroc,
    bootstrap_calibration_error,
    hit_at,
    measure,
    ndcg,
    paired_difference,
    reciprocal_rank,
)
from index.labelled import AMBIGUOUS, ANSWERABLE, MISSING, OFF_TOPIC, LabelledQuestion
from index.ranking import Decision
from knowledge.usage import online_submissions

FamilyOf = Callable[[str], str]
Values = Mapping[str, float]
Measures = dict[str, Measured]
Table = dict[str, Measures]  # by group or style

ALL = "all"
_QUIET_AT = 0.9  # coverage at which the error on what is not published is stated
_TOLD = {AnswerStatus.ANSWERED, AnswerStatus.CONTACT, AnswerStatus.GUIDE}
_DECIDED_ON = {ANSWERABLE, MISSING, *OFF_TOPIC}
_REFUSALS = {
    QuestionKind.OUT_OF_SCOPE,
    QuestionKind.ACTION,
    QuestionKind.SECRET,
    QuestionKind.ABUSE,
    QuestionKind.INJECTION,
    QuestionKind.GREETING,
}
_SEEN_AS = {
    ANSWERABLE: {QuestionKind.PROCEDURE},
    AMBIGUOUS: {QuestionKind.PROCEDURE},
    MISSING: {QuestionKind.PROCEDURE},
    **dict.fromkeys(OFF_TOPIC, _REFUSALS),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A labelled question, what came of it, and every measure of it."""

    question: LabelledQuestion
    got: Outcome
    values: Values


def judged(
    questions: Sequence[LabelledQuestion], outcomes: Sequence[Outcome], family_of: FamilyOf
) -> list[Asked]:
    """Return *questions* with their *outcomes*, same order, and what each is worth."""
    return [
        Asked(question, got, values(question, got, family_of))
        for question, got in zip(questions, outcomes, strict=True)
    ]


# --- one question --------------------------------------------------------------------------------


def values(question: LabelledQuestion, got: Outcome, family_of: FamilyOf) -> dict[str, float]:
    """Return every measure that applies to *question*; shares are 0.0 or 1.0."""
    found: dict[str, float] = {}
    if question.kind in (ANSWERABLE, AMBIGUOUS):
        found |= found_at(question, got.codes, got.families, family_of)
    if question.kind == ANSWERABLE:
        found |= _answerable(question, got, family_of)
    if question.kind in _DECIDED_ON and got.status == AnswerStatus.ANSWERED:
        found["direct right"] = float(got.quoted in question.helpful)
    if question.kind == AMBIGUOUS:
        found["asked back"] = float(bool(got.offered))
    if question.kind == MISSING:
        found["missing answered"] = float(got.status == AnswerStatus.ANSWERED)
    if question.kind in OFF_TOPIC:
        found["off-topic quiet"] = float(got.status not in _TOLD and not got.offered)
    found["kind"] = float(got.kind in _SEEN_AS.get(question.kind, {question.kind}))
    return found


def found_at(
    question: LabelledQuestion, codes: Sequence[str], families: Sequence[str], family_of: FamilyOf
) -> dict[str, float]:
    """Return the retrieval measures of one ranking; gold or also_ok count unless it says strict."""
    helpful, gold = question.helpful, frozenset(question.gold)
    gains: dict[str, float] = {}
    for code, gain in question.gains.items():
        gains[family_of(code)] = max(gain, gains.get(family_of(code), 0.0))
    return {
        **{f"hit@{k}": hit_at(k, codes, helpful) for k in (1, 5, 10)},
        **{f"strict hit@{k}": hit_at(k, codes, gold) for k in (1, 5, 10)},
        "MRR@10": reciprocal_rank(codes, helpful),
        "nDCG@10": ndcg(codes, question.gains),
        **{f"family hit@{k}": hit_at(k, families, gains) for k in (1, 5, 10)},
        "family MRR@10": reciprocal_rank(families, gains),
        "family nDCG@10": ndcg(families, gains),
    }


def _answerable(question: LabelledQuestion, got: Outcome, family_of: FamilyOf) -> dict[str, float]:
    told = {got.quoted} - {""} or set(got.offered)
    helpful = question.helpful
    found = {
        "coverage": float(got.status == AnswerStatus.ANSWERED),
        "right or offered": float(bool(told & helpful)),
        "family right or offered": float(bool(set(map(family_of, told)) & set(map(family_of, helpful)))),
        "false refusal": float(got.status not in _TOLD and not got.offered),
        "refused by kind": float(got.status.startswith("refused")),
        "near-domain answered": float(got.near_decision == Decision.ANSWER),
    }
    if question.facets:
        found["facet"] = float(not set(question.facets).isdisjoint(got.facets))
        found["first facet"] = float(not set(question.facets).isdisjoint(got.facets[:1]))
    return found


# --- many questions ------------------------------------------------------------------------------


def by_group(asked: Sequence[Asked]) -> Table:
    """Return the measures of all questions and of each group; ambiguous questions are their own group."""
    groups = _parted(asked, lambda one: AMBIGUOUS if one.question.kind == AMBIGUOUS else one.question.group)
    clear = [one for one in asked if one.question.kind != AMBIGUOUS]
    return {name: _measured(members) for name, members in {ALL: clear, **groups}.items() if members}


def by_style(asked: Sequence[Asked]) -> Table:
    """Return the measures of the answerable questions of each style."""
    answerable = [one for one in asked if one.question.kind == ANSWERABLE]
    parted = _parted(answerable, lambda one: one.question.style or "–")
    return {style: means(members) for style, members in parted.items()}


def _parted(asked: Iterable[Asked], name_of: Callable[[Asked], str]) -> dict[str, list[Asked]]:
    parts: dict[str, list[Asked]] = {}
    for one in asked:
        parts.setdefault(name_of(one), []).append(one)
    return dict(sorted(parts.items()))


def _measured(asked: Sequence[Asked]) -> Measures:
    return means(asked) | _by_usage(asked) | _confidence(asked)


def means(asked: Sequence[Asked]) -> Measures:
    """Return the mean of each measure over the questions that have it."""
    names = dict.fromkeys(name for one in asked for name in one.values)
    return {name: measure([one.values[name] for one in asked if name in one.values]) for name in names}


def _by_usage(asked: Sequence[Asked]) -> Measures:
    """Return the hits, each question weighted by how often its gold procedures are filed."""
    usage = online_submissions()
    found = [one for one in asked if "hit@1" in one.values]
    weights = [float(sum(usage.get(code, 0) for code in one.question.gold)) for one in found]
    if not any(weights):
        return {}
    return {
        f"usage {name}": measure([one.values[name] for one in found], weights) for name in ("hit@1", "hit@5")
    }


def _confidence(asked: Sequence[Asked]) -> Measures:
    """Return how well the search's confidence tells right from wrong, and published from not."""
    here = _confidences(asked, (ANSWERABLE,))
    if not here:
        return {}
    gone = [one.got.near_confidence for one in asked if one.question.kind == ANSWERABLE]
    near = [confidence for confidence in gone if confidence is not None]
    bar = float(np.quantile(here, 1 - _QUIET_AT))
    decided = [one for one in asked if one.question.kind in _DECIDED_ON]
    return {
        "AUROC off-topic": bootstrap_auroc(here, _confidences(asked, OFF_TOPIC)),
        "AUROC missing": bootstrap_auroc(here, _confidences(asked, (MISSING,))),
        "AUROC near-domain": bootstrap_auroc(here, near),
        "near-domain passing": measure([float(confidence >= bar) for confidence in near]),
        "calibration error": bootstrap_calibration_error(
            [one.got.confidence for one in decided], [_first_is_right(one) for one in decided]
        ),
    }


def _confidences(asked: Iterable[Asked], kinds: Collection[str]) -> list[float]:
    return [one.got.confidence for one in asked if one.question.kind in kinds]


def _first_is_right(one: Asked) -> bool:
    return bool(one.values.get("family hit@1"))


# --- two runs ------------------------------------------------------------------------------------


def differences(asked: Sequence[Asked], before: Mapping[str, Values]) -> Table:
    """
    Return now minus *before* (question id → values), over the questions both have, by group.

    A measure stands only where it applies to both; those that are no mean are left out.
    """
    both = [one for one in asked if one.question.id in before]
    groups = {ALL: both, **_parted(both, lambda one: one.question.group)}
    return {name: _difference(members, before) for name, members in groups.items() if members}


def _difference(asked: Sequence[Asked], before: Mapping[str, Values]) -> Measures:
    names = dict.fromkeys(name for one in asked for name in one.values)
    found: Measures = {}
    for name in names:
        pairs = [
            (one.values[name], before[one.question.id][name])
            for one in asked
            if name in one.values and name in before[one.question.id]
        ]
        if pairs:
            found[name] = paired_difference(*zip(*pairs, strict=True))
    return found
