"""The step that takes a thumb up or down, and the reason for the latter. A rating is no question."""

from __future__ import annotations

import re
from dataclasses import replace

from handlers import messages_doors
from handlers.answers import AnswerStatus, Choice, QuestionKind, Rating
from handlers.composed import Composed
from handlers.followups import chosen
from handlers.pipeline import Draft, settle
from handlers.state import ConversationState
from knowledge.text import fold

_UP, _DOWN = messages_doors.RATINGS
# What may be typed instead of pressing: the thumb of any skin, its words, and how Zalo writes it.
_TYPED = {
    _UP: ("hữu ích", "có ích", f"{_UP} hữu ích", "/-strong"),
    _DOWN: ("không hữu ích", "chưa hữu ích", f"{_DOWN} chưa hữu ích", "/-weak"),
}
_MEANS = {fold(words): value for value, wordings in _TYPED.items() for words in (value, *wordings)}
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f]")
_REASONS = tuple(Choice(str(place), reason) for place, reason in enumerate(messages_doors.REASONS, start=1))


def take_up_rating(draft: Draft) -> Draft:
    """Keep what the citizen thinks of an answer: the one under the button, else the last."""
    value = _MEANS.get(fold(_SKIN.sub("", draft.query)), "")
    reason = "" if value else _reason(draft)
    if not value and not reason:
        return draft
    draft = replace(draft, kind=QuestionKind.GREETING)
    if not draft.receipt:
        return settle(draft, AnswerStatus.GREETING, Composed((messages_doors.NOT_RATED,)), after=draft.state)
    rated = draft.rateable(draft.question.about or (draft.state.rated if reason else 0))
    if rated is None:
        told = Composed((messages_doors.NOTHING_TO_RATE,))
        return settle(draft, AnswerStatus.GREETING, told, after=draft.state)
    draft = replace(draft, rating=Rating(rated.number, value or _DOWN, reason))
    if reason:
        return _told(draft, _wanting(draft), messages_doors.REASON_KEPT)
    if value == _UP:
        told_up = messages_doors.RATED_AGAIN if rated.rating else messages_doors.RATED_UP
        return _told(draft, replace(draft.state, rated=0), told_up)
    if rated.rating == _DOWN:
        return _told(draft, _wanting(draft), messages_doors.RATED_AGAIN)
    return _asked_why(draft)


def _reason(draft: Draft) -> str:
    """Return the reason that was given: pressed under its answer, or typed while reasons are on offer."""
    pressed = bool(draft.question.about) and draft.query in messages_doors.REASONS
    taken = chosen(draft.query, _REASONS) if draft.state.rated else None
    return draft.query if pressed else taken.label if taken else ""


def _asked_why(draft: Draft) -> Draft:
    numbered = "\n".join(f"{reason.key}. {reason.label}" for reason in _REASONS)
    draft = _told(
        draft, _wanting(draft), f"{messages_doors.WHAT_WAS_WRONG}\n{numbered}", messages_doors.OR_STAFF
    )
    if draft.answer is None or draft.rating is None:
        raise RuntimeError("a thumb down was not answered")
    return replace(draft, answer=replace(draft.answer, asks_reason=True, number=draft.rating.number))


def _wanting(draft: Draft) -> ConversationState:
    """Return the state after a thumb down; a number that is typed now chooses a reason."""
    number = draft.rating.number if draft.rating else 0
    return replace(draft.state, choices=(), asked="", asked_facets=(), rated=number)


def _told(draft: Draft, after: ConversationState, *sections: str) -> Draft:
    draft = settle(draft, AnswerStatus.GREETING, Composed(sections), after=after)
    # Choices that are still on offer are not shown again.
    return replace(draft, answer=replace(draft.answer, choices=()) if draft.answer else None)
