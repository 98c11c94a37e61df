"""Invented records for the tests of composing; every figure in them is made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from knowledge.records import (
    Charge,
    ChargeKind,
    Contact,
    DossierCase,
    Form,
    LegalDocument,
    Level,
    Office,
    OpeningHours,
    Origin,
    PhoneNumber,
    Procedure,
    ProcedureStatus,
    ProcedureType,
    RequiredDocument,
    Stage,
    SubmissionMethod,
    SubmissionMode,
    TimeUnit,
)

ORIGIN = Origin("catalogue.jsonl", "portal-detail-json", date(2026, 7, 18))


def charge(
    amount: float | None = None, currency: str = "VND", words: str = "", kind: ChargeKind = ChargeKind.CHARGE
) -> Charge:
    return Charge(kind, amount, currency, words)


def method(
    mode: SubmissionMode = SubmissionMode.DIRECT,
    time: float | None = 5.0,
    unit: TimeUnit = TimeUnit.WORKING_DAY,
    words: str = "",
    charges: tuple[Charge, ...] = (),
) -> SubmissionMethod:
    return SubmissionMethod(mode, time, unit, words, charges)


def paper(name: str, originals: int = 1, copies: int = 0, forms: tuple[str, ...] = ()) -> RequiredDocument:
    return RequiredDocument(name, originals, copies, tuple(Form(form, "") for form in forms))


def procedure(**changes: Any) -> Procedure:
    """A small procedure with something to tell on every facet; *changes* replace its fields."""
    return replace(_PROCEDURE, **changes)


_PROCEDURE = Procedure(
    code="9.000123",
    title="Đăng ký nuôi ong",
    sector="Chăn nuôi",
    procedure_type=ProcedureType.NATIONAL,
    status=ProcedureStatus.ACTIVE,
    levels=(Level.COMMUNE,),
    province="",
    publisher="Bộ Ong Mật",
    publishing_decision="77/QĐ-BOM",
    decided_on=date(2026, 3, 2),
    updated_on=date(2026, 4, 15),
    stages=(
        Stage("Bước 1", "Người nuôi ong nộp hồ sơ. Cán bộ kiểm tra."),
        Stage("Bước 2", "Cán bộ trả kết quả trong 5 ngày làm việc."),
    ),
    submission_methods=(
        method(charges=(charge(30000.0, words="/đàn ong"),)),
        method(SubmissionMode.ONLINE, 3.0, charges=(charge(15000.0, words="/đàn ong"),)),
        method(SubmissionMode.POSTAL, charges=(charge(30000.0, words="/đàn ong"),)),
    ),
    dossier_cases=(
        DossierCase(
            "* Giấy tờ phải nộp:",
            (
                paper("- Tờ khai nuôi ong theo mẫu.", 1, 2, ("Mẫu 01-ONG.docx",)),
                paper("Giấy xác nhận chỗ đặt tổ ong", 0, 1),
                paper("- Người nuôi dưới 10 đàn không phải nộp giấy xác nhận.", 0, 0),
            ),
        ),
    ),
    conditions="Tổ ong cách nhà dân 50 mét.",
    legal_basis=(
        LegalDocument("12/2020/QH14", "Luật Ong"),
        LegalDocument("34/2021/NĐ-CP", "Nghị định về ong"),
    ),
    outcomes=("Giấy chứng nhận nuôi ong",),
    applicants=("Công dân Việt Nam",),
    handling_agencies=("Ủy ban nhân dân cấp xã",),
    competent_agencies=(),
    coordinating_agencies=(),
    submission_addresses="",
    description="",
    note="",
    keywords=(),
    portal_id="019d-ong",
    replaced_by=(),
    origin=ORIGIN,
)

HOTLINE = Contact(
    contact_id="duong-day-nong",
    name="Đường dây nóng",
    about=(),
    phones=(PhoneNumber("0999 111 222", "hỏi về thủ tục", "7:30–17:00"),),
    email="ong@example.vn",
    address="Thôn Hoa, xã Mẫu",
    hours="",
    website="",
    unit="",
    checked_on=date(2026, 5, 6),
    origin=ORIGIN,
)

OFFICE = Office(
    name="UBND xã Mẫu",
    level=Level.COMMUNE,
    province="Lào Cai",
    address="Thôn Hoa, xã Mẫu",
    opening_hours=(OpeningHours("Thứ 2 – Thứ 6", "7:30–11:30, 13:30–17:00", ""),),
    holidays="Nghỉ lễ theo quy định",
    reception_schedule="Thứ 5 hằng tuần",
    website="",
    origin=ORIGIN,
)
