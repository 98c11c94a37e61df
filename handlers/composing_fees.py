"""
Fees of a procedure, per way of filing.

A fee belongs to the row of "cách thức thực hiện", never to the procedure. An amount of 0 is not
"free", and an amount without a currency gets none: neither is ever guessed here.
"""

from __future__ import annotations

import re

from handlers import messages_facts
from handlers.composed import Told
from handlers.composing_methods import ROW_CHARACTERS, per_mode, plain_number
from handlers.cutting import bare, relevant, tidy
from knowledge.records import Charge, Procedure, SubmissionMethod

_SMALLEST_CREDIBLE = 1000  # below this an amount in đồng, or in nothing, is a publisher's shorthand

_LABELS = tuple(label.lower() for label in messages_facts.CHARGES.values())
_MONEY = re.compile(r"(\d[\d.,]*)\s*(?:(?:đồng|đ|vnđ|vnd|usd|đô la|triệu|nghìn)\b|%|\$)", re.IGNORECASE)
_FREE = re.compile(
    r"[\s\-]*(?:miễn(?: phí| lệ phí| thu)*|không (?:thu|mất)(?: phí| lệ phí)*"
    r"|không phải (?:nộp|trả)(?: phí| lệ phí| tiền)*)"
    r"(?: ?\([^)]*\))?[\s.]*",
    re.IGNORECASE,
)
# Sentences a short answer on fees must not lose.
_TELLS = re.compile(_MONEY.pattern + r"|miễn|không thu|hội đồng nhân dân", re.IGNORECASE)
_NOTHING_SAID = re.compile(
    r"[\s\-]*(?:không|chưa)(?: (?:có|quy định|có quy định|thu|áp dụng))*[\s.]*", re.IGNORECASE
)


def fee(procedure: Procedure, *, full: bool) -> Told:
    """Tell the charges of every way of filing; silent when no row names an amount or says "free"."""
    if not procedure.submission_methods:
        return Told(messages_facts.NO_METHODS, silent=True)
    text = per_mode(procedure.submission_methods, lambda method: _charges(method, full=full), full=full)
    return Told(text, silent=not any(_states_charge(method) for method in procedure.submission_methods))


def _charges(method: SubmissionMethod, *, full: bool) -> str:
    told = dict.fromkeys(_charge(charge) for charge in method.charges)
    if not told:
        return messages_facts.NO_CHARGE
    return "\n".join(words if full else relevant(words, _TELLS, ROW_CHARACTERS) for words in told)


def _charge(charge: Charge) -> str:
    label = messages_facts.CHARGES[charge.kind]
    words = tidy(charge.description)
    told = _with_amount(charge, words) if charge.amount else _without_amount(words)
    if _unbulleted(told).lower().startswith(_LABELS):
        return _unbulleted(told)
    return f"{label}:\n{told}" if _is_list(told) else f"{label}: {_unbulleted(told)}"


def _is_list(words: str) -> bool:
    """Say whether *words* are several items; a lone bullet in front of a text is only decoration."""
    return words.startswith("- ") and "\n- " in words


def _unbulleted(words: str) -> str:
    return words if _is_list(words) else bare(words)


def _with_amount(charge: Charge, words: str) -> str:
    if _MONEY.search(words) and (_is_shorthand(charge) or _repeats(words, charge)):
        return words  # "25" beside "25.000 đồng/hồ sơ": the words are the amount
    amount = amount_words(charge)
    if words.startswith("/"):
        return amount_words(charge, per=words)
    if words.lower().startswith("đồng") and charge.currency in ("", "VND"):
        return f"{plain_number(charge.amount or 0)} {words}"
    if not words:
        return amount
    if _is_list(words):
        return f"{amount}\n{words}"
    # Words without an amount are mostly about exemptions; a dash would tie the amount to them.
    return f"{amount}{' –' if _MONEY.search(words) else '.'} {_unbulleted(words)}"


def _without_amount(words: str) -> str:
    if not words:
        return messages_facts.NO_AMOUNT
    if _FREE.fullmatch(words):
        return messages_facts.free(words.strip(" -."))
    if _NOTHING_SAID.fullmatch(words):
        return messages_facts.quoted(words.strip(" -."))
    return words


def _repeats(words: str, charge: Charge) -> bool:
    """Say whether *words* name the amount as money, so that it need not stand in front of them too."""
    number = plain_number(charge.amount or 0)
    return any(money[1].rstrip(".,") == number for money in _MONEY.finditer(words))


def _is_shorthand(charge: Charge) -> bool:
    return charge.currency in ("", "VND") and (charge.amount or 0) < _SMALLEST_CREDIBLE


def amount_words(charge: Charge, per: str = "") -> str:
    """
    Write the amount with the currency the record gives, and with none when it gives none.

    Precondition: the charge has an amount other than 0.
    """
    number = plain_number(charge.amount or 0)
    if not charge.currency:
        return f"{number}{per} {messages_facts.NO_CURRENCY}"
    amount = f"{number} {messages_facts.CURRENCIES.get(charge.currency, charge.currency)}{per}"
    return messages_facts.quoted(amount) if _is_shorthand(charge) else amount


def _states_charge(method: SubmissionMethod) -> bool:
    return any(
        (charge.amount and not (_is_shorthand(charge) or not charge.currency))
        or _MONEY.search(charge.description)
        or _FREE.fullmatch(charge.description)
        for charge in method.charges
    )
