"""
How often each procedure is filed online, as the national portal counted in December 2025.

Public figures, kept as a prior: between two procedures that fit a question alike, the one that
thousands of people file is the likelier one.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "usage_2025-12.csv"


@lru_cache(maxsize=1)
def online_submissions() -> dict[str, int]:
    """Return the number of online submissions by procedure code; codes never filed are absent."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: int(row["submissions_online"]) for row in csv.DictReader(file)}


def traffic(codes: Iterable[str]) -> float:
    """
    Return how often the procedures *codes* are asked for, 1 to about 8, growing with the logarithm.

    Everything fitted on wordings weighs them by it: an error on a residence permit for fifteen million
    people is worse than one on a permit that is asked for once a year.
    """
    usage = online_submissions()
    return 1.0 + math.log10(1 + max((usage.get(code, 0) for code in codes), default=0))
