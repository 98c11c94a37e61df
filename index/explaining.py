"""
How much of a question each record explains: which of its syllables, and pairs of them, people use for it.

A question about a missing sibling is near in every score, but the word that makes the difference ("cấp
lại" where only "cấp mới" is here, "rồng" among fishes) stands in none of the record's wordings.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.generation import Generation
from index.postings import Postings
from knowledge.passages import PassagePart
from knowledge.text import fold, syllables


class Explainer:
    """Knows which folded syllables, and pairs of them, each record is asked for with."""

    def __init__(self, generation: Generation, weight: Mapping[str, float]) -> None:
        """Take the *weight* of each folded syllable; the key "" holds that of unknown ones."""
        self._weight = weight
        terms = ((record, _terms(_folded(text))) for record, text in _texts(generation))
        self._used = Postings(len(generation.passages.records), terms)

    def shares(self, query: str) -> NDArray[np.float32]:
        """
        Return the shares, 0..1, of *query* that each record explains, float32, shape (records, 2).

        First of its syllables by weight, then of its pairs of syllables; 0.0 where it has none.
        """
        words = _folded(query)
        weight = {word: self._weight.get(word, self._weight[""]) for word in dict.fromkeys(words)}
        whole = sum(weight.values())
        pairs = dict.fromkeys(_pairs(words))
        by_words = self._used.sums({word: value / whole for word, value in weight.items()})
        by_pairs = self._used.sums(dict.fromkeys(pairs, 1 / max(len(pairs), 1)))
        return np.stack([by_words, by_pairs], axis=1)


# A catalogue has some ten thousand distinct syllables in half a million running ones.
_fold = lru_cache(maxsize=65_536)(fold)


def _folded(text: str) -> list[str]:
    return [_fold(word) for word in syllables(text)]


def _terms(words: list[str]) -> Iterator[str]:
    yield from words
    yield from _pairs(words)


def _pairs(words: list[str]) -> Iterator[str]:
    return (f"{first} {second}" for first, second in itertools.pairwise(words))


def _texts(generation: Generation) -> Iterator[tuple[int, str]]:
    """Give the title and the wordings of each record, with the record's position."""
    table, cards = generation.passages, generation.records.cards
    for row in np.flatnonzero(table.part != tuple(PassagePart).index(PassagePart.BODY)).tolist():
        part, record = table.part_of(row), int(table.record[row])
        if part is PassagePart.ELSEWHERE:
            continue
        kind, key = table.records[record]
        # A procedure's title is on its card; cutting the whole record again would take milliseconds.
        if part is PassagePart.TITLE and key in cards:
            yield record, cards[key].title
        else:
            yield record, generation.records.passage_text(kind, key, table.ids[row])
