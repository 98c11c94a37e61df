"""
Which member of a family, and which family, by place: the office's level and province, or the one named.

The same procedure is published once per level and, for land, once per province. A citizen means the
procedure; the office (or a word in the question) says which copy is theirs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from handlers.lexicons import phrase_list, read_lexicon
from knowledge.agencies import agency_levels
from knowledge.phrases import PhraseBook, typed_syllables
from knowledge.records import Level, Office, Procedure
from knowledge.text import fold

_LEVEL_IN_TITLE = re.compile(r"\bcap (xa|tinh|trung uong|bo)\b")
_TITLE_LEVELS = {
    "xa": Level.COMMUNE,
    "tinh": Level.PROVINCE,
    "trung uong": Level.MINISTRY,
    "bo": Level.MINISTRY,
}


def within_reach(
    procedures: Sequence[Procedure], office: Office | None, question: str
) -> tuple[Procedure, ...]:
    """
    Return *procedures* without those that another province published for itself.

    "Another" is any but the provinces that *question* names, or else the office's.
    """
    here = provinces_named(question) or ({office.province} if office else set())
    return tuple(
        procedure for procedure in procedures if not procedure.province or procedure.province in here
    )


def fitting(members: Sequence[Procedure], office: Office | None, question: str) -> tuple[Procedure, ...]:
    """
    Return those of one family's *members* that fit the place, in order; never none of several.

    The level and the province named in *question* come first, then the province's own copy, then the
    office's level. More than one is left only when a citizen could tell them apart: ask back then.
    """
    named = levels_named(question) if len(members) > 1 else set()
    fits = _keep(members, lambda member: bool(levels_of(member) & named))
    fits = _keep(fits, lambda member: bool(member.province))
    fits = _keep(fits, lambda member: bool(office and office.level in levels_of(member)))
    return fits if _can_be_told_apart(fits) else fits[:1]


def levels_of(procedure: Procedure) -> set[Level]:
    """Return the levels that handle *procedure*: by its title, else its agencies, else the portal's flags."""
    named = _LEVEL_IN_TITLE.findall(fold(procedure.title))
    if named:
        return {_TITLE_LEVELS[level] for level in named}
    return set(agency_levels(procedure.handling_agencies) or procedure.levels)


def levels_named(question: str) -> set[Level]:
    """Return the levels that *question* names ("ở xã", "cap tinh"); none is the usual case."""
    return {Level(label) for label in _place_book("levels").labels(typed_syllables(question))}


def provinces_named(question: str) -> set[str]:
    """Return the provinces that *question* names, by their name of today or one they had before."""
    return set(_place_book("provinces").labels(typed_syllables(question)))


def _keep(members: Sequence[Procedure], wanted: Callable[[Procedure], bool]) -> tuple[Procedure, ...]:
    """Return the wanted ones, or all when there is none among them."""
    return tuple(filter(wanted, members)) or tuple(members)


def _can_be_told_apart(members: Sequence[Procedure]) -> bool:
    seen = {(frozenset(levels_of(member)), member.province, fold(member.title)) for member in members}
    return len(seen) == len(members)


@lru_cache(maxsize=4)
def _place_book(name: str) -> PhraseBook:
    entries = read_lexicon("places")[name]
    if not isinstance(entries, dict):
        raise ValueError(f"places.yaml: {name} is a mapping of names to phrases")
    return PhraseBook({str(label): phrase_list(phrases) for label, phrases in entries.items()})
