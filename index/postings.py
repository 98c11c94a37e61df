"""
An inverted list from terms to the records that hold them, to be summed for all records at once.

In numpy, because a question's terms stand in some thirty thousand places of a national catalogue.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Postings:
    """
    Which of the records, by their position, hold each term, and how often.

    Attributes:
        terms: The number of each term; its places stand from ``ends[number - 1]`` to ``ends[number]``.
        records: The record of each place, ascending for one term.
        counts: How often the record holds the term, for each place.
    """

    def __init__(self, size: int, terms: Iterable[tuple[int, Iterable[str]]]) -> None:
        """Take the terms of each of *size* records; a record may come more than once."""
        numbers: dict[str, int] = {}
        seen = array("q")
        for record, held in terms:
            seen.extend([numbers.setdefault(term, len(numbers)) * size + record for term in held])
        self._fill(size, numbers, np.frombuffer(seen, np.int64))

    @classmethod
    def numbered(cls, size: int, terms: dict[str, int], seen: NDArray[np.int64]) -> Postings:
        """Return the same of numbered *terms*; *seen* has number * *size* + record for each time."""
        postings = cls.__new__(cls)
        postings._fill(size, terms, seen)
        return postings

    def _fill(self, size: int, numbers: dict[str, int], seen: NDArray[np.int64]) -> None:
        self.size = size
        self.terms = numbers
        places, counts = np.unique(seen, return_counts=True)
        number, records = np.divmod(places, max(size, 1))
        # The type that numpy indexes with: any other is converted at every sum, at twice its time.
        self.records: NDArray[np.intp] = records.astype(np.intp)
        self.counts: NDArray[np.float32] = counts.astype(np.float32)
        self.ends: NDArray[np.int64] = np.cumsum(np.bincount(number, minlength=len(numbers)))

    def places(self, term: str) -> slice:
        """Return where *term* stands in ``records`` and ``counts``; nowhere when no record holds it."""
        number = self.terms.get(term)
        if number is None:
            return slice(0, 0)
        return slice(int(self.ends[number - 1]) if number else 0, int(self.ends[number]))

    def holds(self, record: int, term: str) -> bool:
        """Say whether *record* holds *term*."""
        holders = self.records[self.places(term)]
        place = int(np.searchsorted(holders, record))
        return place < len(holders) and int(holders[place]) == record

    def sums(self, values: Mapping[str, float], dtype: DTypeLike = np.float32) -> NDArray[np.floating]:
        """
        Return for each record the sum of *values* over the terms that it holds, shape (records,).

        Summed in the order of *values*: the last digit is the same in every process.
        """
        sums = np.zeros(self.size, dtype)
        for term, value in values.items():
            sums[self.records[self.places(term)]] += value
        return sums
