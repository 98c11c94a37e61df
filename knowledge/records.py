"""
The records the bot may quote, one frozen dataclass each.

Every text in a record is as published: NFC, with invisible characters removed, and otherwise
untouched, publisher's mistakes included. What the publisher left out is ``""``, ``()`` or ``None``;
a record never holds a guess. The names follow the glossary in ``docs/architecture.md``; the
Vietnamese term stands beside each.

But: this module reads no file and knows no format; see ``portal.py`` and ``plain.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Level(StrEnum):
    """Cấp thực hiện. Since 1 July 2025 local government has two tiers; there is no district."""

    COMMUNE = "commune"  # xã, phường, đặc khu
    PROVINCE = "province"  # tỉnh, thành phố
    MINISTRY = "ministry"  # bộ, cơ quan trung ương
    OTHER = "other"  # cơ quan khác


class ProcedureType(StrEnum):
    """Loại thủ tục: who may see it."""

    NATIONAL = "national"  # the portal's STANDARD: the same in the whole country
    PROVINCIAL = "provincial"  # SPECIFIC: published by one province for itself
    INTERNAL = "internal"  # STANDARD_INTERNAL (codes 5.*, 6.*): never shown to a citizen


class ProcedureStatus(StrEnum):
    """Tình trạng công bố."""

    ACTIVE = "active"  # còn hiệu lực
    ABOLISHED = "abolished"  # đã bãi bỏ
    REPLACED = "replaced"  # được thay thế; ``Procedure.replaced_by`` names the new codes


class SubmissionMode(StrEnum):
    """Hình thức nộp."""

    DIRECT = "direct"  # trực tiếp
    ONLINE = "online"  # trực tuyến
    POSTAL = "postal"  # bưu chính công ích


class TimeUnit(StrEnum):
    """
    Unit of a processing time. Units are never turned into one another.

    ``UNSTATED`` is the portal's OTHER: the number was published without a unit, so the number
    alone must never be quoted (birth registration carries "1", which is not one day).
    """

    WORKING_DAY = "working_day"  # ngày làm việc
    DAY = "day"  # ngày
    HOUR = "hour"  # giờ
    MONTH = "month"  # tháng
    YEAR = "year"  # năm
    UNSTATED = "unstated"


class ChargeKind(StrEnum):
    """Phí, lệ phí and mức giá are three notions in law; keep them apart."""

    FEE = "fee"  # phí (portal: FEE)
    CHARGE = "charge"  # lệ phí (portal: SERVICE_FEE)
    PRICE = "price"  # mức giá (portal: PRICE_LEVEL)


@dataclass(frozen=True, slots=True)
class Charge:
    """
    One fee row of one way to file.

    ``amount`` is in ``currency``. 0 and ``None`` mean "no amount was entered", not "free": most
    such rows have the amount in ``description``. Only a description that itself says so
    ("miễn", "không thu", "không mất phí") makes it free.
    """

    kind: ChargeKind
    amount: float | None
    currency: str  # "VND", "USD" or "" when the record gives none
    description: str


@dataclass(frozen=True, slots=True)
class SubmissionMethod:
    """
    One row of "cách thức thực hiện": one way to hand in the dossier.

    Time and fee belong to the row, not to the procedure. A procedure may have several rows of
    the same mode (for instance first issue and re-issue); the ``description`` tells them apart.
    """

    mode: SubmissionMode
    processing_time: float | None
    processing_time_unit: TimeUnit
    description: str
    charges: tuple[Charge, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """Mẫu đơn, tờ khai: an attached form by its file name as published."""

    name: str
    path: str  # the portal's path of the file; "" when none


@dataclass(frozen=True, slots=True)
class RequiredDocument:
    """
    One row of a dossier list.

    With ``originals == copies == 0`` the row is mostly a note to the reader, not a paper
    (see ``is_note``). The portal's ``required`` flag is false on obligatory papers and is not kept.
    """

    name: str
    originals: int  # bản chính
    copies: int  # bản sao
    forms: tuple[Form, ...] = ()

    @property
    def is_note(self) -> bool:
        return self.originals == 0 and self.copies == 0


@dataclass(frozen=True, slots=True)
class DossierCase:
    """Thành phần hồ sơ of one case; ``name`` may be a group title such as "Giấy tờ phải xuất trình"."""

    name: str
    documents: tuple[RequiredDocument, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of "trình tự thực hiện"; ``name`` is the published label ("Bước 1") or ""."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class LegalDocument:
    """Căn cứ pháp lý: ``code`` is the document number ("60/2014/QH13") or ""."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record came from and when it was taken over."""

    source: str  # file name, without a path
    format: str  # "portal-detail-json", "plain-yaml", "plain-csv", "plain-markdown"
    crawled_on: date | None  # ngày thu thập
    sample: bool = False  # bundled sample knowledge, plainly marked wherever it is shown


@dataclass(frozen=True, slots=True)
class Procedure:
    """
    Thủ tục hành chính.

    ``code`` is text: "1.004220" read as a number becomes 1.00422. ``province`` is set for
    provincial procedures only. ``handling_agencies`` joins the portal's departmentsExecuting and
    unitGroupsExecuting. ``levels`` says what the portal flags, which is *not* proof that the
    commune handles it; ``handling_agencies`` is nearer to the truth.
    """

    code: str
    title: str
    sector: str  # lĩnh vực
    procedure_type: ProcedureType
    status: ProcedureStatus
    levels: tuple[Level, ...]
    province: str  # "" for national procedures
    publisher: str  # cơ quan công bố
    publishing_decision: str  # số quyết định công bố
    decided_on: date | None
    updated_on: date | None
    stages: tuple[Stage, ...]
    submission_methods: tuple[SubmissionMethod, ...]
    dossier_cases: tuple[DossierCase, ...]
    conditions: str
    legal_basis: tuple[LegalDocument, ...]
    outcomes: tuple[str, ...]  # kết quả thực hiện
    applicants: tuple[str, ...]  # đối tượng thực hiện
    handling_agencies: tuple[str, ...]  # cơ quan thực hiện
    competent_agencies: tuple[str, ...]  # cơ quan có thẩm quyền
    coordinating_agencies: tuple[str, ...]  # cơ quan phối hợp
    submission_addresses: str  # địa chỉ tiếp nhận hồ sơ
    description: str
    note: str
    keywords: tuple[str, ...]
    portal_id: str
    replaced_by: tuple[str, ...]
    origin: Origin

    @property
    def is_public(self) -> bool:
        """False for internal procedures, which must never reach a citizen."""
        return self.procedure_type is not ProcedureType.INTERNAL


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number as published, with what it is for ("tổng đài Cổng Dịch vụ công quốc gia")."""

    number: str
    purpose: str
    hours: str  # "" when the office gave none


@dataclass(frozen=True, slots=True)
class Contact:
    """A hotline, the one-stop centre or a department. ``unit`` is what it is valid for; "" = everywhere."""

    contact_id: str  # slug, stable: "hotline-cong-dich-vu-cong"
    name: str
    about: tuple[str, ...]  # matters it answers for, as citizens would name them
    phones: tuple[PhoneNumber, ...]
    email: str
    address: str
    hours: str
    website: str
    unit: str
    checked_on: date | None  # when the office last confirmed it
    origin: Origin


@dataclass(frozen=True, slots=True)
class Guide:
    """Hướng dẫn dịch vụ công trực tuyến: a titled Markdown text with the questions it answers."""

    guide_id: str  # slug
    title: str
    questions: tuple[str, ...]  # phrasings it answers
    body: str  # Markdown: paragraphs and lists only
    source: str  # who published the facts, e.g. "Cổng Dịch vụ công quốc gia"
    link: str
    checked_on: date | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class QA:
    """Dân hỏi – Cơ quan trả lời: a published question with its official answer."""

    qa_id: str  # slug
    question: str
    also_asked: tuple[str, ...]
    answer: str
    sector: str
    procedure_codes: tuple[str, ...]  # procedures the answer rests on
    approved_by: str
    approved_on: date | None
    expires_on: date | None  # not quoted after this day
    origin: Origin


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Giờ làm việc of one group of days: days="Thứ 2 – Thứ 6", times="7:30–11:30, 13:30–17:00"."""

    days: str
    times: str
    note: str


@dataclass(frozen=True, slots=True)
class Office:
    """
    The office the bot speaks for; there is at most one. Without it nothing is preferred by place or level.

    ``province`` is spelled as in the list of 34 provinces ("Lào Cai", "Thành phố Hồ Chí Minh").
    """

    name: str
    level: Level
    province: str
    address: str
    opening_hours: tuple[OpeningHours, ...]
    holidays: str  # how public holidays are handled, as the office published it
    reception_schedule: str  # lịch tiếp công dân
    website: str
    origin: Origin


Record = Procedure | Contact | Guide | QA | Office
