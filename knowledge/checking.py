"""
The traps in published records, record by record, for staff.

Nothing is corrected: the record is shown as published, and a finding says what a reader might
take wrongly, where it stands, and what staff can do. Each trap has bitten a published system.

But: displaced words and wrong facts cannot be found by machine and are not looked for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from knowledge.records import Charge, Level, Procedure, SubmissionMethod, TimeUnit
from knowledge.text import normalize
from knowledge.traps import TRAPS, Trap


@dataclass(frozen=True, slots=True)
class Finding:
    """One trap at one place of one record. ``field`` is the path ("submission_methods[0].charges[1]")."""

    code: str
    trap: Trap
    field: str
    detail: str  # what stands there
    advice: str


# "0 đồng" names no amount; "1.500 đồng" and "0,5 triệu" do.
_AMOUNT = re.compile(r"(?<![\d.,])(?=[\d.,]*[1-9])\d[\d.,]*\s*(?:đồng|đ\b|vnđ|vnd|usd|nghìn|triệu)")
# "Miễn lệ phí đối với người có công" says that the others pay.
_FREE = re.compile(
    r"^\W*(?:miễn|không thu|không mất|không phải nộp|không có (?:lệ )?phí)"
    r"(?!.*\b(?:đối với|cho|trường hợp|nếu)\b)"
    r"|^không\W*$|^0 ?(?:đồng|đ|vnđ)\W*$",
    re.DOTALL,
)
_COUNCIL = re.compile(r"hội đồng nhân dân|hđnd")
_COMMUNE_BODY = re.compile(r"(?<!bảo hiểm )\bxã\b(?! hội)|\bphường\b|\bđặc khu\b")
_DISTRICT = re.compile(
    r"\bhuyện\b|phòng tư pháp|(?:ubnd|[uủ][yỷ] ban nhân dân|công an|hội đồng nhân dân) quận"
)
_USUAL_CODE = re.compile(r"\d\.\d{6}")
_SMALL = 1_000
_FACETS = (
    ("dossier_cases", "thành phần hồ sơ"),
    ("submission_methods", "cách thức thực hiện"),
    ("stages", "trình tự thực hiện"),
    ("outcomes", "kết quả thực hiện"),
    ("legal_basis", "căn cứ pháp lý"),
    ("handling_agencies", "cơ quan thực hiện"),
)

Found = Iterator[tuple[Trap, str, str]]  # trap, field, detail


def check(procedures: Iterable[Procedure]) -> Iterator[Finding]:
    """
    Yield the findings of each procedure in turn; names shared by several codes come at the end.

    A record without a trap yields nothing.
    """
    codes_by_name = defaultdict(list)
    for procedure in procedures:
        codes_by_name[normalize(procedure.title)].append(procedure.code)
        for look in _LOOKS:
            for trap, field, detail in look(procedure):
                yield _finding(procedure.code, trap, field, detail)
    for codes in codes_by_name.values():
        for code in codes if len(codes) > 1 else ():
            others = ", ".join(other for other in codes if other != code)
            yield _finding(code, Trap.SAME_NAME, "title", others)


def _finding(code: str, trap: Trap, field: str, detail: str) -> Finding:
    return Finding(code, trap, field, detail, TRAPS[trap].advice)


def _fees(procedure: Procedure) -> Found:
    for i, method in enumerate(procedure.submission_methods):
        for j, charge in enumerate(method.charges):
            for trap in _fee_traps(charge):
                amount = "" if charge.amount is None else f"{charge.amount:g} {charge.currency}".strip()
                detail = " – ".join(filter(None, (amount, charge.description)))
                yield trap, f"submission_methods[{i}].charges[{j}]", detail


def _fee_traps(charge: Charge) -> Iterator[Trap]:
    description = charge.description.lower()
    named = bool(_AMOUNT.search(description))
    by_province = bool(_COUNCIL.search(description))
    if by_province:
        yield Trap.FEE_SET_BY_PROVINCE
    if charge.amount:
        if charge.amount < _SMALL and charge.currency != "USD":
            yield Trap.FEE_TOO_SMALL
    elif named:
        yield Trap.FEE_IN_DESCRIPTION
    elif not by_province and not _FREE.search(description):
        yield Trap.FEE_NOT_STATED


def _times(procedure: Procedure) -> Found:
    for i, method in enumerate(procedure.submission_methods):
        if method.processing_time_unit is TimeUnit.UNSTATED:
            yield Trap.TIME_WITHOUT_UNIT, f"submission_methods[{i}].processing_time", _time(method)


def _time(method: SubmissionMethod) -> str:
    number = "" if method.processing_time is None else f"{method.processing_time:g}"
    return " – ".join(filter(None, (number, method.description)))


def _agencies(procedure: Procedure) -> Found:
    if Level.COMMUNE in procedure.levels and not any(
        _COMMUNE_BODY.search(agency.lower()) for agency in procedure.handling_agencies
    ):
        yield Trap.NO_COMMUNE_BODY, "handling_agencies", "; ".join(procedure.handling_agencies)


def _district(procedure: Procedure) -> Found:
    """Yield the first mention only: one is enough to send a citizen to an office that is gone."""
    for field, text in _texts(procedure):
        found = _DISTRICT.search(text.lower())
        if found:
            yield Trap.DISTRICT_MENTIONED, field, found[0]
            return


def _texts(procedure: Procedure) -> Iterator[tuple[str, str]]:
    agencies = (procedure.handling_agencies, procedure.competent_agencies, procedure.coordinating_agencies)
    yield "title", procedure.title
    yield "agencies", "\n".join(name for names in agencies for name in names)
    yield "submission_addresses", procedure.submission_addresses
    yield "stages", "\n".join(f"{stage.name} {stage.text}" for stage in procedure.stages)
    yield "submission_methods", "\n".join(method.description for method in procedure.submission_methods)
    yield "dossier_cases", "\n".join(_case_texts(procedure))
    yield "conditions", procedure.conditions
    yield "note", procedure.note


def _case_texts(procedure: Procedure) -> Iterator[str]:
    for case in procedure.dossier_cases:
        yield case.name
        yield from (document.name for document in case.documents)


def _decision(procedure: Procedure) -> Found:
    if not procedure.publishing_decision:
        yield Trap.NO_DECISION, "publishing_decision", ""
    if procedure.decided_on is None:
        yield Trap.NO_DECISION, "decided_on", procedure.publishing_decision


def _notes(procedure: Procedure) -> Found:
    for i, case in enumerate(procedure.dossier_cases):
        for j, document in enumerate(case.documents):
            if document.is_note:
                yield Trap.NOTE_AMONG_DOCUMENTS, f"dossier_cases[{i}].documents[{j}]", document.name


def _gaps(procedure: Procedure) -> Found:
    for field, label in _FACETS:
        if not getattr(procedure, field):
            yield Trap.EMPTY_FACET, field, label
    if procedure.dossier_cases and not any(case.documents for case in procedure.dossier_cases):
        yield Trap.EMPTY_FACET, "dossier_cases", "thành phần hồ sơ"
    if procedure.submission_methods and not any(method.charges for method in procedure.submission_methods):
        yield Trap.EMPTY_FACET, "submission_methods", "phí, lệ phí"


def _code(procedure: Procedure) -> Found:
    if not _USUAL_CODE.fullmatch(procedure.code):
        yield Trap.ODD_CODE, "code", procedure.code


_LOOKS: tuple[Callable[[Procedure], Found], ...] = (
    _fees,
    _times,
    _agencies,
    _district,
    _decision,
    _notes,
    _gaps,
    _code,
)
