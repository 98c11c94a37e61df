"""Invented records with every field filled in; tests replace only what matters to them."""

from __future__ import annotations

from datetime import date
from typing import Any

from knowledge.records import (
    QA,
    Charge,
    ChargeKind,
    Contact,
    DossierCase,
    Form,
    Guide,
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

ORIGIN = Origin("thu-tuc-mau.jsonl", "portal-detail-json", date(2026, 7, 18), sample=True)


def a_procedure(code: str = "9.000001", **changes: Any) -> Procedure:
    fields: dict[str, Any] = {
        "code": code,
        "title": f"Cấp phép thả diều số {code}",
        "sector": "Diều",
        "procedure_type": ProcedureType.NATIONAL,
        "status": ProcedureStatus.ACTIVE,
        "levels": (Level.COMMUNE,),
        "province": "",
        "publisher": "Bộ Diều",
        "publishing_decision": "12/QĐ-BD",
        "decided_on": date(2026, 1, 2),
        "updated_on": date(2026, 3, 4),
        "stages": (Stage("Bước 1", "Nộp đơn."), Stage("Bước 2", "Nhận giấy phép.")),
        "submission_methods": (
            SubmissionMethod(
                SubmissionMode.DIRECT,
                3.0,
                TimeUnit.WORKING_DAY,
                "Kể từ ngày nhận đủ hồ sơ",
                (Charge(ChargeKind.CHARGE, 8000.0, "VND", "8.000 đồng một lần"),),
            ),
        ),
        "dossier_cases": (
            DossierCase("", (RequiredDocument("Đơn xin thả diều", 1, 0, (Form("Mẫu 01", "f/1"),)),)),
        ),
        "conditions": "Trời có gió.",
        "legal_basis": (LegalDocument("1/2026/TT-BD", "Thông tư về diều"),),
        "outcomes": ("Giấy phép thả diều",),
        "applicants": ("Công dân",),
        "handling_agencies": ("Ủy ban nhân dân cấp xã",),
        "competent_agencies": (),
        "coordinating_agencies": (),
        "submission_addresses": "",
        "description": "",
        "note": "",
        "keywords": ("diều",),
        "portal_id": "1",
        "replaced_by": (),
        "origin": ORIGIN,
    }
    return Procedure(**fields | changes)


def a_contact(contact_id: str = "mot-cua", **changes: Any) -> Contact:
    fields: dict[str, Any] = {
        "contact_id": contact_id,
        "name": "Bộ phận một cửa xã Mẫu",
        "about": ("hồ sơ",),
        "phones": (PhoneNumber("0000 000 000", "hỏi hồ sơ", ""),),
        "email": "",
        "address": "Thôn Mẫu",
        "hours": "",
        "website": "",
        "unit": "Xã Mẫu",
        "checked_on": None,
        "origin": ORIGIN,
    }
    return Contact(**fields | changes)


def a_guide(guide_id: str = "dang-nhap", **changes: Any) -> Guide:
    fields: dict[str, Any] = {
        "guide_id": guide_id,
        "title": "Đăng nhập",
        "questions": ("đăng nhập thế nào",),
        "body": "Mở ứng dụng rồi chọn Đăng nhập.",
        "source": "Xã Mẫu",
        "link": "",
        "checked_on": None,
        "origin": ORIGIN,
    }
    return Guide(**fields | changes)


def a_qa(qa_id: str = "gio-tha-dieu", **changes: Any) -> QA:
    fields: dict[str, Any] = {
        "qa_id": qa_id,
        "question": "Được thả diều lúc mấy giờ?",
        "also_asked": (),
        "answer": "Trước khi trời tối.",
        "sector": "Diều",
        "procedure_codes": ("9.000001",),
        "approved_by": "Chủ tịch xã Mẫu",
        "approved_on": date(2026, 5, 6),
        "expires_on": None,
        "origin": ORIGIN,
    }
    return QA(**fields | changes)


def an_office(**changes: Any) -> Office:
    fields: dict[str, Any] = {
        "name": "Xã Mẫu",
        "level": Level.COMMUNE,
        "province": "Lào Cai",
        "address": "Thôn Mẫu",
        "opening_hours": (OpeningHours("Thứ 2 – Thứ 6", "7:30–11:30", ""),),
        "holidays": "",
        "reception_schedule": "",
        "website": "",
        "origin": ORIGIN,
    }
    return Office(**fields | changes)
