"""
The shape of the national portal's detail JSON: what is read of it, and nothing else.

Types are checked while decoding, so ``portal.py`` never meets a surprise. Keys that are not listed
here are skipped. The bounds are far above anything published (July 2026: the highest fee is
17,500,000,000 and the longest time 420) and keep a damaged number out of a citizen's answer.

But: no meaning here; what the fields say is decided in ``portal.py``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Text = str | None
# "1.004220" that went through a spreadsheet comes back as 1.00422: fewer than six digits are refused.
Code = Annotated[str, Meta(pattern=r"^\s*\d\.\d{6,}(-\w+)?\s*$")]
NotBlank = Annotated[str, Meta(pattern=r"\S")]
Quantity = Annotated[int, Meta(ge=0, le=1_000)]
Amount = Annotated[float, Meta(ge=0, le=1e15)]
Duration = Annotated[float, Meta(ge=0, le=100_000)]
Milliseconds = Annotated[int, Meta(ge=0, le=4_102_444_800_000)]  # 1970 to 2100


class Shape(Struct, rename="camel"):
    """Base of all: the portal writes camelCase."""


class Named(Shape):
    """An agency, a result, an applicant, a sector."""

    name: Text = None


class RawStep(Shape):
    description: Text
    name: Text = None


class RawFee(Shape):
    type: Literal["FEE", "SERVICE_FEE", "PRICE_LEVEL"]
    value: Amount | None = None
    currency_name: Text = None
    description: Text = None


class RawMethod(Shape):
    """``processing_time`` is a text in 308 rows, all of them with the unit OTHER."""

    submission_method: Literal["DIRECT", "ONLINE", "POSTAL"]
    processing_time_unit: Literal["WORKING_DAY", "DAY", "HOUR", "MONTH", "YEAR", "OTHER"]
    processing_time: Duration | str | None = None
    description: Text = None
    fees: list[RawFee] = []


class RawAttachment(Shape):
    file_name: Text = None
    file_path: Text = None


class RawComponent(Shape):
    name: Text
    original_qty: Quantity
    copy_qty: Quantity
    attachments: list[RawAttachment] = []


class RawCase(Shape):
    profile_components: list[RawComponent]
    name: Text = None


class RawLaw(Shape):
    name: Text = None
    code: Text = None


class RawProposal(Shape):
    proposal_number: Text = None
    decision_date: Milliseconds | None = None


class Detail(Shape):
    """One procedure as the detail API sends it; lists of agencies may hold null items."""

    code: Code
    name: NotBlank
    type: Literal["STANDARD", "SPECIFIC", "STANDARD_INTERNAL"]
    execution_steps: list[RawStep]
    execution_methods: list[RawMethod]
    execution_cases: list[RawCase]
    id: str = ""
    state: Literal["ACTIVE", "UPDATED"] = "ACTIVE"
    is_ward: bool = False
    is_province: bool = False
    is_ministry: bool = False
    is_other_agency: bool = False
    departments_executing: list[Named | None] = []
    unit_groups_executing: list[Named | None] = []
    departments_authority: list[Named | None] = []
    unit_groups_authority: list[Named | None] = []
    departments_coordinating: list[Named | None] = []
    unit_groups_coordinating: list[Named | None] = []
    categories_details: list[Named] = []
    legal_basises_details: list[RawLaw] = []
    results_details: list[Named] = []
    subject_types_details: list[Named] = []
    requirements_and_conditions: Text = None
    description: Text = None
    note: Text = None
    keywords: Text = None
    dossier_receiving_addresses: Text = None
    department_promulgate_name: Text = None
    procedure_proposal: RawProposal | None = None
    updated_at: Milliseconds | None = None


class Answer(Shape):
    """One line of a catalogue file: the detail with its code and name repeated around it."""

    detail: Detail
    code: str | None = None
