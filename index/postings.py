"""
An inverted list from terms to the records that hold them, to be summed for all records at once.

In numpy, because a question's terms stand in some thirty thousand places of a national catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Postings:
    """Which of the records, by their position, hold each term."""

    def __init__(self, size: int, terms: Iterable[tuple[int, Iterable[str]]]) -> None:
        """Take the terms of each of *size* records; a record may come more than once."""
        self._size = size
        holders: dict[str, dict[int, None]] = {}
        for record, held in terms:
            for term in held:
                holders.setdefault(term, {})[record] = None
        # The type that numpy indexes with: any other is converted at every sum, at twice its time.
        self._holders = {term: np.fromiter(records, np.intp) for term, records in holders.items()}

    def sums(self, values: Mapping[str, float], dtype: DTypeLike = np.float32) -> NDArray[np.floating]:
        """
        Return for each record the sum of *values* over the terms that it holds, shape (records,).

        Summed in the order of *values*: the last digit is the same in every process.
        """
        sums = np.zeros(self._size, dtype)
        for term, value in values.items():
            records = self._holders.get(term)
            if records is not None:
                sums[records] += value
        return sums
