"""
Buttons: the short ASCII text that stands behind each, and what it means when it comes back.

A press names the procedure or the answer it stood under, so that it means the same however old the
message is. At most 64 bytes, which is what Telegram takes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.messaging.model import Button
from handlers import messages, messages_doors, messages_facts
from handlers.answers import Choice
from knowledge.passages import Facet

_CHOICE, _FACET, _STAFF, _RATING, _REASON = "c", "f", "s", "r", "w"
_FULL = "full"
# Numbers fit into the store's 64 bits.
_PRESS = re.compile(r"s|c:[\w.]{0,32}:\d{1,18}|f:[\w.]{1,32}:\w+|[rw]:\d{1,18}:\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press as the core understands it: the text it stands for, and the answer it belongs to."""

    text: str
    about: int = 0


def choice_button(place: int, choice: Choice, number: int) -> Button:
    """Return the button of the choice at *place*, from 1, under answer *number*."""
    return Button(f"{place}. {choice.label}", f"{_CHOICE}:{choice.key}:{number}")


def facet_button(code: str, facet: Facet) -> Button:
    """Return the button that asks for one more facet of *code*."""
    name = messages_facts.SHORT_NAMES[facet]
    return Button(name[:1].upper() + name[1:], f"{_FACET}:{code}:{facet.value}")


def full_button(code: str) -> Button:
    """Return the button that asks for all of *code*."""
    return Button(messages_doors.FULL_BUTTON, f"{_FACET}:{code}:{_FULL}")


def staff_button() -> Button:
    """Return the button that hands over to an officer."""
    return Button(messages_doors.STAFF_BUTTON, _STAFF)


def rating_buttons(number: int) -> tuple[Button, ...]:
    """Return thumbs up and down under answer *number*."""
    pairs = zip(messages_doors.RATING_BUTTONS, messages_doors.RATINGS, strict=True)
    return tuple(Button(label, f"{_RATING}:{number}:{i}") for i, (label, _) in enumerate(pairs))


def reason_buttons(number: int) -> tuple[Button, ...]:
    """Return the reasons for a thumb down under answer *number*."""
    return tuple(Button(reason, f"{_REASON}:{number}:{i}") for i, reason in enumerate(messages_doors.REASONS))


def pressed(press: str) -> Pressed | None:
    """
    Return what *press* stands for; None when it is none of ours.

    >>> pressed("f:1.004194:fee")
    Pressed(text='phí của thủ tục 1.004194', about=0)
    >>> pressed("c:1.004194:17")
    Pressed(text='1.004194', about=17)
    >>> pressed("delete everything") is None
    True
    """
    if _PRESS.fullmatch(press) is None:  # anybody can send anything
        return None
    kind, _, rest = press.partition(":")
    subject, _, detail = rest.partition(":")
    if kind == _STAFF:
        return Pressed(messages.TALK_TO_STAFF)
    if kind == _CHOICE and detail.isdecimal():
        return Pressed(subject or messages.NONE_OF_THESE, int(detail))
    if kind == _FACET and detail == _FULL:
        return Pressed(f"{messages.FULL} thủ tục {subject}")
    if kind == _FACET and detail in messages_facts.SHORT_NAMES:
        return Pressed(f"{messages_facts.SHORT_NAMES[Facet(detail)]} của thủ tục {subject}")
    if kind in (_RATING, _REASON) and subject.isdecimal() and detail.isdecimal():
        texts = messages_doors.RATINGS if kind == _RATING else messages_doors.REASONS
        return Pressed(texts[int(detail)], int(subject)) if int(detail) < len(texts) else None
    return None
