"""What speaks for a record before anything is asked: how often it is filed, and whose it is."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from index.generation import Generation
from knowledge.passages import RecordKind
from knowledge.records import ProcedureType
from knowledge.usage import online_submissions

_MOST_USED = math.log1p(20_000_000)


def prior(generation: Generation) -> NDArray[np.float32]:
    """
    Return two numbers for each record, by position in ``PassageTable.records``, shape (records, 2).

    How often it is filed in the whole country, log scale 0..1; 1.0 when another province than the
    office's published it for itself.
    """
    usage, cards, office = online_submissions(), generation.records.cards, generation.records.office()
    home = office.province if office else ""
    known = np.zeros((len(generation.passages.records), 2), dtype=np.float32)
    for record, (kind, key) in enumerate(generation.passages.records):
        if kind is RecordKind.PROCEDURE and key in cards:
            card = cards[key]
            provincial = card.procedure_type is ProcedureType.PROVINCIAL and card.province != home
            known[record] = math.log1p(usage.get(key, 0)) / _MOST_USED, provincial
    return known
