"""
How often each procedure is filed online, as the national portal counted in December 2025.

Public figures, kept as a prior: between two procedures that fit a question alike, the one that
thousands of people file is the likelier one.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "usage_2025-12.csv"


@lru_cache(maxsize=1)
def online_submissions() -> dict[str, int]:
    """Return the number of online submissions by procedure code; codes never filed are absent."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: int(row["submissions_online"]) for row in csv.DictReader(file)}
