"""
Which tier of government an agency belongs to, read from its name.

The portal's own flags mark 1,120 procedures as done at the commune while only 636 name a body of
the commune, so ranking looks at the names. Bodies have many spellings; this is a coarse reading,
good for preferring and never for stating.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from knowledge.records import Level
from knowledge.text import normalize

# "xã hội" (society) is no commune.
_COMMUNE = re.compile(r"\b(?:xã(?! hội)|phường|thị trấn|đặc khu)\b")
_PROVINCE = re.compile(
    r"^(?:sở|chi cục|chi nhánh|văn phòng đăng ký đất đai|ban quản lý khu|thuế cơ sở)\b"
    r"|\b(?:tỉnh|thành phố|tp|khu vực)\b"
)
_MINISTRY = re.compile(
    r"^(?:bộ|tổng cục|cục|vụ|ủy ban chứng khoán|ngân hàng nhà nước|kho bạc|cơ quan đại diện)\b"
    r"|\bchính phủ\b|\btrung ương\b"
)


def agency_levels(agencies: Iterable[str]) -> tuple[Level, ...]:
    """
    Return the tiers that *agencies* belong to, from the commune upwards; ``()`` for no agency.

    A name that tells no tier counts as ``Level.OTHER``.

    >>> agency_levels(["Ủy ban nhân dân cấp xã", "Bảo hiểm xã hội tỉnh"])
    (<Level.COMMUNE: 'commune'>, <Level.PROVINCE: 'province'>)
    """
    found = {level for agency in agencies for level in _levels(agency)}
    return tuple(level for level in Level if level in found)


@lru_cache(maxsize=4096)  # a catalogue names the same few hundred bodies in thousands of procedures
def _levels(agency: str) -> frozenset[Level]:
    name = normalize(agency)
    local = frozenset(
        level
        for level, pattern in ((Level.COMMUNE, _COMMUNE), (Level.PROVINCE, _PROVINCE))
        if pattern.search(name)
    )
    if local:
        return local
    return frozenset({Level.MINISTRY if _MINISTRY.search(name) else Level.OTHER})
