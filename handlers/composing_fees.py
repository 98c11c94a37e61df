"""
Fees and times of a procedure, per way of filing.

Both belong to the row of "cách thức thực hiện", never to the procedure. A missing amount is not
"free", and a number without a unit is not a time: neither is ever guessed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from handlers import messages
from handlers.composed import Told, listed
from handlers.cutting import sentences, shorten, tidy
from knowledge.records import Charge, Procedure, Stage, SubmissionMethod, SubmissionMode, TimeUnit

ROW_CHARACTERS = 420  # of one row in the short form
_SMALLEST_CREDIBLE = 1000  # below this an amount in đồng, or in nothing, is a publisher's shorthand

_MONEY = re.compile(r"\d[\d.,]*\s*(?:(?:đồng|đ|vnđ|vnd|usd|đô la|triệu|nghìn)\b|%|\$)", re.IGNORECASE)
_FREE = re.compile(
    r"[\s\-]*(?:miễn(?: phí| lệ phí| thu)*|không (?:thu|mất)(?: phí| lệ phí)*|không phải (?:nộp|trả)(?: phí| lệ phí| tiền)*)"
    r"(?: ?\([^)]*\))?[\s.]*",
    re.IGNORECASE,
)
_NOTHING_SAID = re.compile(r"[\s\-]*(?:không|chưa)(?: (?:có|quy định|có quy định|thu|áp dụng))*[\s.]*", re.IGNORECASE)
_DURATION = re.compile(
    r"\d+(?:[.,]\d+)?\s*(?:\([^)]{1,20}\)\s*)?(?:ngày|giờ|tháng|năm|tuần|phút|buổi)\b(?!\s*\d)"
    r"|trong (?:ngày|buổi)\b(?!\s*\d)|ngày làm việc (?:tiếp theo|kế tiếp|sau)",
    re.IGNORECASE,
)
_RESULT = re.compile(r"trả kết quả|giải quyết (?:xong|hồ sơ|thủ tục|yêu cầu)|hoàn thành|thời hạn giải quyết", re.IGNORECASE)
_OTHER_MATTER = re.compile(
    r"bổ sung|hoàn thiện|từ chối|xin lỗi|lấy ý kiến|niêm yết|không hợp lệ|không đủ|không đầy đủ|trước thời|quá thời hạn|chậm",
    re.IGNORECASE,
)


def fee(procedure: Procedure, *, full: bool) -> Told:
    """Tell the charges of every way of filing; silent when no row names an amount or says "free"."""
    if not procedure.submission_methods:
        return Told(messages.NO_METHODS, silent=True)
    text = _per_mode(procedure.submission_methods, lambda method: _charges(method, full=full), full=full)
    return Told(text, silent=not any(_states_charge(method) for method in procedure.submission_methods))


def time(procedure: Procedure, *, full: bool) -> Told:
    """Tell the time of every way of filing; silent when a row states none that can be quoted."""
    if not procedure.submission_methods:
        return Told(messages.NO_METHODS, silent=True)
    text = _per_mode(procedure.submission_methods, lambda method: _time(method, full=full), full=full)
    if all(_states_time(method) for method in procedure.submission_methods):
        return Told(text)
    from_stages = time_in_stages(procedure.stages)
    if from_stages:
        text += "\n" + messages.QUOTED_IN_STEPS + "\n" + listed(f"“{words}”" for words in from_stages)
    return Told(text, silent=True)


def time_in_stages(stages: Iterable[Stage], at_most: int = 2) -> tuple[str, ...]:
    """
    Return sentences of *stages* that tell when the result is given; () when none surely does.

    A deadline for completing a dossier or for refusing it is another matter, so a sentence that
    mentions one is left out even if it may tell the whole time too.
    """
    found = [
        shorten(sentence.rstrip(" ;"), ROW_CHARACTERS)
        for stage in stages
        for line in tidy(stage.text).split("\n")
        for sentence in sentences(line)
        if _DURATION.search(sentence) and _RESULT.search(sentence) and not _OTHER_MATTER.search(sentence)
    ]
    return tuple(dict.fromkeys(found))[:at_most]


def modes(methods: Iterable[SubmissionMethod]) -> str:
    """Return the ways of filing in their usual order, "" for none."""
    return _mode_names({method.mode for method in methods})


def _mode_names(present: set[SubmissionMode]) -> str:
    # The order of the enumeration: the counter first, as an old person expects.
    return ", ".join(messages.MODES[mode] for mode in SubmissionMode if mode in present)


def _per_mode(methods: tuple[SubmissionMethod, ...], tell, *, full: bool) -> str:  # type: ignore[no-untyped-def]
    """One line per different text, led by the ways of filing that share it."""
    seen = [method.mode for method in methods]
    shared: dict[str, set[SubmissionMode]] = {}
    for method in methods:
        words = tell(method)
        # Rows of one mode are told apart by their description only.
        if seen.count(method.mode) > 1 and (case := _case(method, full=full)) and case not in words:
            words = f"{case}\n{words}"
        shared.setdefault(words, set()).add(method.mode)
    return listed(_led(_mode_names(present), words) for words, present in shared.items())


def _led(names: str, words: str) -> str:
    return f"{names[:1].upper()}{names[1:]}:{chr(10) if chr(10) in words else ' '}{words}"


def _case(method: SubmissionMethod, *, full: bool) -> str:
    words = tidy(method.description)
    return words if full else shorten(words, 160)


# --- charges -----------------------------------------------------------------------------------


def _charges(method: SubmissionMethod, *, full: bool) -> str:
    told = dict.fromkeys(_charge(charge) for charge in method.charges)
    if not told:
        return messages.NO_CHARGE
    return "\n".join(words if full else shorten(words, ROW_CHARACTERS) for words in told)


def _charge(charge: Charge) -> str:
    label = messages.CHARGES[charge.kind]
    words = tidy(charge.description)
    told = _with_amount(charge, words) if charge.amount else _without_amount(words)
    if told.lower().lstrip("-+ (").startswith(label.lower()):
        return told
    return f"{label}:{chr(10) if told.startswith(('- ', '+ ')) else ' '}{told}"


def _with_amount(charge: Charge, words: str) -> str:
    if _is_shorthand(charge) and _MONEY.search(words):
        return words  # "25" beside "25.000 đồng/hồ sơ": the words are the amount
    amount = amount_words(charge)
    if words.startswith("/"):
        return amount_words(charge, per=words)
    if words.lower().startswith("đồng") and charge.currency in ("", "VND"):
        return f"{plain_number(charge.amount or 0)} {words}"
    return f"{amount}{chr(10) if words.startswith(('- ', '+ ')) else ' – '}{words}" if words else amount


def _without_amount(words: str) -> str:
    if not words:
        return messages.NO_AMOUNT
    if _FREE.fullmatch(words):
        return messages.free(words.strip(" -."))
    if _NOTHING_SAID.fullmatch(words):
        return messages.quoted(words.strip(" -."))
    return words


def _is_shorthand(charge: Charge) -> bool:
    return charge.currency in ("", "VND") and (charge.amount or 0) < _SMALLEST_CREDIBLE


def amount_words(charge: Charge, per: str = "") -> str:
    """
    Write the amount with the currency the record gives, and with none when it gives none.

    Precondition: the charge has an amount other than 0.
    """
    number = plain_number(charge.amount or 0)
    if not charge.currency:
        return f"{number}{per} {messages.NO_CURRENCY}"
    amount = f"{number} {messages.CURRENCIES.get(charge.currency, charge.currency)}{per}"
    return messages.quoted(amount) if _is_shorthand(charge) else amount


def plain_number(value: float) -> str:
    """
    Write a number as Vietnamese do: a full stop for thousands, a comma before decimals.

    >>> plain_number(1250000.0), plain_number(7.5)
    ('1.250.000', '7,5')
    """
    whole, _, decimals = f"{value:,.2f}".partition(".")
    decimals = decimals.rstrip("0")
    return whole.replace(",", ".") + (f",{decimals}" if decimals else "")


def _states_charge(method: SubmissionMethod) -> bool:
    return any(
        (charge.amount and not (_is_shorthand(charge) or not charge.currency))
        or _MONEY.search(charge.description)
        or _FREE.fullmatch(charge.description)
        for charge in method.charges
    )


# --- times ---------------------------------------------------------------------------------------


def duration(method: SubmissionMethod) -> str:
    """Return the row's time with its unit; "" when it has no number or no unit."""
    if not method.processing_time or method.processing_time_unit is TimeUnit.UNSTATED:
        return ""
    return f"{plain_number(method.processing_time)} {messages.UNITS[method.processing_time_unit]}"


def _states_time(method: SubmissionMethod) -> bool:
    return bool(duration(method) or _DURATION.search(method.description))


def _time(method: SubmissionMethod, *, full: bool) -> str:
    words = _time_words(method.description, full=full)
    if stated := duration(method):
        return f"{stated}\n{words}" if words else stated
    if words:
        return words
    return messages.NO_TIME_UNIT if method.processing_time else messages.NO_TIME


def _time_words(description: str, *, full: bool) -> str:
    """The lines of a row's description that tell a time; all of it in the full form."""
    lines = tidy(description).split("\n")
    if full:
        return "\n".join(lines) if _DURATION.search(description) else ""
    return shorten("\n".join(line for line in lines if _DURATION.search(line)), ROW_CHARACTERS)
