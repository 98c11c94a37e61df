"""Which contacts answer a question, and which number to name where a record is silent."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from handlers.lexicons import phrase_list, read_lexicon
from knowledge.phrases import PhraseBook, typed_syllables
from knowledge.records import Contact, Guide, Office
from knowledge.text import fold, syllables

# Of a phrase in ``Contact.about`` and the question, at least this share of the words must agree.
_LEAST_AGREEMENT = 0.5
# Contacts nearly as good as the best are named too.
_NEARLY = 0.85


def best_contacts(question: str, contacts: Sequence[Contact]) -> tuple[Contact, ...]:
    """Return the *contacts* that answer for what *question* names, best first; ``()`` for none."""
    asked = _words(question)
    scored = [
        (max(_agreement(asked, text) for text in (contact.name, *contact.about)), contact)
        for contact in contacts
    ]
    best = max((score for score, _ in scored), default=0.0)
    near = [pair for pair in scored if pair[0] >= max(_LEAST_AGREEMENT, best * _NEARLY)]
    return tuple(contact for _, contact in sorted(near, key=lambda pair: -pair[0]))


class Wish(StrEnum):
    """What of a contact or an office is asked for."""

    RECEPTION = "reception"  # when citizens are received by the chairman
    HOURS = "hours"
    ADDRESS = "address"
    NUMBER = "number"
    ANY = "any"


def wish_of(question: str) -> Wish:
    """Return what *question* asks for of an office; the first that it names, else anything."""
    typed = typed_syllables(question)
    return next((wish for wish in Wish if wish is not Wish.ANY and _book(wish).find(typed)), Wish.ANY)


def asks_for_office(question: str) -> bool:
    """Say whether *question* is about the office itself: its hours, address, reception, how to reach it."""
    wish = wish_of(question)
    if wish is Wish.ANY:
        return bool(_book("contact").find(typed_syllables(question)))
    return wish in (Wish.HOURS, Wish.RECEPTION, Wish.ADDRESS)


def asked_in_guide(question: str, guides: Sequence[Guide]) -> Guide | None:
    """Return the guide that has *question* among its own, in nearly these words; None when none has."""
    asked = _words(question)
    scored = [
        (max(_agreement(asked, text) for text in (guide.title, *guide.questions)), guide) for guide in guides
    ]
    best, guide = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return guide if best >= _LEAST_AGREEMENT else None


def complaints_guide(guides: Sequence[Guide]) -> Guide | None:
    """Return the guide on petitions and complaints, known by its title; None when there is none."""
    return next((guide for guide in guides if _book("complaints").find(typed_syllables(guide.title))), None)


def hotlines(contacts: Sequence[Contact], office: Office | None) -> tuple[Contact, ...]:
    """Return the contacts to ask about any procedure: the office's own desk first, then nationwide ones."""
    with_number = [contact for contact in contacts if contact.phones]
    desk = [
        contact for contact in with_number if office and is_desk(contact) and _is_valid_in(contact, office)
    ]
    return (*desk, *(contact for contact in with_number if not contact.unit))


def published_numbers(contacts: Sequence[Contact]) -> tuple[str, ...]:
    """Return every telephone number in *contacts*, as published."""
    return tuple(phone.number for contact in contacts for phone in contact.phones)


def is_desk(contact: Contact) -> bool:
    """Say whether *contact* takes questions on every procedure, and not on its own field only."""
    named = " ".join((contact.name, *contact.about))
    return bool(_book("desk").find(typed_syllables(named)))


def _is_valid_in(contact: Contact, office: Office) -> bool:
    """Say whether *contact* belongs to *office*, whichever of the two is named at more length."""
    unit, name = fold(contact.unit), fold(office.name)
    return bool(unit) and (unit in name or name in unit)


def agreement(first: str, second: str) -> float:
    """Return how far two texts share their words, 0..1: the harmonic mean of both shares."""
    return _agreement(_words(first), second)


def _agreement(asked: set[str], text: str) -> float:
    """Return the harmonic mean of what *text* has of the question and the question has of *text*, 0..1."""
    words = _words(text)
    shared = len(asked & words)
    return 2 * shared / (len(asked) + len(words)) if shared else 0.0


def _words(text: str) -> set[str]:
    written_out = [word.folded for word in typed_syllables(text)]
    return set(written_out or syllables(fold(text)))


@lru_cache(maxsize=8)
def _book(name: str) -> PhraseBook:
    return PhraseBook({name: phrase_list(read_lexicon("office")[name])})
