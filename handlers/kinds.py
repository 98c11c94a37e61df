"""
What sort of question it is, over accented and accent-less text.

The phrases are data (``lexicon/kinds.yaml``), in the order in which they are asked. They are whole
phrases on purpose: fire, gold, explosives, fines and passwords are words of procedure names too, and
what no phrase names is left to the search, which knows what the office has published.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from handlers.answers import QuestionKind
from handlers.facets import asks_beside, named
from handlers.followups import content_of
from handlers.foreign import is_foreign_greeting
from handlers.lexicons import phrase_list, read_lexicon
from knowledge.keyboard import is_syllable
from knowledge.passages import Facet
from knowledge.phrases import PhraseBook, typed_syllables
from knowledge.spelling import Syllable

# "Chào em, cho hỏi làm khai sinh cần gì" greets and asks; with this many words of its own it asks.
_GREETING_AT_MOST = 2
# A swear word with its middle hidden ("c*c"); figures are sums ("2*3").
_MASKED = re.compile(r"(?<![\w*])[^\W\d_]{1,3}\*+[^\W\d_]{1,3}(?![\w*])")


class Greeting(StrEnum):
    """What a greeting wants."""

    HELLO = "hello"
    THANKS = "thanks"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: QuestionKind
    says: PhraseBook
    alone: PhraseBook  # says so only where nothing else is said
    unless: PhraseBook

    def holds(self, typed: tuple[Syllable, ...]) -> bool:
        if self.unless.find(typed):
            return False
        if self.alone.find(typed) and not content_of(typed, self.alone):
            return True
        if not self.says.find(typed):
            return False
        if self.kind is not QuestionKind.GREETING:
            return True
        if asks_beside(typed, self.says.find(typed)):
            return False
        return len(content_of(typed, self.says)) <= _GREETING_AT_MOST


def recognise(text: str) -> QuestionKind:
    """
    Return the kind of *text*; a procedure unless a phrase says otherwise.

    >>> str(recognise("tham duyet phong chay chua chay can giay to gi"))
    'procedure'
    >>> str(recognise("quên mật khẩu VNeID"))
    'portal_help'
    """
    if _MASKED.search(text):
        return QuestionKind.ABUSE
    typed = typed_syllables(text)
    if _abroad().holds(typed):
        return QuestionKind.OUT_OF_SCOPE
    kind = next((rule.kind for rule in _rules() if rule.holds(typed)), QuestionKind.PROCEDURE)
    is_greeting = kind is QuestionKind.PROCEDURE and is_foreign_greeting(text)
    return QuestionKind.GREETING if is_greeting else kind


def greeting_of(text: str) -> Greeting:
    """Say which greeting *text* is; help is offered to whatever is neither hello nor thanks."""
    found = _greetings().labels(typed_syllables(text))
    if found:
        return Greeting(found[0])
    return Greeting.HELLO if is_foreign_greeting(text) else Greeting.HELP


def is_emergency(text: str) -> bool:
    """Say whether *text* is a cry for help; that comes before every other question."""
    typed = typed_syllables(text)
    return any(rule.holds(typed) for rule in _emergency())


def is_abroad(text: str) -> bool:
    """Say whether *text* asks for a paper that another country issues."""
    return _abroad().holds(typed_syllables(text))


def is_unreadable(text: str) -> bool:
    """Say whether *text* holds letters or figures, and not one Vietnamese syllable ("asdfgh")."""
    typed = typed_syllables(text)
    return bool(typed) and not any(is_syllable(word.folded) for word in typed)


def asks_beside_law(text: str) -> bool:
    """Say whether *text* asks for a part of a procedure, and not only whether something is lawful."""
    return bool(set(named(text)) - {Facet.CONDITIONS, Facet.LEGAL})


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _rule(QuestionKind(label), entry)
        for label, entries in read_lexicon("kinds").items()
        for entry in _groups(entries)
    )


@lru_cache(maxsize=1)
def _greetings() -> PhraseBook:
    entries = read_lexicon("greetings")
    return PhraseBook({str(label): phrase_list(phrases) for label, phrases in entries.items()})


@lru_cache(maxsize=1)
def _emergency() -> tuple[_Rule, ...]:
    groups = _groups(read_lexicon("emergency")["cry"])
    return tuple(_rule(QuestionKind.OUT_OF_SCOPE, group) for group in groups)


@lru_cache(maxsize=1)
def _abroad() -> _Rule:
    return _rule(QuestionKind.OUT_OF_SCOPE, read_lexicon("abroad"))


def _groups(entries: object) -> list[object]:
    return entries if isinstance(entries, list) else [entries]


def _rule(kind: QuestionKind, entry: object) -> _Rule:
    if not isinstance(entry, dict):
        raise ValueError(f"kinds.yaml: {kind} holds no phrases")
    says, alone, unless = (phrase_list(entry.get(part)) for part in ("says", "alone", "unless"))
    # A slip must not turn a decent message into a rude one.
    forgiving = kind is not QuestionKind.ABUSE
    return _Rule(
        kind,
        says=PhraseBook({kind: says}, forgiving=forgiving),
        alone=PhraseBook({kind: alone}, forgiving=True),
        unless=PhraseBook({kind: unless}, forgiving=True),
    )
