"""
Every figure of an answer stands in its record.

A *fact* is a word that holds a digit (an amount, a code, a document number, a date, a telephone
number, an address), or a number together with its unit: "3 ngày làm việc" is another fact than
"3 ngày", so a unit that was made up is found even where the bare number occurs elsewhere. What our
own formats print (dates, quantities, amounts, the portal's link) is a fact of the record when it is
printed from the record's field.

But: this shows that every figure was published in this record, not that it stands in the right
sentence; the tests of composing show that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date

from handlers import messages_facts, messages_quoting
from knowledge.records import Charge, Procedure, RequiredDocument, SubmissionMethod

PORTAL_PAGE = "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/"

_URL = re.compile(r"https?://[^\s)”\"]+")
_WORD = re.compile(r"[^\W_]+(?:[.,/:_@%–-]+[^\W_]+)*%?")
_DIGIT = re.compile(r"\d")
# Before a figure "ngày", "tháng" and "năm" name a date ("số 543 ngày 01/07/2026") and are no unit.
_NUMBER_AND_UNIT = re.compile(
    r"(?<![\w.,/-])(\d[\d.,]*)\s*"
    r"(ngày làm việc|ngày(?! làm việc| \d{1,2}[/-])|giờ|tháng(?! \d)|năm(?! \d)|tuần|phút"
    r"|đồng|usd|bản chính|bản sao|văn bản)(?!\w)",
    re.IGNORECASE,
)


def facts_of(*records: object) -> frozenset[str]:
    """Return every fact that *records* state, as text or through our own formats."""
    return frozenset(fact for record in records for text in _texts(record) for fact in _facts(text))


def unsupported_facts(text: str, *records: object) -> list[str]:
    """Return the facts of *text* that none of *records* states, in the order of the text; [] is right."""
    return unsupported(text, facts_of(*records))


def unsupported(text: str, facts: frozenset[str]) -> list[str]:
    """Return the facts of *text* outside *facts*; for many texts on one record."""
    return [fact for fact in _facts(text) if fact not in facts]


def _facts(text: str) -> list[str]:
    links = [link.rstrip(".,;:") for link in _URL.findall(text)]
    # A published line break may stand inside "10 ngày / làm việc".
    rest = " ".join(_URL.sub(" ", text).split())
    words = [word.lower() for word in _WORD.findall(rest) if _DIGIT.search(word)]
    measures = [f"{number.rstrip('.,')} {unit.lower()}" for number, unit in _NUMBER_AND_UNIT.findall(rest)]
    return list(dict.fromkeys(links + words + measures))


def _texts(value: object) -> Iterator[str]:
    """Yield each text of a record, its dates and numbers as the messages print them."""
    if isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, date):
        yield messages_quoting.day(value)
    elif isinstance(value, Iterable):
        for item in value:
            yield from _texts(item)
    elif is_dataclass(value):
        yield from _printed(value)
        for part in fields(value):
            yield from _texts(getattr(value, part.name))


def _printed(record: object) -> Iterator[str]:
    """
    Yield what our own formats make of the numbers of *record*.

    Written out here once more, on purpose: a checker that borrowed the formats of composing would
    borrow their mistakes.
    """
    if isinstance(record, Procedure):
        yield PORTAL_PAGE + record.portal_id
        yield messages_facts.legal_total(len(record.legal_basis))
    elif isinstance(record, SubmissionMethod) and record.processing_time:
        # TimeUnit.UNSTATED has no name: the bare number is no fact.
        if unit := messages_facts.UNITS.get(record.processing_time_unit):
            yield f"{_number(record.processing_time)} {unit}"
    elif isinstance(record, RequiredDocument):
        yield f"{record.originals:02d} bản chính, {record.copies:02d} bản sao"
    elif isinstance(record, Charge) and record.amount:
        amount = _number(record.amount)
        with_currency = f"{amount} {messages_facts.CURRENCIES.get(record.currency, record.currency)}".rstrip()
        yield with_currency
        # The amount is also printed in front of the description's own "đồng/lần" or "/hồ sơ".
        words = " ".join(record.description.split())
        yield f"{with_currency}{words}" if words.startswith("/") else f"{amount} {words}"


def _number(value: float) -> str:
    whole = f"{int(value):,}".replace(",", ".")
    decimals = f"{value % 1:.2f}"[2:].rstrip("0")
    return f"{whole},{decimals}" if decimals else whole
