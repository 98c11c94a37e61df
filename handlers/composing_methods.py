"""The rows of "cách thức thực hiện": equal rows told once, under the ways of filing that share them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from handlers import messages_facts
from handlers.composed import listed
from handlers.cutting import shorten, tidy
from knowledge.records import SubmissionMethod, SubmissionMode

ROW_CHARACTERS = 420  # of one row in the short form
_CASE_CHARACTERS = 240


def modes(methods: Iterable[SubmissionMethod]) -> str:
    """Return the ways of filing in their usual order, "" for none."""
    return _mode_names({method.mode for method in methods})


def _mode_names(present: set[SubmissionMode]) -> str:
    return ", ".join(messages_facts.MODES[mode] for mode in SubmissionMode if mode in present)


def per_mode(
    methods: tuple[SubmissionMethod, ...], tell: Callable[[SubmissionMethod], str], *, full: bool
) -> str:
    """Return one list item per different text of *tell*, led by the ways of filing that share it."""
    # Published in any order; the counter comes first, as an old person expects.
    in_order = sorted(methods, key=lambda method: tuple(SubmissionMode).index(method.mode))
    told = [(method, tell(method)) for method in in_order]
    shared: dict[str, set[SubmissionMode]] = {}
    for method, words in told:
        # Rows of one mode that differ are told apart by their description only.
        differs = any(other.mode is method.mode and theirs != words for other, theirs in told)
        if differs and (case := _case(method, full=full)) and case not in words:
            words = f"{case}\n{words}"
        shared.setdefault(words, set()).add(method.mode)
    return listed(_led(_mode_names(present), words) for words, present in shared.items())


def _led(names: str, words: str) -> str:
    on_a_new_line = "\n" in words or ":" in words
    return f"{names[:1].upper()}{names[1:]}:{chr(10) if on_a_new_line else ' '}{words}"


def _case(method: SubmissionMethod, *, full: bool) -> str:
    words = tidy(method.description)
    return words if full else shorten(words, _CASE_CHARACTERS)


def plain_number(value: float) -> str:
    """
    Write a number as Vietnamese do: a full stop for thousands, a comma before decimals.

    >>> plain_number(1250000.0), plain_number(7.5)
    ('1.250.000', '7,5')
    """
    whole, _, decimals = f"{value:,.2f}".partition(".")
    decimals = decimals.rstrip("0")
    return whole.replace(",", ".") + (f",{decimals}" if decimals else "")
