"""
How much of a question a record explains: which of its syllables, and pairs of them, people use for it.

A question about a missing sibling is near in every score, but the word that makes the difference ("cấp
lại" where only "cấp mới" is here, "rồng" among fishes) stands in none of the record's wordings.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from functools import lru_cache

import numpy as np

from index.generation import Generation
from knowledge.passages import PassagePart, RecordKind
from knowledge.text import fold, syllables

_KEPT = 512  # records whose words are kept, some 20 KB each


class Explainer:
    """Knows the words of each record's title and wordings; safe to use from several threads."""

    def __init__(self, generation: Generation, weight: Mapping[str, float]) -> None:
        """Take the *weight* of each folded syllable; the key "" holds that of unknown ones."""
        self._generation = generation
        self._weight = weight
        self._words_of = lru_cache(_KEPT)(self._read_words)

    def shares(self, query: str, record: int) -> tuple[float, float]:
        """
        Return the shares, 0..1, of *query* that the record at position *record* explains.

        First of its syllables by weight, then of its pairs of syllables; 0.0 where it has none.
        """
        known = self._words_of(record)
        asked = syllables(fold(query))
        weight = {word: self._weight.get(word, self._weight[""]) for word in set(asked)}
        explained = sum(value for word, value in weight.items() if word in known)
        pairs = {f"{first} {second}" for first, second in itertools.pairwise(asked)}
        return (
            explained / sum(weight.values()) if weight else 0.0,
            len(pairs & known) / len(pairs) if pairs else 0.0,
        )

    def _read_words(self, record: int) -> frozenset[str]:
        table = self._generation.passages
        kind, key = table.records[record]
        words: set[str] = set()
        for text in self._texts(kind, key, np.flatnonzero(table.record == record).tolist()):
            plain = syllables(fold(text))
            words.update(plain, (f"{first} {second}" for first, second in itertools.pairwise(plain)))
        return frozenset(words)

    def _texts(self, kind: RecordKind, key: str, rows: list[int]) -> Iterator[str]:
        records, table = self._generation.records, self._generation.passages
        card = records.cards.get(key)
        if card is not None:
            yield card.title
        for row in rows:
            # A procedure's title is on its card; cutting the whole record again would take milliseconds.
            if table.part_of(row) is PassagePart.ASKED or (
                card is None and table.part_of(row) is PassagePart.TITLE
            ):
                yield records.passage_text(kind, key, table.ids[row])
