"""Which contacts answer a question, and which number to name where a record is silent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from handlers.lexicons import phrase_list, read_lexicon
from knowledge.phrases import PhraseBook, typed_syllables
from knowledge.records import Contact, Office
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


def asks_for_office(question: str) -> bool:
    """Say whether *question* is about the office itself: its hours, address or reception of citizens."""
    return bool(_book("says").find(typed_syllables(question)))


def hotlines(contacts: Sequence[Contact], office: Office | None) -> tuple[Contact, ...]:
    """Return the contacts to ask about any procedure: the office's own desk first, then nationwide ones."""
    with_number = [contact for contact in contacts if contact.phones]
    desk = [
        contact for contact in with_number if office and _is_desk(contact) and _is_valid_in(contact, office)
    ]
    return (*desk, *(contact for contact in with_number if not contact.unit))


def published_numbers(contacts: Sequence[Contact]) -> tuple[str, ...]:
    """Return every telephone number in *contacts*, as published."""
    return tuple(phone.number for contact in contacts for phone in contact.phones)


def _is_desk(contact: Contact) -> bool:
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


@lru_cache(maxsize=2)
def _book(name: str) -> PhraseBook:
    return PhraseBook({name: phrase_list(read_lexicon("office")[name])})
