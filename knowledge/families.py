"""
Families: the same procedure published once per level, or once per province.

The catalogue gives each of them a code of its own and tells them apart only at the end of the name:
"… (cấp tỉnh)", "… (thực hiện tại cấp xã)", "… - cấp Trung ương", "… thuộc thẩm quyền của Chủ tịch UBND
cấp tỉnh". A citizen means the procedure, not the level, so these are one family.

But: which member is right for a citizen is not decided here; see ``index/deciding.py``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from knowledge.text import fold

_LEVEL = r"(?:cap )?(?:trung uong|tw|bo|tinh|huyen|xa|co so|dia phuong)"
_BODY = r"(?:(?:chu tich )?(?:ubnd|uy ban nhan dan) |cong an )?"
_WHERE = r"(?:thuc hien |giai quyet |tiep nhan )*(?:tai |o )?"
_POWER = r"(?:thuoc )?tham quyen (?:giai quyet |quyet dinh |cap )*(?:cua )?"
_PLACE = r"(?:ubnd |uy ban nhan dan )?(?:tinh|thanh pho|tp\.?) [^()]{2,40}"
_CODE = r"\d\.\d{6}"

# What may stand in brackets at the end without making it another procedure.
_IN_BRACKETS = re.compile(
    rf"\s*[(\[]\s*(?:{_WHERE}{_BODY}{_LEVEL}|{_POWER}{_BODY}{_LEVEL}|{_PLACE}|{_CODE})\s*[)\]]$"
)
# Without brackets only with a word that says it is about where: "lễ hội cấp xã" is a kind of festival.
_AT_THE_END = re.compile(
    rf"(?:\s*[-–,]\s*{_WHERE}{_BODY}cap {_LEVEL}"
    rf"|\s*[-–,]\s*{_WHERE}{_BODY}{_LEVEL}"
    rf"|\s+(?:thuc hien |giai quyet )?(?:tai|o) {_BODY}{_LEVEL}"
    rf"|,?\s+{_POWER}{_BODY}{_LEVEL})$"
)
_LEADING = re.compile(r"^thu tuc[:,]?\s+")


def family_name(title: str) -> str:
    """
    Return the folded *title* without "Thủ tục" in front and without level or place at the end.

    >>> family_name("Thủ tục công nhận ban vận động thành lập hội (Cấp tỉnh)")
    'cong nhan ban van dong thanh lap hoi'
    >>> family_name("Cấp giấy phép xuất bản - thực hiện tại cấp Trung ương")
    'cap giay phep xuat ban'
    """
    name = _LEADING.sub("", fold(title)).rstrip(" .;:")
    while True:
        shorter = _AT_THE_END.sub("", _IN_BRACKETS.sub("", name)).rstrip(" .,;:-–")
        if shorter == name or not shorter:
            return name
        name = shorter


def families(titles: Mapping[str, str]) -> dict[str, str]:
    """
    Return the family of each code of *titles* (code → title): the lowest code that shares its name.

    A procedure that stands alone is its own family.
    """
    members: dict[str, list[str]] = defaultdict(list)
    for code, title in titles.items():
        members[family_name(title)].append(code)
    return {code: min(group) for group in members.values() for code in group}
