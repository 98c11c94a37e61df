"""
What sort of question it is, over accented and accent-less text.

The phrases are data (``lexicon/kinds.yaml``), in the order in which they are asked. They are whole
phrases on purpose: fire, gold, explosives, fines and passwords are words of procedure names too, and
what no phrase names is left to the search, which knows what the office has published.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from handlers.answers import QuestionKind
from handlers.facets import asks_beside
from handlers.followups import content_of
from handlers.lexicons import phrase_list, read_lexicon
from knowledge.phrases import PhraseBook, typed_syllables
from knowledge.spelling import Syllable

# "Chào em, cho hỏi làm khai sinh cần gì" greets and asks; with this many words of its own it asks.
_GREETING_AT_MOST = 2


class Greeting(StrEnum):
    """What a greeting wants."""

    HELLO = "hello"
    THANKS = "thanks"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: QuestionKind
    says: PhraseBook
    unless: PhraseBook

    def holds(self, typed: tuple[Syllable, ...]) -> bool:
        if not self.says.find(typed) or self.unless.find(typed):
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
    typed = typed_syllables(text)
    return next((rule.kind for rule in _rules() if rule.holds(typed)), QuestionKind.PROCEDURE)


def greeting_of(text: str) -> Greeting:
    """Say which greeting *text* is; help is offered to whatever is neither hello nor thanks."""
    found = _greetings().labels(typed_syllables(text))
    return Greeting(found[0]) if found else Greeting.HELP


def is_emergency(text: str) -> bool:
    """Say whether *text* is a cry for help; that comes before every other question."""
    return _emergency().holds(typed_syllables(text))


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _rule(QuestionKind(label), entry)
        for label, entries in read_lexicon("kinds").items()
        for entry in (entries if isinstance(entries, list) else [entries])
    )


@lru_cache(maxsize=1)
def _greetings() -> PhraseBook:
    entries = read_lexicon("greetings")
    return PhraseBook({str(label): phrase_list(phrases) for label, phrases in entries.items()})


@lru_cache(maxsize=1)
def _emergency() -> _Rule:
    return _rule(QuestionKind.OUT_OF_SCOPE, read_lexicon("emergency"))


def _rule(kind: QuestionKind, entry: object) -> _Rule:
    if not isinstance(entry, dict):
        raise ValueError(f"kinds.yaml: {kind} holds no phrases")
    says, unless = (phrase_list(entry.get(part)) for part in ("says", "unless"))
    # A slip must not turn a decent message into a rude one.
    forgiving = kind is not QuestionKind.ABUSE
    return _Rule(
        kind, PhraseBook({kind: says}, forgiving=forgiving), PhraseBook({kind: unless}, forgiving=True)
    )
