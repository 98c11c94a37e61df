"""
The national portal's detail JSON as a ``Procedure``.

Publishers' mistakes stay in: a text is cleaned (NFC, no invisible characters, trimmed) and
otherwise kept. Two of the portal's own habits are undone, because they would be read as facts:
the general ``description`` is always a copy of the conditions, and a processing time written as a
text would have no place in a number; it goes before the row's description.

But: this module opens no file; see ``reading.py``. What is doubtful in a record is kept here and
reported by ``checking.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone

import msgspec

from knowledge.portal_schema import (
    Answer,
    Detail,
    Named,
    RawCase,
    RawComponent,
    RawFee,
    RawMethod,
    RawStep,
)
from knowledge.records import (
    Charge,
    ChargeKind,
    DossierCase,
    Form,
    LegalDocument,
    Level,
    Origin,
    Procedure,
    ProcedureStatus,
    ProcedureType,
    RequiredDocument,
    Stage,
    SubmissionMethod,
    SubmissionMode,
    TimeUnit,
)
from knowledge.stages import split_stages
from knowledge.text import clean, one_line

FORMAT = "portal-detail-json"

# The portal's days are Vietnamese days; in UTC, midnight in Hà Nội is still the day before.
_VIETNAM = timezone(timedelta(hours=7))

_TYPES = {
    "STANDARD": ProcedureType.NATIONAL,
    "SPECIFIC": ProcedureType.PROVINCIAL,
    "STANDARD_INTERNAL": ProcedureType.INTERNAL,
}
_CHARGES = {"FEE": ChargeKind.FEE, "SERVICE_FEE": ChargeKind.CHARGE, "PRICE_LEVEL": ChargeKind.PRICE}
_CURRENCIES = {"việt nam đồng": "VND", "vnd": "VND", "vnđ": "VND", "usd": "USD"}
_NO_KEYWORDS = "không có thông tin"
# A publisher strikes a procedure out by writing "-Xoa" (xóa) after its code. The suffix stays: the
# bare code belongs to another procedure by now.
_STRUCK_OUT = re.compile(r"-x(?:oa|óa|oá)$", re.IGNORECASE)
_PROVINCE = re.compile(r"(?:^|[\s–-])(tỉnh|thành phố)\s+(\S.*)$", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")

_DECODER = msgspec.json.Decoder(Answer)
_DETAIL_DECODER = msgspec.json.Decoder(Detail)


def decode_answer(data: bytes) -> Detail:
    """
    Return the checked detail of one ``{"id", "code", "name", "detail"}`` object.

    Raises:
        msgspec.DecodeError: not JSON; ``msgspec.ValidationError``, its subclass, when the shape
            is wrong (the text names the path).
        RecursionError: nested too deeply.
    """
    answer = _DECODER.decode(data)
    if answer.code is not None and answer.code.strip() != answer.detail.code.strip():
        raise msgspec.ValidationError("Code differs from `detail.code` - at `$.code`")
    return answer.detail


def decode_detail(data: bytes) -> Detail:
    """Return the checked detail of an object that is the detail itself; raises as `decode_answer`."""
    return _DETAIL_DECODER.decode(data)


def to_procedure(detail: Detail, origin: Origin) -> Procedure:
    """Return *detail* as a record. Never raises: a checked detail always gives a record."""
    code = one_line(detail.code)
    kind = _TYPES[detail.type]
    publisher = _line(detail.department_promulgate_name)
    proposal = detail.procedure_proposal
    conditions = _text(detail.requirements_and_conditions)
    description = _text(detail.description)
    return Procedure(
        code=code,
        title=one_line(detail.name),
        sector="; ".join(_names(detail.categories_details)),
        procedure_type=kind,
        status=ProcedureStatus.ABOLISHED if _STRUCK_OUT.search(code) else ProcedureStatus.ACTIVE,
        levels=_levels(detail),
        province=province_of(publisher) if kind is ProcedureType.PROVINCIAL else "",
        publisher=publisher,
        publishing_decision=_line(proposal.proposal_number) if proposal else "",
        decided_on=_day(proposal.decision_date) if proposal else None,
        updated_on=_day(detail.updated_at),
        stages=_stages(detail.execution_steps),
        submission_methods=tuple(_method(row) for row in detail.execution_methods),
        dossier_cases=tuple(_case(case) for case in detail.execution_cases),
        conditions=conditions,
        legal_basis=tuple(
            LegalDocument(_line(law.code), _text(law.name)) for law in detail.legal_basises_details
        ),
        outcomes=_names(detail.results_details),
        applicants=_names(detail.subject_types_details),
        handling_agencies=_names(detail.departments_executing + detail.unit_groups_executing),
        competent_agencies=_names(detail.departments_authority + detail.unit_groups_authority),
        coordinating_agencies=_names(detail.departments_coordinating + detail.unit_groups_coordinating),
        submission_addresses=_text(detail.dossier_receiving_addresses),
        description="" if description == conditions else description,
        note=_text(detail.note),
        keywords=_keywords(detail.keywords),
        portal_id=detail.id.strip(),
        replaced_by=(),
        origin=origin,
    )


def province_of(publisher: str) -> str:
    """
    Return the province in a publisher's name, spelled as in the list of 34; "" when there is none.

    >>> province_of("UBND tỉnh Bắc Ninh"), province_of("Sở Xây dựng - tỉnh Quảng Ngãi")
    ('Bắc Ninh', 'Quảng Ngãi')
    >>> province_of("UBND Thành phố Huế"), province_of("Bộ Tư pháp")
    ('Thành phố Huế', '')
    """
    found = _PROVINCE.search(publisher)
    if not found:
        return ""
    return found[2] if found[1].lower() == "tỉnh" else f"Thành phố {found[2]}"


def _levels(detail: Detail) -> tuple[Level, ...]:
    flags = {
        Level.COMMUNE: detail.is_ward,
        Level.PROVINCE: detail.is_province,
        Level.MINISTRY: detail.is_ministry,
        Level.OTHER: detail.is_other_agency,
    }
    return tuple(level for level, flagged in flags.items() if flagged)


def _stages(steps: Iterable[RawStep]) -> tuple[Stage, ...]:
    return tuple(stage for step in steps for stage in split_stages(_line(step.name), _text(step.description)))


def _method(row: RawMethod) -> SubmissionMethod:
    time, written = _duration(row.processing_time)
    description = _text(row.description)
    if written and written not in description:
        description = "\n".join(filter(None, (written, description)))
    unit = row.processing_time_unit
    return SubmissionMethod(
        mode=SubmissionMode(row.submission_method.lower()),
        processing_time=time,
        processing_time_unit=TimeUnit.UNSTATED if unit == "OTHER" else TimeUnit(unit.lower()),
        description=description,
        charges=tuple(_charge(fee) for fee in row.fees),
    )


def _duration(published: float | str | None) -> tuple[float | None, str]:
    """Return the number, or else the text that was published in its place."""
    if not isinstance(published, str):
        return published, ""
    written = _text(published)
    if _NUMBER.fullmatch(written):
        return float(written.replace(",", ".")), ""
    return None, written


def _charge(fee: RawFee) -> Charge:
    currency = _line(fee.currency_name)
    return Charge(
        kind=_CHARGES[fee.type],
        amount=fee.value,
        currency=_CURRENCIES.get(currency.lower(), currency),
        description=_text(fee.description),
    )


def _case(case: RawCase) -> DossierCase:
    return DossierCase(_text(case.name), tuple(_document(row) for row in case.profile_components))


def _document(row: RawComponent) -> RequiredDocument:
    forms = tuple(Form(_line(file.file_name), file.file_path or "") for file in row.attachments)
    return RequiredDocument(_text(row.name), row.original_qty, row.copy_qty, forms)


def _keywords(published: str | None) -> tuple[str, ...]:
    parts = (one_line(part) for part in re.split(r"[\n;]", published or ""))
    return tuple(part for part in parts if part and part.lower() != _NO_KEYWORDS)


def _names(items: Iterable[Named | None]) -> tuple[str, ...]:
    """Return the names in order, each once; null items and empty names are left out."""
    return tuple(dict.fromkeys(filter(None, (_line(item.name) for item in items if item))))


def _day(milliseconds: int | None) -> date | None:
    if not milliseconds:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, _VIETNAM).date()


def _text(published: str | None) -> str:
    return clean(published).strip() if published else ""


def _line(published: str | None) -> str:
    return one_line(published) if published else ""
