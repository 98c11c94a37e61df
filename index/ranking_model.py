"""
The fitted numbers that ranking weighs its evidence with.

Fitted by ``index/training/fit_ranking.py`` and shipped in ``models/ranking.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import msgspec

from index.deciding import DecisionRule

_WEIGHTS = Path(__file__).parent / "models" / "ranking.json"


class RankingModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fitted numbers: a weight per feature, how a family's first member is chosen, the decision."""

    weights: Mapping[str, float]
    usage_in_family: float  # how much usage counts between members of one family
    level_in_family: float  # how much the office's own level counts there
    province: float  # taken off a procedure of another province than the office's
    decision: DecisionRule


@lru_cache(maxsize=1)
def load_ranking_model(path: Path = _WEIGHTS) -> RankingModel:
    """Return the ranking model that ships with the project."""
    return msgspec.json.decode(path.read_bytes(), type=RankingModel)
