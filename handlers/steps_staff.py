"""What gives a question to staff: a person is asked for, no choice fits, or nothing was found."""

from __future__ import annotations

from dataclasses import replace

from handlers import messages_staff
from handlers.answers import AnswerStatus, QuestionKind
from handlers.composed import Composed
from handlers.followups import chosen, content_of
from handlers.pipeline import Draft, settle
from handlers.state import ConversationState
from knowledge.phrases import typed_syllables

_A_PERSON = {"gap", "chuyen", "nguoi", "that", "nhan", "vien"}


def hand_over_to_a_person(draft: Draft) -> Draft:
    """The citizen asked for an officer; after a thumb down it is the question answered so that they get."""
    if draft.kind is not QuestionKind.HUMAN:
        return draft
    rated = draft.rateable(draft.state.rated) if draft.state.rated and _asks_for_no_more(draft) else None
    if rated and rated.is_answered_by_officer:
        draft = replace(draft, redacted=rated.asked)
    elif rated:
        draft = replace(draft, hands_over=rated.number, receipt=rated.receipt or draft.receipt)
    elif _asks_for_no_more(draft):
        return hand_to_staff(draft, AnswerStatus.UNANSWERABLE_HANDED_OVER, is_bare=True)
    return hand_to_staff(draft, AnswerStatus.UNANSWERABLE_HANDED_OVER)


def none_of_these(draft: Draft, asked: str) -> Draft:
    """Give the question *asked*, to which no choice was the answer, to staff; once is enough."""
    waiting = draft.waiting(asked)
    if waiting is None:
        return hand_to_staff(replace(draft, redacted=asked), AnswerStatus.UNANSWERABLE_NOT_FOUND)
    draft = replace(draft, hands_over=waiting.number, receipt=waiting.receipt)
    told = Composed((messages_staff.handed_over_before(waiting.receipt),))
    after = without_choices(draft.state)
    return settle(draft, AnswerStatus.UNANSWERABLE_HANDED_OVER, told, after=after, receipt=True)


def handed_over_before(draft: Draft) -> str | None:
    """Return the question that a number typed once more, for "none of these", would hand over again."""
    offered = None if draft.state.choices else draft.offered(0)
    choice = chosen(draft.query, offered.choices) if offered else None
    is_again = offered and choice and not choice.key and draft.waiting(offered.asked)
    return offered.asked if offered and is_again else None


def hand_to_staff(draft: Draft, status: AnswerStatus, *, is_bare: bool = False) -> Draft:
    """
    Give the question to staff and tell the citizen its receipt; what is in hand stays.

    *is_bare*: it says nothing but that an officer is wanted; what was asked before and after tells more.
    """
    told = messages_staff.handed_over(draft.receipt, is_bare=is_bare)
    if status is AnswerStatus.UNANSWERABLE_LEGAL:
        told = messages_staff.legal_question(draft.receipt)
    if draft.kind is QuestionKind.COMPLAINT:
        told = messages_staff.complaint_handed_over(draft.receipt)
    after = replace(without_choices(draft.state), awaits_matter=is_bare and bool(draft.receipt))
    return settle(draft, status, Composed((told,)), after=after, receipt=True)


def _asks_for_no_more(draft: Draft) -> bool:
    """Say whether a message that asks for an officer names no matter of its own."""
    return {word.folded for word in content_of(typed_syllables(draft.query))} <= _A_PERSON


def without_choices(state: ConversationState) -> ConversationState:
    """Return *state* without what was valid for one message only; the procedure stays in hand."""
    return replace(state, choices=(), asked="", asked_facets=(), rated=0, awaits_matter=False)
