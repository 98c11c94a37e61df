"""
How curated phrases are written, read into patterns and followed in a typed text.

``(a|b)`` stands for either, ``(a|)`` for a or nothing, ``…`` for up to ``GAP`` syllables, and a leading
``=`` asks that the phrase be typed with its accents, for words that become another word without.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from knowledge.spelling import Syllable, syllable

GAP = 6

_PIECES = re.compile(r"[()|…]|[^\W_]+")

# A pattern is a sequence of syllables, of groups (of which one option is typed) and of gaps.
Pattern = tuple["_Element", ...]


class _Group:
    """Options of which one is typed; those that a syllable cannot begin are never followed."""

    def __init__(self, options: tuple[Pattern, ...]) -> None:
        self.options = options
        self._anyhow: tuple[Pattern, ...] = ()  # begun by nothing or by a gap
        self._by_first: dict[str, tuple[Pattern, ...]] = {}
        for option in options:
            try:
                firsts = _firsts(option, "")
            except ValueError:
                self._anyhow += (option,)
                continue
            for first in firsts:
                self._by_first[first] = (*self._by_first.get(first, ()), option)

    def begun_by(self, typed: Sequence[Syllable], start: int) -> tuple[Pattern, ...]:
        """Return the options that may be in *typed* from *start*."""
        if start == len(typed):
            return self._anyhow
        return self._anyhow + self._by_first.get(typed[start].folded, ())


class _Gap:
    """Up to ``GAP`` syllables of any kind."""


_Element = Syllable | _Group | _Gap


def variants(entry: str) -> Iterator[tuple[Syllable | None, ...]]:
    """
    Give every wording that *entry* stands for, syllable by syllable, with None for a gap.

    Raises:
        ValueError: *entry* is not written as phrases are.

    >>> [len(wording) for wording in variants("cấp (lại|đổi) (thẻ|) căn cước")]
    [5, 4, 5, 4]
    """
    first_words(entry)
    return _spelled(parsed(entry))


def _spelled(pattern: Pattern) -> Iterator[tuple[Syllable | None, ...]]:
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


def parsed(entry: str) -> Pattern:
    """
    Return the pattern of *entry*; whether it must be typed with its accents is not in it.

    Raises:
        ValueError: a bracket is opened or closed alone.
    """
    pieces = _PIECES.findall(entry.removeprefix("=").lower())
    return _parsed_until(pieces, 0, closing=False)[0]


def _parsed_until(pieces: list[str], position: int, *, closing: bool) -> tuple[Pattern, int]:
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
    options: list[Pattern] = []
    while position < len(pieces):
        option, position = _parsed_until(pieces, position, closing=True)
        options.append(option)
        position += 1  # past "|" or ")"
        if pieces[position - 1 : position] == [")"]:
            return _Group(tuple(options)), position
    raise ValueError(f"{' '.join(pieces)!r} opens a bracket that it does not close")


def words(pattern: Pattern) -> Iterator[Syllable]:
    """Give every syllable that stands in *pattern*."""
    for element in pattern:
        if isinstance(element, Syllable):
            yield element
        elif isinstance(element, _Group):
            for option in element.options:
                yield from words(option)


def first_words(entry: str) -> set[str]:
    """
    Return the folded syllables that *entry* may begin with.

    Raises:
        ValueError: it may begin with nothing or with a gap.
    """
    return _firsts(parsed(entry), entry)


def _firsts(pattern: Pattern, entry: str) -> set[str]:
    found: set[str] = set()
    for element in pattern:
        if isinstance(element, Syllable):
            return found | {element.folded}
        if isinstance(element, _Gap):
            break
        found |= {first for option in element.options if option for first in _firsts(option, entry)}
        if all(element.options):
            return found
    raise ValueError(f"{entry!r} must begin with a word: nothing, or a gap, would match everywhere")


def needs(pattern: Pattern) -> Iterator[frozenset[str]]:
    """Give sets of folded syllables: without one of each the pattern cannot be typed."""
    for element in pattern:
        if isinstance(element, Syllable):
            yield frozenset({element.folded})
        elif isinstance(element, _Group):
            options = [list(needs(option)) for option in element.options]
            if all(options):
                yield frozenset().union(*(option[-1] for option in options))


def ends(pattern: Pattern, typed: tuple[Syllable, ...], start: int, strict: bool) -> set[int]:
    """Return every position at which *pattern*, begun at *start*, may end; empty when it is not there."""
    reached = {start}
    for element in pattern:
        if isinstance(element, Syllable):
            reached = {end + 1 for end in reached if end < len(typed) and _is(element, typed[end], strict)}
        else:
            reached = {after for end in reached for after in _after(element, typed, end, strict)}
        if not reached:  # nearly always after the first syllable
            break
    return reached


def _is(meant: Syllable, typed: Syllable, strict: bool) -> bool:
    return meant == typed if strict else meant.is_meant_by(typed)


def _after(element: _Group | _Gap, typed: tuple[Syllable, ...], start: int, strict: bool) -> Iterable[int]:
    if isinstance(element, _Gap):
        return range(start, min(start + GAP, len(typed)) + 1)
    return set().union(*(ends(option, typed, start, strict) for option in element.begun_by(typed, start)))
