"""
Questions and answers as they are stored: a row for each, and what is read back from one.

``conversation_reading.py`` has the SQL; staff read a ``StoredQuestion``, the page a ``PastExchange``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import accumulate
from typing import Any

import msgspec

from handlers import messages_staff
from handlers.answers import Answer, AnswerStatus, Choice, QuestionKind, Source, StepTrace
from handlers.state import ConversationState
from knowledge.passages import Facet


@dataclass(frozen=True, slots=True)
class OfficerAnswer:
    """What an officer wrote; ``officer`` may be "", ``revision`` counts from 1 for each question."""

    text: str
    officer: str
    on: date  # by this machine's clock
    revision: int = 1

    @property
    def again(self) -> bool:
        """Whether it corrects an earlier one."""
        return self.revision > 1


@dataclass(frozen=True, slots=True)
class Neighbour:
    """
    A question beside another one in its conversation, redacted, and the first line of what was told.

    ``asked_at`` is ISO 8601 in UTC; ``receipt`` is "" when it is not with staff.
    """

    asked: str
    told: str
    asked_at: str
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class StoredQuestion:
    """
    One question as staff see it, with the answer that was given.

    ``asked_at`` is ISO 8601 in UTC; ``receipt`` is "" when the question is not with staff; ``rating``
    one of ``messages_doors.RATINGS`` or ""; ``officer_answers`` has the earliest first. ``before`` and
    ``after`` are filled in where one question is looked up: what the citizen asked beside it.
    """

    receipt: str
    text: str
    kind: str
    status: str
    facets: tuple[str, ...]
    codes: tuple[str, ...]
    confidence: float
    asked_at: str
    generation: str
    answer: str
    sources: tuple[Source, ...]
    trace: tuple[StepTrace, ...]
    hits_used: tuple[str, ...]
    hits_rejected: tuple[str, ...]
    rating: str = ""
    reason: str = ""
    officer_answers: tuple[OfficerAnswer, ...] = ()
    before: tuple[Neighbour, ...] = ()
    after: tuple[Neighbour, ...] = ()


@dataclass(frozen=True, slots=True)
class PastExchange:
    """
    One question and what was answered, as the citizen's own page shows it.

    Attributes:
        number: Rises with every exchange of a conversation; that of the answer.
        asked: As stored: redacted, and for a button what it stands for.
        answer: As it was given, without its trace; choices only while they may still be taken.
        rating: One of ``messages_doors.RATINGS``; "" when not rated.
        reason: One of ``messages_doors.REASONS``; "" when none was given.
        receipt: Under which staff have it; "" when they have not.
        officer_answers: The earliest first.
    """

    number: int
    asked: str
    answer: Answer
    rating: str = ""
    reason: str = ""
    receipt: str = ""
    officer_answers: tuple[OfficerAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class RateableAnswer:
    """An answer that its conversation may rate; ``rating`` is the one it has, "" when none."""

    number: int
    asked: str
    rating: str
    receipt: str
    is_answered_by_officer: bool


@dataclass(frozen=True, slots=True)
class WaitingQuestion:
    """A question of a conversation that no officer has answered yet."""

    number: int
    receipt: str


def told_by_officer(question: StoredQuestion) -> str:
    """Return the officer's last answer as the citizen who asked reads it."""
    last = question.officer_answers[-1]
    return messages_staff.staff_answer(
        question.receipt, question.text, last.text, last.officer, last.on, again=last.again
    )


class _Trace(msgspec.Struct, frozen=True):
    steps: tuple[StepTrace, ...]
    hits_used: tuple[str, ...]
    hits_rejected: tuple[str, ...]


class _Officer(msgspec.Struct, frozen=True):
    text: str
    officer: str
    answered_at: str
    revision: int


_READ_BACK: tuple[Any, ...] = (_Trace, tuple[str, ...], tuple[Facet, ...], tuple[Choice, ...])
_READ_BACK += (tuple[Source, ...], list[int], list[_Officer])
# Made once, for all threads: see knowledge/codec.py.
_DECODERS: dict[Any, msgspec.json.Decoder[Any]] = {kind: msgspec.json.Decoder(kind) for kind in _READ_BACK}


# --- to be stored ----------------------------------------------------------------------------------


def question_row(pseudonym: str, redacted: str, answer: Answer, now: str) -> dict[str, object]:
    """Return the row of a question that *answer* answers."""
    return {
        "receipt": answer.receipt or None,
        "conversation": pseudonym,
        "text": redacted,
        "kind": answer.kind,
        "facets": _json(answer.facets),
        "status": answer.status,
        "asked_at": now,
        "generation": answer.generation,
        "codes": _json(answer.codes),
        "confidence": answer.confidence,
    }


def answer_row(answer: Answer, after: ConversationState) -> dict[str, object]:
    """Return the row of *answer*; *after* knows the question that its choices belong to."""
    trace = _Trace(answer.trace, answer.hits_used, answer.hits_rejected)
    return {
        "text": answer.text,
        "sources": _json(answer.sources),
        "trace": _json(trace),
        "code": answer.code,
        "choices": _json(answer.choices),
        "asked": after.asked if answer.choices else "",
        "asked_facets": _json(after.asked_facets if answer.choices else ()),
        "more": _json(answer.more),
        "section_lengths": _json([len(section) for section in answer.sections]),
    }


# --- read back -------------------------------------------------------------------------------------


def stored_question(row: Mapping[str, Any]) -> StoredQuestion:
    """Return what staff see of *row*."""
    trace = _decoded(row["trace"], _Trace)
    return StoredQuestion(
        receipt=row["receipt"] or "",
        text=row["text"],
        kind=row["kind"],
        status=row["status"],
        facets=_decoded(row["facets"], tuple[str, ...]),
        codes=_decoded(row["codes"], tuple[str, ...]),
        confidence=row["confidence"],
        asked_at=row["asked_at"],
        generation=row["generation"],
        answer=row["answer"],
        sources=_decoded(row["sources"], tuple[Source, ...]),
        trace=trace.steps,
        hits_used=trace.hits_used,
        hits_rejected=trace.hits_rejected,
        rating=row["rating"] or "",
        reason=row["reason"] or "",
        officer_answers=_officer_answers(row),
    )


def neighbour(row: Mapping[str, Any]) -> Neighbour:
    """Return what staff see of *row* beside another question."""
    return Neighbour(row["text"], row["answer"].partition("\n")[0], row["asked_at"], row["receipt"] or "")


def past_exchange(row: Mapping[str, Any]) -> PastExchange:
    """Return what the citizen's page shows of *row*, with the choices that were offered."""
    answer = Answer(
        status=AnswerStatus(row["status"]),
        kind=QuestionKind(row["kind"]),
        text=row["answer"],
        sections=_sections(row["answer"], _decoded(row["section_lengths"], list[int])),
        facets=_decoded(row["facets"], tuple[Facet, ...]),
        codes=_decoded(row["codes"], tuple[str, ...]),
        choices=_decoded(row["choices"], tuple[Choice, ...]),
        confidence=row["confidence"],
        sources=_decoded(row["sources"], tuple[Source, ...]),
        receipt=row["receipt"] or "",
        more=_decoded(row["more"], tuple[Facet, ...]),
        generation=row["generation"],
        number=row["id"],
        code=row["code"],
    )
    return PastExchange(
        number=row["id"],
        asked=row["text"],
        answer=answer,
        rating=row["rating"] or "",
        reason=row["reason"] or "",
        receipt=row["receipt"] or "",
        officer_answers=_officer_answers(row),
    )


def with_choices_of_last(
    past: tuple[PastExchange, ...], state: ConversationState
) -> tuple[PastExchange, ...]:
    """Return *past* with no choices but those that the last answer left in *state*."""
    bare = [replace(exchange, answer=replace(exchange.answer, choices=())) for exchange in past]
    if bare and state.choices:
        bare[-1] = replace(bare[-1], answer=replace(bare[-1].answer, choices=state.choices))
    return tuple(bare)


def offered_state(row: Mapping[str, Any]) -> ConversationState:
    """Return the choices of *row*, and the question that they belong to."""
    return ConversationState(
        choices=_decoded(row["choices"], tuple[Choice, ...]),
        asked=row["asked"],
        asked_facets=_decoded(row["asked_facets"], tuple[Facet, ...]),
    )


def rateable_answer(row: Mapping[str, Any]) -> RateableAnswer:
    """Return what is needed of *row* to rate its answer, or to hand its question over."""
    return RateableAnswer(
        number=row["id"],
        asked=row["text"],
        rating=row["rating"] or "",
        receipt=row["receipt"] or "",
        is_answered_by_officer=bool(row["answered"]),
    )


def _officer_answers(row: Mapping[str, Any]) -> tuple[OfficerAnswer, ...]:
    return tuple(
        OfficerAnswer(stored.text, stored.officer, local_day(stored.answered_at), stored.revision)
        for stored in _decoded(row["officer_answers"], list[_Officer])
    )


def local_day(moment: str) -> date:
    """Return the day of an ISO time as this machine's clock shows it."""
    return datetime.fromisoformat(moment).astimezone().date()


def _sections(text: str, lengths: list[int]) -> tuple[str, ...]:
    r"""
    Return *text* cut into sections of *lengths*, a blank line between each; whole when it cannot be.

    >>> _sections("một\n\nhai", [3, 3])
    ('một', 'hai')
    """
    starts = [0, *accumulate(length + len("\n\n") for length in lengths)]
    sections = tuple(text[start : start + length] for start, length in zip(starts, lengths, strict=False))
    return sections if "\n\n".join(sections) == text else (text,)


def _decoded(stored: str, kind: Any) -> Any:
    return _DECODERS[kind].decode(stored)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
