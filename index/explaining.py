"""
How much of a question each record explains: which of its syllables, and pairs of them, people use for it.

And how likely its words make the question, each record taken as a source of words (query likelihood with
Dirichlet smoothing: Zhai, Lafferty, "A Study of Smoothing Methods for Language Models", 2004).

A question about a missing sibling is near in every score, but the word that makes the difference ("cấp
lại" where only "cấp mới" is here, "rồng" among fishes) stands in none of the record's wordings.
"""

from __future__ import annotations

import itertools
import math
from array import array
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.generation import Generation
from index.postings import Postings
from knowledge.passages import PassagePart
from knowledge.text import fold, syllables

_TITLE = 3  # times that a title counts among the wordings
_MU = 40.0  # words of chance mixed into each record's own, the usual smoothing


class Explainer:
    """Knows which folded syllables, and pairs of them, each record is asked for with."""

    def __init__(self, generation: Generation, weight: Mapping[str, float]) -> None:
        """Take the *weight* of each folded syllable; the key "" holds that of unknown ones."""
        self._weight = weight
        self._generation = generation
        self._used = _terms_used(generation)
        self._likelihood = _Likelihood(self._used)

    def shares(self, query: str) -> NDArray[np.float32]:
        """
        Return the shares, 0..1, of *query* that each record explains, float32, shape (records, 2).

        First of its syllables by weight, then of its pairs of syllables; 0.0 where it has none.
        """
        words = _folded(query)
        weight = self._weights(words)
        whole = sum(weight.values())
        pairs = dict.fromkeys(_pairs(words))
        by_words = self._used.sums({word: value / whole for word, value in weight.items()})
        by_pairs = self._used.sums(dict.fromkeys(pairs, 1 / max(len(pairs), 1)))
        return np.stack([by_words, by_pairs], axis=1)

    def stated(self, query: str, record: int) -> tuple[float, float]:
        """
        Return the shares of *query* that stand anywhere in *record*, its body too: by weight, and of pairs.

        Reading a whole record takes a third of a millisecond: this is for one of them, not for all.
        """
        words = _folded(query)
        weight = self._weights(words)
        pairs = dict.fromkeys(itertools.pairwise(words))
        held, held_pairs = self._held(record, set(weight), set(pairs))
        found = sum(value for word, value in weight.items() if word in held or self._used.holds(record, word))
        both = sum(pair in held_pairs or self._used.holds(record, " ".join(pair)) for pair in pairs)
        return found / (sum(weight.values()) or 1.0), both / max(len(pairs), 1)

    def _held(
        self, record: int, words: set[str], pairs: set[tuple[str, str]]
    ) -> tuple[set[str], set[tuple[str, str]]]:
        """Return which of *words* and *pairs* stand in the passages cut from *record*."""
        kind, key = self._generation.passages.records[record]
        held, held_pairs = set[str](), set[tuple[str, str]]()
        for passage in self._generation.records.passages(kind, key):
            read = _folded(passage.text)
            # A record has some thousand words: what loops over them here is no Python.
            held |= words.intersection(read)
            held_pairs |= pairs.intersection(itertools.pairwise(read))
        return held, held_pairs

    def _weights(self, words: list[str]) -> dict[str, float]:
        return {word: self._weight.get(word, self._weight[""]) for word in dict.fromkeys(words)}

    def likelihoods(self, query: str) -> NDArray[np.float32]:
        """
        Return how likely each record's words make *query*, float32, shape (records, 2).

        The logarithm of how much likelier than the words of all records together do, over the square
        root of the length: first of its syllables, then of its pairs of syllables.
        """
        words = _folded(query)
        scale = 3 * math.sqrt(max(len(words), 1))
        both = [self._likelihood.of(words), self._likelihood.of(_pairs(words))]
        return np.stack(both, axis=1) / np.float32(scale)


class _Likelihood:
    """How much likelier than by chance each record's words make some terms."""

    def __init__(self, used: Postings) -> None:
        self._used = used
        held = np.diff(used.ends, prepend=0)  # places of each term
        total = np.bincount(np.repeat(np.arange(len(held)), held), used.counts, len(held))
        pair = np.array([" " in term for term in used.terms], dtype=bool)
        running = np.where(pair, total[pair].sum(), total[~pair].sum())
        single = np.repeat(~pair, held)
        length = np.bincount(used.records[single], used.counts[single], used.size)
        # ln((count + m p) / (length + m) / p), in two parts: one of the record, one where the term occurs.
        self._shorter = np.log(_MU / (length + _MU)).astype(np.float32)
        chance = np.repeat(total / running, held)
        self._lift = np.log1p(used.counts / (_MU * chance)).astype(np.float32)

    def of(self, terms: Iterable[str]) -> NDArray[np.float32]:
        """Return the logarithm for each record, shape (records,); terms that no record has do not count."""
        known = [term for term in terms if term in self._used.terms]
        sums: NDArray[np.float32] = len(known) * self._shorter
        for term in known:
            places = self._used.places(term)
            sums[self._used.records[places]] += self._lift[places]
        return sums


# A catalogue has some ten thousand distinct syllables in half a million running ones.
_fold = lru_cache(maxsize=65_536)(fold)


def _folded(text: str) -> list[str]:
    return list(map(_fold, syllables(text)))


def _pairs(words: list[str]) -> Iterator[str]:
    return (f"{first} {second}" for first, second in itertools.pairwise(words))


class _Numbers(dict[str, int]):
    """A number for each syllable as it is written; those that fold to the same share one."""

    def __init__(self) -> None:
        super().__init__()
        self.folded: dict[str, int] = {}

    def __missing__(self, word: str) -> int:
        number = self[word] = self.folded.setdefault(fold(word), len(self.folded))
        return number


def _terms_used(generation: Generation) -> Postings:
    """
    Return which records are asked for with which terms.

    A national catalogue has three million running terms. They are paired and counted as numbers: as texts
    they would take most of the time in which a server starts.
    """
    numbers = _Numbers()
    said, lengths, records, times = array("q"), array("q"), array("q"), array("q")
    for record, text, count in _texts(generation):
        words = syllables(text)
        said.extend(map(numbers.__getitem__, words))
        lengths.append(len(words))
        records.append(record)
        times.append(count)
    folded = list(numbers.folded)
    word = np.frombuffer(said, np.int64)
    text_of = np.repeat(np.arange(len(lengths)), lengths)
    follows = text_of[1:] == text_of[:-1]
    base = max(len(folded), 1)
    pairs, pair = np.unique(word[:-1][follows] * base + word[1:][follows], return_inverse=True)
    paired = (f"{folded[number // base]} {folded[number % base]}" for number in pairs.tolist())
    terms = {term: number for number, term in enumerate(itertools.chain(folded, paired))}
    term = np.concatenate([word, len(folded) + pair])
    owner = np.concatenate([text_of, text_of[1:][follows]])
    size = len(generation.passages.records)
    seen = term * size + np.frombuffer(records, np.int64)[owner]
    return Postings.numbered(size, terms, np.repeat(seen, np.frombuffer(times, np.int64)[owner]))


def _texts(generation: Generation) -> Iterator[tuple[int, str, int]]:
    """Give title and wordings of each record: the record's position, the text, how often it counts."""
    table, cards = generation.passages, generation.records.cards
    for row in np.flatnonzero(table.part != tuple(PassagePart).index(PassagePart.BODY)).tolist():
        part, record = table.part_of(row), int(table.record[row])
        if part is PassagePart.ELSEWHERE:
            continue
        kind, key = table.records[record]
        # A procedure's title is on its card; cutting the whole record again would take milliseconds.
        if part is PassagePart.TITLE and key in cards:
            yield record, cards[key].title, _TITLE
        else:
            times = _TITLE if part is PassagePart.TITLE else 1
            yield record, generation.records.passage_text(kind, key, table.ids[row]), times
