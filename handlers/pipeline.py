"""
A draft and the steps it goes through. The first step that settles the answer ends the run.

A step is a function from draft to draft and changes nothing else; what it has to say to staff it
leaves in ``note``. The run keeps each step's name, milliseconds and note.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from handlers.answers import Answer, AnswerStatus, Question, QuestionKind, Rating, StepTrace
from handlers.composed import Composed
from handlers.exchanges import RateableAnswer, WaitingQuestion
from handlers.state import NOTHING_IN_HAND, ConversationState
from index.cards import ProcedureCard
from index.ranking import Candidate, Ranking
from knowledge.passages import Facet, RecordKind
from knowledge.records import QA, Contact, Guide, Office, Procedure, ProcedureType


class Records(Protocol):
    """The records of one generation (``index.snapshot.RecordSnapshot``)."""

    @property
    def cards(self) -> Mapping[str, ProcedureCard]: ...
    @property
    def procedure(self) -> Callable[[str], Procedure | None]: ...
    def contact(self, key: str) -> Contact | None: ...
    def guide(self, key: str) -> Guide | None: ...
    def qa(self, key: str) -> QA | None: ...
    def contacts(self) -> tuple[Contact, ...]: ...
    def guides(self) -> tuple[Guide, ...]: ...
    def office(self) -> Office | None: ...


class Published(Protocol):
    """One generation (``index.generation.Generation``)."""

    @property
    def generation_id(self) -> str: ...
    @property
    def records(self) -> Records: ...


class Searching(Protocol):
    """What answers are looked up with (``index.search.Searcher``)."""

    @property
    def generation(self) -> Published: ...
    def rank(self, query: str, top_k: int = 10, *, provinces: Collection[str] = ()) -> Ranking: ...


def _unknown_now(_: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Draft:
    """
    One question on its way to an answer.

    Attributes:
        searcher: Taken once per question, so that an index swapped meanwhile cannot mix in.
        receipt: Reserved for this question; shown only when it goes to staff. "" when it cannot go there.
        told_of: What may be told of the question with the given receipt; "" when there is none, None
            when nobody can know now.
        offered: The choices that the answer with the given number offered, 0 being the last that offered
            any, with the question they belong to; None when there are none.
        rateable: The answer of the given number, 0 being the last; None when it is not this conversation's.
        waiting: The question in these words that waits for an officer already; None when there is none.
        rating: What the message says of an earlier answer; such a message is no question and not stored.
        hands_over: Number of the earlier question that goes to staff instead of this one; 0 for this one.
        redacted: The question without personal numbers, the only form that is stored.
        hides: Whether something personal was taken out of the question.
        query: What is searched with: like ``redacted``, without the placeholders.
        code: The procedure to quote, once it is known.
        confidence: That ``code`` is the procedure meant, 0..1.
        candidates: Of the ranking, the ones still in play.
        after: The conversation's state when this answer is sent.
    """

    question: Question
    searcher: Searching
    state: ConversationState
    today: date
    receipt: str
    told_of: Callable[[str], str | None] = _unknown_now
    offered: Callable[[int], ConversationState | None] = _unknown_now
    rateable: Callable[[int], RateableAnswer | None] = _unknown_now
    waiting: Callable[[str], WaitingQuestion | None] = _unknown_now
    rating: Rating | None = None
    hands_over: int = 0
    redacted: str = ""
    hides: bool = False
    query: str = ""
    kind: QuestionKind = QuestionKind.PROCEDURE
    facets: tuple[Facet, ...] = ()
    full: bool = False
    code: str = ""
    confidence: float = 0.0
    ranking: Ranking | None = None
    candidates: tuple[Candidate, ...] = ()
    answer: Answer | None = None
    after: ConversationState = NOTHING_IN_HAND
    note: str = ""
    trace: tuple[StepTrace, ...] = ()

    @property
    def records(self) -> Records:
        return self.searcher.generation.records

    def public_procedure(self, code: str) -> Procedure | None:
        """Return the procedure of *code*; None when there is none that a citizen may see."""
        procedure = self.records.procedure(code) if code else None
        return procedure if procedure and procedure.is_public else None

    def is_public(self, code: str) -> bool:
        """Say whether there is a procedure of *code* that a citizen may see; its record is not read."""
        card = self.records.cards.get(code)
        return card is not None and card.procedure_type is not ProcedureType.INTERNAL


Step = Callable[[Draft], Draft]


def run(steps: Sequence[Step], draft: Draft) -> Draft:
    """Return *draft* after the first step that settled its answer, or after the last one."""
    # Copying a draft of so many fields is what most steps would cost: it is done where something changes.
    trace: list[StepTrace] = []
    for step in steps:
        started = time.perf_counter()
        draft = step(replace(draft, note="") if draft.note else draft)
        trace.append(StepTrace(step.__name__, round((time.perf_counter() - started) * 1000, 3), draft.note))
        if draft.answer is not None:
            break
    return replace(draft, trace=(*draft.trace, *trace))


def settle(
    draft: Draft,
    status: AnswerStatus,
    composed: Composed,
    *,
    after: ConversationState = NOTHING_IN_HAND,
    receipt: bool = False,
    used: Candidate | None = None,
    greets: bool = False,
) -> Draft:
    """Return *draft* with its answer; without *after* the conversation has nothing in hand any more."""
    answer = Answer(
        status=status,
        kind=draft.kind,
        text=composed.text,
        sections=composed.sections,
        facets=draft.facets,
        codes=ranked_codes(draft),
        choices=after.choices,
        confidence=draft.confidence,
        sources=(composed.source,) if composed.source else (),
        receipt=draft.receipt if receipt else "",
        more=composed.more,
        generation=draft.searcher.generation.generation_id,
        hits_used=tuple(hit.passage_id for hit in used.hits) if used else (),
        hits_rejected=_rejected(draft, used),
        code=draft.code if composed.source and composed.source.key == draft.code else "",
        greets=greets,
    )
    return replace(draft, answer=answer, after=after)


def ranked_codes(draft: Draft) -> tuple[str, ...]:
    """Return the procedure codes of *draft*, the one quoted first, at most 10."""
    from_ranking = [candidate.key for candidate in draft.candidates if candidate.kind is RecordKind.PROCEDURE]
    codes = [draft.code, *from_ranking] if draft.code else from_ranking
    return tuple(dict.fromkeys(codes))[:10]


def _rejected(draft: Draft, used: Candidate | None) -> tuple[str, ...]:
    if draft.ranking is None:
        return ()
    others = [hit for candidate in draft.ranking.candidates if candidate != used for hit in candidate.hits]
    return tuple(dict.fromkeys(hit.passage_id for hit in (*others, *draft.ranking.rejected)))
