"""
Recognise a citizen's personal numbers and keep them out of what is stored.

Numbers are everywhere in this domain: fees, procedure codes, decisions, dossier codes, hotlines. So a
number is personal only by its whole shape (12 digits, a mobile number) or by the word in front of it
("số tài khoản 0071…"), and never when it reads as an amount of money.

Two traps: the first digits of a căn cước number are not fixed by law (Luật Căn cước, Article 12, says
twelve digits and no more), and grouped digits ("1.500.000.000") look like a number with separators.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from knowledge.text import clean


class PersonalKind(StrEnum):
    """What a finding is; the value is what stands in its place, in brackets."""

    IDENTITY = "số căn cước"
    OLD_IDENTITY = "số chứng minh"
    PHONE = "số điện thoại"
    EMAIL = "email"
    ACCOUNT = "số tài khoản"
    CARD = "số thẻ"
    PASSPORT = "số hộ chiếu"
    TAX = "mã số thuế"
    INSURANCE = "số bảo hiểm"


@dataclass(frozen=True, slots=True)
class Finding:
    """One personal number: ``clean(text)[start:end]``."""

    kind: PersonalKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Number:
    """Groups of digits as typed together: "0912 345 678" is three groups."""

    groups: tuple[str, ...]
    separators: str  # one character between two groups
    start: int
    end: int

    @property
    def digits(self) -> str:
        return "".join(self.groups)

    @property
    def reads_as_amount(self) -> bool:
        """Grouped in threes from the right with a first group that is no zero: "1.500.000"."""
        first, *rest = self.groups
        return bool(rest) and len(first) <= 3 and first[0] != "0" and all(len(g) == 3 for g in rest)

    @property
    def lists_years(self) -> bool:
        return len(self.groups) > 1 and all(re.fullmatch(r"(?:19|20)\d\d", group) for group in self.groups)


_HAS_FIGURES = re.compile(r"[\d@]")  # nothing that is looked for is without
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_FROM_ABROAD = re.compile(r"\(?\+ ?84\)?[ .-]?(?:\(?0\)?)?[35789](?:[ .-]?\d){8}(?!\d)")
_HEALTH_CARD = re.compile(r"(?<![^\W_])(?:[A-Z]{2} ?|[a-z]{2})[1-5](?:[ .-]?\d){12}(?![^\W_])")
_PASSPORT = re.compile(r"(?<![^\W_])[A-Za-z] ?\d{7,8}(?![^\W_])")
# Not inside a word, a code or a document number: "H29.16-250701-0012", "1234/QĐ-UBND".
_DIGITS = re.compile(r"(?<![^\W_])(?<![^\W_][.-])(?<![^\W\d_]/)\d+(?:[ .,-]\d+)*(?![^\W_])(?!/[^\W\d_])")
_CURRENCY = re.compile(r"\s*(?:dong|d\b|vnd|vnđ|usd|trieu|ty\b|ti\b|nghin|ngan|k\b|m2|ha\b|%)", re.IGNORECASE)
# How twelve digits are grouped by hand; "12 0912345678" is a number and a telephone number.
_IDENTITY_GROUPS = frozenset({(12,), (3, 3, 3, 3), (4, 4, 4), (3, 3, 6), (6, 6), (3, 9), (1,) * 12})
_MOBILE = re.compile(r"0[35789]\d{8}")
_ABROAD = re.compile(r"84[35789]\d{8}")

# What may stand between the naming word and its number: "số tài khoản VCB của tôi là: 0071…".
_BETWEEN = (
    r"(?:[\s:.,;=()#-]|so|la|cua|toi|em|minh|tui|bac|chau|con|anh|chi|ong|ba|cu|moi|nhan dan|thu|ca nhan"
    r"|ngan hang|nh|bank|vcb|vietcombank|agribank|bidv|vietinbank|mb|mbbank|tcb|techcombank|acb|sacombank"
    r"|vpbank|tpbank|shb|nay|day)*$"
)
_CUES = {
    PersonalKind.OLD_IDENTITY: (r"chung minh(?: nhan dan| thu)?|cmnd|cmtnd|cmt", 9, 9),
    PersonalKind.IDENTITY: (r"can cuoc(?: cong dan)?|cccd|dinh danh(?: ca nhan)?", 12, 12),
    PersonalKind.TAX: (r"ma so thue|mst", 10, 13),
    PersonalKind.INSURANCE: (r"bao hiem(?: xa hoi| y te)?|bhxh|bhyt", 10, 10),
    PersonalKind.CARD: (r"so the|the ngan hang|the atm|the tin dung", 12, 19),
    PersonalKind.ACCOUNT: (r"tai khoan|stk|so tk|tk", 8, 19),
}
_CUE_PATTERNS = {kind: re.compile(rf"\b(?:{words}){_BETWEEN}") for kind, (words, _, _) in _CUES.items()}
_PASSPORT_CUE = re.compile(rf"\b(?:ho chieu|passport){_BETWEEN}")
_CUE_REACH = 60


def redact(text: str, known: Collection[str] = ()) -> str:
    """
    Return *text* cleaned, each personal number replaced by its kind in brackets.

    >>> redact("SĐT của em là 0912 345 678, lệ phí 500.000 đồng ạ")
    'SĐT của em là [số điện thoại], lệ phí 500.000 đồng ạ'
    """
    return _replaced(text, known, "[{}]")


def remove(text: str, known: Collection[str] = ()) -> str:
    """Return *text* cleaned, each personal number gone: what may be searched with."""
    return " ".join(_replaced(text, known, " ").split())


def find(text: str, known: Collection[str] = ()) -> tuple[Finding, ...]:
    """
    Return the personal numbers in *text*, in order, none overlapping.

    Args:
        text: As typed; the findings count from the start of ``clean(text)``.
        known: Telephone numbers that are published (the office's own), written in any way; they are
            not personal.
    """
    text = clean(text)
    if not _HAS_FIGURES.search(text):
        return ()
    folded = _folded_in_place(text)
    published = {_digits(number) for number in known}
    found: list[Finding] = []
    for finding in (*_by_shape(text, folded), *_numbers(text, folded, published)):
        if all(finding.end <= other.start or other.end <= finding.start for other in found):
            found.append(finding)
    return tuple(sorted(found, key=lambda finding: finding.start))


def _replaced(text: str, known: Collection[str], template: str) -> str:
    text = clean(text)
    for finding in reversed(find(text, known)):
        text = text[: finding.start] + template.format(finding.kind) + text[finding.end :]
    return text


def _by_shape(text: str, folded: str) -> Iterator[Finding]:
    for match in _EMAIL.finditer(text):
        yield Finding(PersonalKind.EMAIL, *match.span())
    for match in _FROM_ABROAD.finditer(text):
        yield Finding(PersonalKind.PHONE, *match.span())
    for match in _HEALTH_CARD.finditer(text):
        yield Finding(PersonalKind.INSURANCE, *match.span())
    for match in _PASSPORT.finditer(text):
        if _PASSPORT_CUE.search(folded[max(0, match.start() - _CUE_REACH) : match.start()]):
            yield Finding(PersonalKind.PASSPORT, *match.span())


def _numbers(text: str, folded: str, published: Collection[str]) -> Iterator[Finding]:
    for match in _DIGITS.finditer(text):
        number = _number(match[0], match.start())
        if number.digits[0] != "0" and _CURRENCY.match(folded, match.end()):
            continue
        kind = _named_kind(number, folded[max(0, match.start() - _CUE_REACH) : match.start()])
        if kind:
            yield Finding(kind, number.start, number.end)
        else:
            yield from _by_length(number, published)


def _named_kind(number: _Number, before: str) -> PersonalKind | None:
    """Return the kind that the words in front of *number* say it is."""
    for kind, (_, shortest, longest) in _CUES.items():
        if shortest <= len(number.digits) <= longest and _CUE_PATTERNS[kind].search(before):
            amount = number.reads_as_amount and kind in (PersonalKind.ACCOUNT, PersonalKind.OLD_IDENTITY)
            return None if amount and "." in number.separators else kind
    return None


def _by_length(whole: _Number, published: Collection[str]) -> Iterator[Finding]:
    """Yield the personal numbers among the runs of groups of *whole*, the longest from the left."""
    start = 0
    while start < len(whole.groups):
        for end in range(len(whole.groups), start, -1):
            part = _part(whole, start, end)
            kind = _kind_of(part)
            if kind and part.digits not in published:
                yield Finding(kind, part.start, part.end)
                start = end - 1
                break
        start += 1


def _kind_of(number: _Number) -> PersonalKind | None:
    """Return what *number* is by its shape alone."""
    digits = number.digits
    if number.lists_years or number.reads_as_amount or len(set(number.separators)) > 1:
        return None
    if _MOBILE.fullmatch(digits) or _ABROAD.fullmatch(digits):
        return PersonalKind.PHONE
    if tuple(map(len, number.groups)) in _IDENTITY_GROUPS:
        return PersonalKind.IDENTITY
    return (
        PersonalKind.CARD
        if len(digits) in (16, 19) and set(map(len, number.groups)) <= {3, 4, 16, 19}
        else None
    )


def _number(text: str, start: int) -> _Number:
    pieces = re.split(r"([ .,-])", text)
    return _Number(tuple(pieces[::2]), "".join(pieces[1::2]), start, start + len(text))


def _part(whole: _Number, first: int, last: int) -> _Number:
    groups = whole.groups[first:last]
    start = whole.start + sum(len(group) + 1 for group in whole.groups[:first])
    end = start + sum(map(len, groups)) + len(groups) - 1
    return _Number(groups, whole.separators[first : last - 1], start, end)


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _folded_in_place(text: str) -> str:
    """Return *text* without marks, lower case, each character still at its place."""
    return "".join(_folded_character(character) for character in text)


def _folded_character(character: str) -> str:
    lower = character.lower()
    if lower in "đð":
        return "d"
    return unicodedata.normalize("NFD", lower)[:1] or character
