"""What other provinces than the office's published for themselves, and when it is left out of a search."""

from __future__ import annotations

import re
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from index.generation import Generation
from knowledge.passages import RecordKind
from knowledge.text import fold, syllables

_KIND_OF_PROVINCE = re.compile(r"^(?:tinh|thanh pho) ")


class OtherProvinces:
    """The records that provinces other than the office's published for themselves."""

    def __init__(self, generation: Generation) -> None:
        office = generation.records.office()
        home = office.province if office else ""
        self._records: dict[str, list[int]] = {}
        cards = generation.records.cards
        for record, (kind, key) in enumerate(generation.passages.records):
            card = cards.get(key) if kind is RecordKind.PROCEDURE else None
            if card and card.province and card.province != home:
                self._records.setdefault(card.province, []).append(record)
        # As people say it, between blanks, so that it is found as whole words.
        self._said = {province: f" {_bare(province)} " for province in self._records}
        self._all = np.zeros(len(generation.passages.records), bool)
        for records in self._records.values():
            self._all[records] = True

    def __contains__(self, record: int) -> bool:
        return bool(self._all[record])

    def out_of_reach(self, query: str, provinces: Collection[str] = ()) -> NDArray[np.bool_]:
        """
        Return for each record whether to leave it out, a new array.

        What a province published is left out unless *query* names the province or *provinces* hold it.
        """
        gone = self._all.copy()
        asked = f" {' '.join(syllables(fold(query)))} "
        for province, said in self._said.items():
            if said in asked or province in provinces:
                gone[self._records[province]] = False
        return gone


def _bare(province: str) -> str:
    """Return the folded name of *province* as people say it, without "Tỉnh" or "Thành phố"."""
    return _KIND_OF_PROVINCE.sub("", fold(province))
