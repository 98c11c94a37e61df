"""An answer as a reply: its sections, and the buttons that go with it."""

from __future__ import annotations

from bot.messaging.model import Reply
from bot.messaging.presses import (
    choice_button,
    facet_button,
    full_button,
    rating_buttons,
    reason_buttons,
    staff_button,
)
from handlers.answers import Answer, AnswerStatus

# Only what quotes something published is worth a rating.
_RATED = (AnswerStatus.ANSWERED, AnswerStatus.GUIDE, AnswerStatus.CONTACT)


def reply_of(answer: Answer, notice: str = "") -> Reply:
    """
    Return *answer* as a reply; *notice* goes before it on first contact.

    Whose question is with staff is told that the answer comes the same way; see ``Reply.told``.
    """
    choices = tuple(
        choice_button(place, choice, answer.number) for place, choice in enumerate(answer.choices, start=1)
    )
    more = tuple(facet_button(answer.code, facet) for facet in answer.more) if answer.code else ()
    if more:
        more = (*more, full_button(answer.code))
    if answer.asks_reason:
        choices = (*reason_buttons(answer.number), staff_button())
    rated = answer.status in _RATED and answer.number > 0
    return Reply(
        answer.sections,
        notice,
        choices,
        more,
        rating_buttons(answer.number) if rated else (),
        with_staff=bool(answer.receipt),
    )
