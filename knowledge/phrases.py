"""
Curated phrases of citizens' language, found however they are typed.

The phrases live in YAML files for a clerk to edit (``lexicon/`` here and in ``handlers/``);
``knowledge/patterns.py`` says how they are written, ``knowledge/spelling.py`` which slips are forgiven.

But: no meaning here; what a phrase says is the business of whoever reads the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from knowledge.keyboard import read_keys
from knowledge.patterns import GAP, Pattern, ends, first_words, needs, parsed, words
from knowledge.shorthand import write_out
from knowledge.spelling import Slips, Syllable, is_another_word, syllable
from knowledge.text import clean, syllables

_LAST_TYPED = 16
# A phrase with a misspelt syllable has this many; more, and none left open, when that is a word as it
# stands: "người Lào" is not "người nào", but "trường hợ nào" is "trường hợp nào".
_LEAST, _LEAST_BESIDE_A_WORD = 2, 3
_FURTHEST = 2 * GAP  # from the beginning of a phrase to a misspelt syllable in it


@dataclass(frozen=True, slots=True)
class Match:
    """
    A phrase found: its label and the syllables it covers, ``start`` to before ``end``.

    ``words`` are the folded syllables it is made of, as typed; what a gap let in is not among them.
    """

    label: str
    start: int
    end: int
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Phrase:
    label: str
    pattern: Pattern
    strict: bool
    gapped: bool
    words: frozenset[str]  # folded
    needs: tuple[frozenset[str], ...]  # folded; of each, one must be typed; the end of the phrase first

    def may_be_in(self, typed: frozenset[str]) -> bool:
        # A loop: this is asked some thousand times per message.
        for need in self.needs:  # noqa: SIM110
            if typed.isdisjoint(need):
                return False
        return True

    def end(self, typed: tuple[Syllable, ...], start: int) -> int:
        """Return where the longest reading of the phrase from *start* ends, *start* when it is not there."""
        return max(ends(self.pattern, typed, start, self.strict), default=start)


class Typed(tuple[Syllable, ...]):
    """The syllables of a message, and what dozens of books ask of them again and again."""

    folded: frozenset[str]
    letters: frozenset[str]
    found: dict[PhraseBook, tuple[Match, ...]]

    def __new__(cls, found: Iterable[Syllable]) -> Typed:
        typed = super().__new__(cls, found)
        typed.folded = frozenset(word.folded for word in typed)
        typed.letters = frozenset(word.letters for word in typed)
        typed.found = {}
        return typed


# Every step looks at the same message; a few are kept, never many: they are citizens' words.
@lru_cache(maxsize=_LAST_TYPED)
def typed_syllables(text: str) -> Typed:
    """Return the syllables of *text* in order, shorthand written out ("bn tiền j" → "bao nhiêu tiền gì")."""
    found = syllables(read_keys(clean(text)).lower())
    return Typed(syllable(word) for word in write_out(found))


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
                phrase = _phrase(label, entry)
                for first in first_words(entry):
                    self._by_first[first].append(phrase)
                if forgiving and not phrase.strict:
                    forgiven.update(words(phrase.pattern))
        self._firsts = frozenset(self._by_first)
        self._slips = Slips(forgiven)

    def find(self, typed: tuple[Syllable, ...]) -> tuple[Match, ...]:
        """Return every phrase in *typed*, in text order; overlapping ones are all there."""
        typed = typed if isinstance(typed, Typed) else Typed(typed)
        found = typed.found.get(self)
        if found is None:
            found = typed.found[self] = self._find(typed)
        return found

    def _find(self, typed: Typed) -> tuple[Match, ...]:
        if typed.folded.isdisjoint(self._firsts) and typed.letters.isdisjoint(self._slips.near):
            return ()
        # Following a pattern is slow; nearly every phrase lacks one of its words and is passed over.
        exact = [
            Match(phrase.label, start, end, phrase.words)
            for start, first in enumerate(typed)
            for phrase in self._by_first.get(first.folded, ())
            if phrase.may_be_in(typed.folded) and (end := phrase.end(typed, start)) > start
        ]
        misspelt = [
            match
            for place, word in enumerate(typed)
            if word.letters in self._slips.near
            for meant in self._slips.meant_by(word)
            for match in self._find_at(place, meant, typed)
        ]
        if not misspelt:
            return tuple(exact)
        return tuple(sorted(dict.fromkeys(exact + misspelt), key=lambda match: match.start))

    def _find_at(self, place: int, meant: Syllable, typed: tuple[Syllable, ...]) -> Iterator[Match]:
        """Give the phrases that hold *meant* where *typed* has something else, at *place*."""
        mended = (*typed[:place], meant, *typed[place + 1 :])
        present = frozenset(word.folded for word in mended)
        other_word = is_another_word(typed[place], meant)
        least = _LEAST_BESIDE_A_WORD if other_word else _LEAST
        for start in range(max(place - _FURTHEST, 0), place + 1):
            for phrase in self._by_first.get(mended[start].folded, ()):
                if phrase.strict or meant.folded not in phrase.words or not phrase.may_be_in(present):
                    continue
                end = phrase.end(mended, start)
                if end > place and end - start >= least and not (other_word and phrase.gapped):
                    yield Match(phrase.label, start, end, phrase.words | {typed[place].folded})

    def labels(self, typed: tuple[Syllable, ...]) -> tuple[str, ...]:
        """Return the labels found in *typed*, each once, in text order."""
        return tuple(dict.fromkeys(match.label for match in self.find(typed)))


def _phrase(label: str, entry: str) -> _Phrase:
    pattern = parsed(entry)
    folded = frozenset(word.folded for word in words(pattern))
    needed = tuple(needs(pattern))[::-1]  # the beginning is there whenever a phrase is looked at
    return _Phrase(label, pattern, entry.startswith("="), "…" in entry, folded, needed)


def covered(matches: Iterable[Match]) -> set[int]:
    """Return the positions of the syllables that *matches* cover."""
    return {position for match in matches for position in range(match.start, match.end)}


def spoken(matches: Iterable[Match], typed: tuple[Syllable, ...]) -> set[int]:
    """Return the positions that *matches* cover with words of their own, not by a gap."""
    return {
        position
        for match in matches
        for position in range(match.start, match.end)
        if typed[position].folded in match.words
    }
