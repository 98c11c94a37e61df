"""
Processing times of a procedure, per way of filing.

A number published without a unit is no time: it is never printed. What the row's description or the
steps say in words is quoted instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from handlers import messages_facts
from handlers.composed import Told, listed
from handlers.composing_methods import ROW_CHARACTERS, per_mode, plain_number
from handlers.cutting import bare, relevant, sentences, shorten, tidy
from knowledge.records import Procedure, Stage, SubmissionMethod, TimeUnit

_DURATION = re.compile(
    r"\d+(?:[.,]\d+)?\s*(?:\([^)]{1,20}\)\s*)?(?:ngày|giờ|tháng|năm|tuần|phút|buổi)\b(?!\s*\d)"
    r"|trong (?:ngày|buổi)\b(?!\s*\d)|ngày làm việc (?:tiếp theo|kế tiếp|sau)",
    re.IGNORECASE,
)
_RESULT = re.compile(
    r"trả kết quả|giải quyết (?:xong|hồ sơ|thủ tục|yêu cầu)|hoàn thành|thời hạn giải quyết", re.IGNORECASE
)
_OTHER_MATTER = re.compile(
    r"bổ sung|hoàn thiện|từ chối|xin lỗi|lấy ý kiến|niêm yết|không hợp lệ|không đủ|không đầy đủ"
    r"|trước thời|quá thời hạn|chậm",
    re.IGNORECASE,
)


def time(procedure: Procedure, *, full: bool) -> Told:
    """Tell the time of every way of filing; silent when a row states none that can be quoted."""
    if not procedure.submission_methods:
        return Told(messages_facts.NO_METHODS, silent=True)
    text = per_mode(procedure.submission_methods, lambda method: _time(method, full=full), full=full)
    if all(_states_time(method) for method in procedure.submission_methods):
        return Told(text)
    from_stages = time_in_stages(procedure.stages)
    if from_stages:
        text += "\n" + messages_facts.QUOTED_IN_STEPS + "\n" + listed(f"“{words}”" for words in from_stages)
    return Told(text, silent=True)


def time_in_stages(stages: Iterable[Stage], at_most: int = 2) -> tuple[str, ...]:
    """
    Return sentences of *stages* that tell when the result is given; () when none surely does.

    A deadline for completing a dossier or for refusing it is another matter, so a sentence that
    mentions one is left out even if it may tell the whole time too.
    """
    found = [
        shorten(bare(sentence).rstrip(" ;"), ROW_CHARACTERS)
        for stage in stages
        for line in tidy(stage.text).split("\n")
        for sentence in sentences(line)
        if _DURATION.search(sentence) and _RESULT.search(sentence) and not _OTHER_MATTER.search(sentence)
    ]
    return tuple(dict.fromkeys(found))[:at_most]


def duration(method: SubmissionMethod) -> str:
    """Return the row's time with its unit; "" when it has no number or no unit."""
    if not method.processing_time or method.processing_time_unit is TimeUnit.UNSTATED:
        return ""
    return f"{plain_number(method.processing_time)} {messages_facts.UNITS[method.processing_time_unit]}"


def _states_time(method: SubmissionMethod) -> bool:
    return bool(duration(method) or _DURATION.search(method.description))


def _time(method: SubmissionMethod, *, full: bool) -> str:
    words = _time_words(method.description, full=full)
    if stated := duration(method):
        return words if _begins_with(words, stated) else f"{stated}\n{words}".rstrip()
    if words:
        return words
    return messages_facts.NO_TIME_UNIT if method.processing_time else messages_facts.NO_TIME


def _begins_with(words: str, stated: str) -> bool:
    """Say whether *words* tell the time *stated* themselves, so that it is not told twice."""
    return re.match(rf"0?{re.escape(stated)}\b", words, re.IGNORECASE) is not None


def _time_words(description: str, *, full: bool) -> str:
    """The sentences of a row's description that tell a time; all of it in the full form."""
    words = tidy(description)
    if not _DURATION.search(words):
        return ""
    if full:
        return words
    return bare(relevant(words, _DURATION, ROW_CHARACTERS))
