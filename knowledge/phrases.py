"""
Curated phrases of citizens' language, found however they are typed.

The phrases live in YAML files for a clerk to edit (``lexicon/`` here and in ``handlers/``), written with
full accents: ``(a|b)`` stands for either, ``(a|)`` for a or nothing, ``…`` for up to ``GAP`` syllables, and
a leading ``=`` asks that the phrase be typed with its accents, for words that become another word without.

But: no meaning here; what a phrase says is the business of whoever reads the file.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from knowledge.keyboard import read_keys
from knowledge.shorthand import write_out
from knowledge.spelling import Slips, Syllable, is_another_word, syllable
from knowledge.text import clean

GAP = 6
_LAST_TYPED = 16
# A phrase with a misspelt syllable has this many; more when the syllable is a word as it stands ("Lào").
_LEAST, _LEAST_BESIDE_A_WORD = 2, 3
_FURTHEST = 2 * GAP  # from the beginning of a phrase to a misspelt syllable in it

_PIECES = re.compile(r"[()|…]|[^\W_]+")
_SYLLABLE = re.compile(r"[^\W_]+")


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
    words: frozenset[str]  # folded
    needs: tuple[frozenset[str], ...]  # folded; of each, one must be typed

    def may_be_in(self, typed: frozenset[str]) -> bool:
        return not any(typed.isdisjoint(need) for need in self.needs)


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

    def __init__(self, phrases: Mapping[str, Iterable[str]], *, forgiving: bool = False) -> None:
        """*forgiving* books also find a phrase of two syllables or more in which one is misspelt."""
        self._by_first: dict[str, list[_Phrase]] = defaultdict(list)
        forgiven: set[Syllable] = set()
        for label, entries in phrases.items():
            for entry in entries:
                pattern, strict = _parsed(entry.removeprefix("=")), entry.startswith("=")
                words = set(_words(pattern))
                folded = frozenset(word.folded for word in words)
                phrase = _Phrase(label, pattern, strict, folded, tuple(_needs(pattern)))
                for first in _firsts(phrase.pattern, entry):
                    self._by_first[first].append(phrase)
                forgiven |= words if forgiving and not strict else set()
        self._slips = Slips(forgiven)

    def find(self, typed: tuple[Syllable, ...]) -> tuple[Match, ...]:
        """Return every phrase in *typed*, in text order; overlapping ones are all there."""
        # Following a pattern is slow; nearly every phrase lacks one of its words and is passed over.
        present = frozenset(word.folded for word in typed)
        exact = [
            Match(phrase.label, start, max(ends))
            for start, first in enumerate(typed)
            for phrase in self._by_first.get(first.folded, ())
            if phrase.may_be_in(present) and (ends := _ends(phrase.pattern, typed, start, phrase.strict))
        ]
        misspelt = [
            match
            for place, word in enumerate(typed)
            for meant in self._slips.meant_by(word)
            for match in self._find_at(place, meant, typed)
        ]
        if not misspelt:
            return tuple(exact)
        return tuple(sorted(dict.fromkeys(exact + misspelt), key=lambda match: match.start))

    def _find_at(self, place: int, meant: Syllable, typed: tuple[Syllable, ...]) -> Iterator[Match]:
        """Give the phrases that hold *meant* where *typed* has something else, at *place*."""
        mended = (*typed[:place], meant, *typed[place + 1 :])
        least = _LEAST_BESIDE_A_WORD if is_another_word(typed[place], meant) else _LEAST
        for start in range(max(place - _FURTHEST, 0), place + 1):
            for phrase in self._by_first.get(mended[start].folded, ()):
                if phrase.strict or meant.folded not in phrase.words:
                    continue
                end = max(_ends(phrase.pattern, mended, start, strict=False), default=start)
                if end > place and end - start >= least:
                    yield Match(phrase.label, start, end)

    def labels(self, typed: tuple[Syllable, ...]) -> tuple[str, ...]:
        """Return the labels found in *typed*, each once, in text order."""
        return tuple(dict.fromkeys(match.label for match in self.find(typed)))


def covered(matches: Iterable[Match]) -> set[int]:
    """Return the positions of the syllables that *matches* cover."""
    return {position for match in matches for position in range(match.start, match.end)}


def variants(entry: str) -> Iterator[tuple[Syllable | None, ...]]:
    """
    Give every wording that *entry* stands for, syllable by syllable, with None for a gap.

    Raises:
        ValueError: *entry* is not written as phrases are.

    >>> [len(wording) for wording in variants("cấp (lại|đổi) (thẻ|) căn cước")]
    [5, 4, 5, 4]
    """
    pattern = _parsed(entry.removeprefix("="))
    _firsts(pattern, entry)
    return _spelled(pattern)


def _spelled(pattern: _Pattern) -> Iterator[tuple[Syllable | None, ...]]:
    if not pattern:
        yield ()
        return
    first, rest = pattern[0], pattern[1:]
    for begun in _choices(first):
        for ended in _spelled(rest):
            yield (*begun, *ended)


def _choices(element: _Element) -> Iterator[tuple[Syllable | None, ...]]:
    if isinstance(element, _Group):
        for option in element.options:
            yield from _spelled(option)
    else:
        yield (element if isinstance(element, Syllable) else None,)


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


def _words(pattern: _Pattern) -> Iterator[Syllable]:
    """Give every syllable that stands in *pattern*."""
    for element in pattern:
        if isinstance(element, Syllable):
            yield element
        elif isinstance(element, _Group):
            for option in element.options:
                yield from _words(option)


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


def _needs(pattern: _Pattern) -> Iterator[frozenset[str]]:
    """Give sets of folded syllables: without one of each the pattern cannot be typed."""
    for element in pattern:
        if isinstance(element, Syllable):
            yield frozenset({element.folded})
        elif isinstance(element, _Group):
            options = [list(_needs(option)) for option in element.options]
            if all(options):
                yield frozenset().union(*(option[-1] for option in options))


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
