"""
Curated phrases of citizens' language, found however they are typed.

The phrases live in YAML files for a clerk to edit (``lexicon/`` here and in ``handlers/``), written with
full accents: ``(a|b)`` stands for either, ``(a|)`` for a or nothing, ``…`` for up to ``GAP`` syllables, and
a leading ``=`` asks that the phrase be typed with its accents, for words that become another word without.

But: no meaning here; what a phrase says is the business of whoever reads the file.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from knowledge.keyboard import read_keys
from knowledge.shorthand import write_out
from knowledge.text import clean, fold

GAP = 6
_LAST_TYPED = 16

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_PIECES = re.compile(r"[()|…]|[^\W_]+")
_SYLLABLE = re.compile(r"[^\W_]+")
_STOP_FINAL = re.compile(r"(?:p|t|c|ch)$")


@dataclass(frozen=True, slots=True)
class Syllable:
    """
    One syllable as typed or as curated.

    ``letters`` keeps the vowel marks and loses the tone; ``tone`` is the combining mark or "". Apart
    like this, "hoà" equals "hòa", and so does "giâý" (a slip of the thumb) equal "giấy".
    """

    letters: str
    tone: str
    folded: str

    def is_meant_by(self, typed: Syllable) -> bool:
        """Say whether *typed* may stand for this syllable: the same, or typed without its marks."""
        if typed.folded != self.folded:
            return False
        if typed.letters == self.letters and typed.tone == self.tone:
            return True
        if not typed.tone and typed.letters == typed.folded:
            return True
        # A syllable that ends in a stop always carries a tone: "hêt" can only be "hết" with its
        # tone lost, while "đâu" and "đầu" are two words.
        return not typed.tone and typed.letters == self.letters and bool(_STOP_FINAL.search(self.folded))


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found: its label and the syllables it covers, ``start`` to before ``end``."""

    label: str
    start: int
    end: int


# A pattern is a sequence of syllables, of groups (of which one option is typed) and of gaps.
_Pattern = tuple["_Element", ...]


@dataclass(frozen=True, slots=True)
class _Group:
    options: tuple[_Pattern, ...]


class _Gap:
    """Up to ``GAP`` syllables of any kind."""


_Element = Syllable | _Group | _Gap


@dataclass(frozen=True, slots=True)
class _Phrase:
    label: str
    pattern: _Pattern
    strict: bool


@lru_cache(maxsize=8192)
def syllable(text: str) -> Syllable:
    """
    Return *text*, one syllable, taken apart.

    >>> syllable("giâý") == syllable("Giấy")
    True
    """
    decomposed = unicodedata.normalize("NFD", text.lower().replace("ð", "đ"))
    tone = "".join(c for c in decomposed if c in _TONES)
    letters = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _TONES))
    return Syllable(letters, tone, fold(text))


# Every step looks at the same message; a few are kept, never many: they are citizens' words.
@lru_cache(maxsize=_LAST_TYPED)
def typed_syllables(text: str) -> tuple[Syllable, ...]:
    """Return the syllables of *text* in order, shorthand written out ("bn tiền j" → "bao nhiêu tiền gì")."""
    found = _SYLLABLE.findall(read_keys(clean(text)).lower())
    return tuple(syllable(word) for word in write_out(found))


class PhraseBook:
    """
    Phrases by label, ready to be found in a typed text.

    >>> book = PhraseBook({"fee": ["hết (bao nhiêu|mấy) tiền"], "where": ["=ở mô"]})
    >>> [match.label for match in book.find(typed_syllables("lam het may tien o mo"))]
    ['fee']
    """

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        self._by_first: dict[str, list[_Phrase]] = defaultdict(list)
        for label, entries in phrases.items():
            for entry in entries:
                phrase = _Phrase(label, _parsed(entry.removeprefix("=")), entry.startswith("="))
                for first in _firsts(phrase.pattern, entry):
                    self._by_first[first].append(phrase)

    def find(self, typed: tuple[Syllable, ...]) -> tuple[Match, ...]:
        """Return every phrase in *typed*, in text order; overlapping ones are all there."""
        return tuple(
            Match(phrase.label, start, max(ends))
            for start, first in enumerate(typed)
            for phrase in self._by_first.get(first.folded, ())
            if (ends := _ends(phrase.pattern, typed, start, phrase.strict))
        )

    def labels(self, typed: tuple[Syllable, ...]) -> tuple[str, ...]:
        """Return the labels found in *typed*, each once, in text order."""
        return tuple(dict.fromkeys(match.label for match in self.find(typed)))


def covered(matches: Iterable[Match]) -> set[int]:
    """Return the positions of the syllables that *matches* cover."""
    return {position for match in matches for position in range(match.start, match.end)}


def _parsed(entry: str) -> _Pattern:
    pieces = _PIECES.findall(entry.lower())
    return _parsed_until(pieces, 0, closing=False)[0]


def _parsed_until(pieces: list[str], position: int, *, closing: bool) -> tuple[_Pattern, int]:
    """Return the pattern from *position* and where it ends: at ")" or "|" in a group, else at the end."""
    pattern: list[_Element] = []
    while position < len(pieces):
        piece = pieces[position]
        if piece in ")|":
            if not closing:
                raise ValueError(f"{' '.join(pieces)!r} has {piece!r} outside a bracket")
            break
        if piece == "(":
            group, position = _parsed_group(pieces, position + 1)
            pattern.append(group)
        else:
            pattern.append(_Gap() if piece == "…" else syllable(piece))
            position += 1
    return tuple(pattern), position


def _parsed_group(pieces: list[str], position: int) -> tuple[_Group, int]:
    options: list[_Pattern] = []
    while position < len(pieces):
        option, position = _parsed_until(pieces, position, closing=True)
        options.append(option)
        position += 1  # past "|" or ")"
        if pieces[position - 1 : position] == [")"]:
            return _Group(tuple(options)), position
    raise ValueError(f"{' '.join(pieces)!r} opens a bracket that it does not close")


def _firsts(pattern: _Pattern, entry: str) -> set[str]:
    """Return the folded syllables that *pattern* may begin with."""
    firsts: set[str] = set()
    for element in pattern:
        if isinstance(element, Syllable):
            return firsts | {element.folded}
        if isinstance(element, _Gap):
            break
        firsts |= {first for option in element.options if option for first in _firsts(option, entry)}
        if all(element.options):
            return firsts
    raise ValueError(f"{entry!r} must begin with a word: nothing, or a gap, would match everywhere")


def _ends(pattern: _Pattern, typed: tuple[Syllable, ...], start: int, strict: bool) -> set[int]:
    """Return every position at which *pattern*, begun at *start*, may end; empty when it is not there."""
    ends = {start}
    for element in pattern:
        ends = {after for end in ends for after in _after(element, typed, end, strict)}
    return ends


def _after(element: _Element, typed: tuple[Syllable, ...], start: int, strict: bool) -> Iterable[int]:
    if isinstance(element, _Gap):
        return range(start, min(start + GAP, len(typed)) + 1)
    if isinstance(element, _Group):
        return set().union(*(_ends(option, typed, start, strict) for option in element.options))
    if start < len(typed) and element.is_meant_by(typed[start]) and not (strict and element != typed[start]):
        return (start + 1,)
    return ()
