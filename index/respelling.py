"""
What a citizen meant to type: shorthand and slips in a query, where the language of the catalogue leaves
no doubt.

A noisy channel (Kernighan, Church, Gale, "A spelling correction program based on a noisy channel model",
1990): a syllable is replaced when another one, a slip of the finger or of the ear away, is so much likelier
between its neighbours that the slip is the better explanation. How likely syllables and pairs of them are
is read from the vocabulary of the embedding model, which stands in the order of frequency (Zipf).

But: figures, codes and names stay, and one slip a syllable is mended; only the search reads the result.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from index.embedding import Embedder
from index.generation import Generation
from index.static_embedder import read_vocabulary
from knowledge.keyboard import is_syllable
from knowledge.passages import PassagePart, RecordKind
from knowledge.shorthand import read_shorthand
from knowledge.spelling import Syllable, ear_slips, finger_slips, syllable
from knowledge.text import fold, has_diacritics, normalize, syllables

_SHORTEST = 3  # letters of a syllable that is mended; of two, nearly every other one is a slip away
_SLIPS = 0.04  # share of the syllables that are mistyped
_MARKS_LOST = math.log(0.02)  # of a slip that changes the marks as well
# How much likelier, as a logarithm, the mended syllable has to be. With these, of a thousand syllables of
# held-out wordings that were typed right one is changed, and of those that were not two in three are mended.
_SURE = 2.0
_SURE_OF_A_WORD = 4.0  # where what was typed is a word as well
_UNKNOWN = 3e6  # the row of a syllable that the vocabulary does not have
_PAIRED = 0.8  # share of a syllable's likelihood that its neighbour gives it
_RARE_FORM = 1e-3  # least share of a syllable's marks among all that it is written with
_REMEMBERED = 16_384  # syllables of which is kept how likely their marks are
_fold = lru_cache(maxsize=16_384)(fold)  # a catalogue has some thousand distinct syllables
_HOOK_AND_TILDE = {"\u0309", "\u0303"}
# What stands in chats for the beginning of a syllable, besides what the ear confuses.
_CHAT = (
    ("z", "v"),
    ("z", "d"),
    ("z", "gi"),
    ("f", "ph"),
    ("w", "qu"),
    ("j", "gi"),
    ("ck", "ch"),
    ("kk", "kh"),
    ("nk", "nh"),
    ("tk", "th"),
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a syllable stands: its folded neighbours, and whether the text has marks."""

    before: str
    after: str
    marked: bool

    def pairs(self, folded: str) -> Iterator[tuple[str, str]]:
        """Give the pairs that *folded* makes here, each with the neighbour."""
        if self.before:
            yield f"{self.before} {folded}", self.before
        if self.after:
            yield f"{folded} {self.after}", self.after


class Respeller:
    """
    Writes out shorthand and mends slips; safe to use from several threads.

    >>> names = ["f:giay", "f:to", "a:giấy", "a:tờ", "b:giay to", "f:can", "b:can giay", "f:gi", "b:to gi"]
    >>> Respeller({name: row for row, name in enumerate(names)}).mend("cần giấyy tờ gì")
    'cần giấy tờ gì'
    """

    def __init__(self, vocabulary: Mapping[str, int], own: Container[str] = frozenset()) -> None:
        """
        Take the language to mend towards, and what stays besides.

        *vocabulary* are the features that a model knows (``features.py``), by frequency: 0 is the most
        frequent. *own* are folded syllables, and pairs of them ("hung dong"), that it may not know.
        """
        self._rows, self._own = vocabulary, own
        self._marks_likelihood = lru_cache(_REMEMBERED)(self._find_marks_likelihood)
        self._forms: dict[str, list[Syllable]] = defaultdict(list)  # of a folded syllable, those with marks
        self._written: dict[Syllable, str] = {}
        self._near: dict[str, list[str]] = defaultdict(list)
        for name in vocabulary:
            kind, text = name[0], name[2:]
            if kind == "a":
                read = syllable(text)
                self._forms[read.folded].append(read)
                self._written[read] = text
            elif kind == "f" and is_syllable(text):
                for key in _shorter(text):
                    self._near[key].append(text)

    def mend(self, text: str) -> str:
        """Return *text* as it was meant; unchanged when nothing in it is surely something else."""
        marked = has_diacritics(text)
        typed = syllables(text)
        words = list(self._write_out(typed, marked))
        names = any(not word.istitle() and not word.isupper() for word in words if word.isalpha())
        for place, word in enumerate(words):
            name = names and not word.islower() and (place > 0 or word.isupper())
            if len(word) >= _SHORTEST and word.isalpha() and not name:
                words[place] = self._meant(word, _place(words, place, marked))
        return text if words == typed else " ".join(words)

    def _write_out(self, typed: Sequence[str], marked: bool) -> Iterator[str]:
        """Give *typed* with shorthand written out, except what is known between its neighbours as it is."""
        shorthand = read_shorthand()
        place = 0
        while place < len(typed):
            word = typed[place].lower()
            pair = f"{word} {typed[place + 1].lower()}" if place + 1 < len(typed) else ""
            if pair in shorthand:
                yield from shorthand[pair].split()
                place += 1
            elif word in shorthand and not self._is_a_word(word, _place(typed, place, marked)):
                yield from shorthand[word].split()
            else:
                yield typed[place]
            place += 1

    def _is_a_word(self, short: str, place: _Place) -> bool:
        """Say whether *short* is known here as it is: beside both neighbours, or as a syllable beside one."""
        known = [f"b:{pair}" in self._rows for pair, _ in place.pairs(_fold(short))]
        return any(known) if is_syllable(_fold(short)) else all(known)

    def _meant(self, word: str, place: _Place) -> str:
        """Return what was meant by *word*, itself where that is not sure."""
        typed = syllable(normalize(word))
        is_word = f"f:{typed.folded}" in self._rows
        if self._fits(typed, place) or (typed.folded in self._own and not is_word):
            return word
        best = self._likelihood(typed, place) + (_SURE_OF_A_WORD if is_word else _SURE)
        meant = word
        for candidate in self._candidates(typed.folded, place.marked):
            slip = _slip(typed, candidate, place.marked)
            if slip is not None and (likelihood := slip + self._likelihood(candidate, place)) > best:
                best, meant = likelihood, self._written.get(candidate, candidate.folded)
        return meant.upper() if word.isupper() else meant

    def _fits(self, typed: Syllable, place: _Place) -> bool:
        """Say whether *typed* is known as it is written, and beside its neighbours."""
        if place.marked and typed.letters + typed.tone != typed.folded and typed not in self._written:
            return False
        return all(f"b:{pair}" in self._rows or pair in self._own for pair, _ in place.pairs(typed.folded))

    def _candidates(self, folded: str, marked: bool) -> Iterator[Syllable]:
        near = [word for key in _shorter(folded) for word in self._near.get(key, ())]
        heard = [word for word in _heard(folded) if f"f:{word}" in self._rows]
        for word in dict.fromkeys((*near, *heard)):
            if marked:
                yield from self._forms.get(word, ())
            yield syllable(word)

    def _likelihood(self, word: Syllable, place: _Place) -> float:
        """Return the logarithm of how likely *word* is between its neighbours."""
        alone = self._share(f"f:{word.folded}")
        total = math.log(alone)
        for pair, beside in place.pairs(word.folded):
            row = self._rows.get(f"b:{pair}")
            lift = 0.0 if row is None else 1 / ((row + 1) * alone * self._share(f"f:{beside}"))
            total += math.log(_PAIRED * min(lift, 1 / alone) + 1 - _PAIRED)
        return total + (self._marks_likelihood(word) if place.marked else 0.0)

    def _find_marks_likelihood(self, word: Syllable) -> float:
        """Return the logarithm of the share of the folded syllable's uses in which it has these marks."""
        alone = self._share(f"f:{word.folded}")
        shares = {form: self._share(f"a:{self._written[form]}") for form in self._forms.get(word.folded, ())}
        whole = max(sum(shares.values()), alone)
        here = shares.get(word, whole - sum(shares.values()))
        return math.log(max(here / whole, _RARE_FORM))

    def _share(self, name: str) -> float:
        return 1 / (self._rows.get(name, _UNKNOWN) + 1)


def respeller_for(generation: Generation, embedder: Embedder) -> Respeller:
    """Return the one for questions to *generation*: names and places in its titles are left alone."""
    # Any model may be asked with; the language is the one that the shipped model was made from.
    vocabulary: Mapping[str, int] = getattr(embedder, "vocabulary", None) or read_vocabulary()
    table, cards = generation.passages, generation.records.cards
    own: set[str] = set()
    for row in table.rows_with(PassagePart.TITLE).tolist():
        kind, key = table.records[table.record[row]]
        # A procedure's title is on its card; cutting the whole record again would take milliseconds.
        held = cards.get(key) if kind is RecordKind.PROCEDURE else None
        title = held.title if held else generation.records.passage_text(kind, key, table.ids[row])
        words = [_fold(word) for word in syllables(title)]
        own.update(word for word in words if f"f:{word}" not in vocabulary)
        pairs = (f"{first} {second}" for first, second in pairwise(words))
        own.update(pair for pair in pairs if f"b:{pair}" not in vocabulary)
    return Respeller(vocabulary, own)


def _place(words: Sequence[str], at: int, marked: bool) -> _Place:
    before = _fold(words[at - 1]) if at else ""
    after = _fold(words[at + 1]) if at + 1 < len(words) else ""
    return _Place(before, after, marked)


def _slip(typed: Syllable, meant: Syllable, marked: bool) -> float | None:
    """Return the logarithm of how likely *meant* is typed so by one slip, None for not at all."""
    if not marked:
        return _letters_slip(typed.folded, meant.folded)
    if typed.letters == meant.letters:
        forgivable = not typed.tone or {typed.tone, meant.tone} == _HOOK_AND_TILDE
        return math.log(_SLIPS / 4) if forgivable else None
    with_marks = _letters_slip(typed.letters, meant.letters) if typed.tone[:1] in ("", meant.tone) else None
    if with_marks is not None or typed.folded == meant.folded:
        return with_marks
    without = _letters_slip(typed.folded, meant.folded)
    return None if without is None else without + _MARKS_LOST


@lru_cache(maxsize=4096)
def _letters_slip(typed: str, meant: str) -> float | None:
    by_finger = finger_slips(meant)
    if typed in by_finger:
        return math.log(_SLIPS / len(by_finger))
    by_ear = _heard(typed)
    return math.log(_SLIPS / (2 + len(by_ear))) if meant in by_ear else None


@lru_cache(maxsize=1024)
def _heard(typed: str) -> tuple[str, ...]:
    """Return what *typed* may be, spelt by ear or as in a chat ("fai", "zoi", "xjn", "trog", "xâi")."""
    found = [full + typed[len(short) :] for short, full in _CHAT if typed.startswith(short)]
    if typed.endswith("g") and not typed.endswith("ng"):
        found.append(f"{typed[:-1]}ng")
    if "j" in typed[1:]:
        found.append(typed[0] + typed[1:].replace("j", "i"))
    if typed[-1:] in ("i", "y"):
        found.append(typed[:-1] + ("y" if typed[-1] == "i" else "i"))
    return (*ear_slips(typed), *found)


def _shorter(word: str) -> Iterable[str]:
    """Return *word* and what is left without any one letter: words one slip apart have one in common."""
    return {word: None} | {word[:at] + word[at + 1 :]: None for at in range(len(word))}
