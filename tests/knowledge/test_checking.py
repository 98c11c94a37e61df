from __future__ import annotations

import pytest

from knowledge.checking import Finding, check
from knowledge.records import (
    Charge,
    ChargeKind,
    DossierCase,
    Level,
    RequiredDocument,
    Stage,
    SubmissionMethod,
    SubmissionMode,
    TimeUnit,
)
from knowledge.traps import TRAPS, Trap
from tests.record_samples import a_procedure


def sound(code: str = "9.000001", **changes):
    """A record without a trap; *changes* put one in."""
    return a_procedure(code, **{"handling_agencies": ("Ủy ban nhân dân cấp xã",), **changes})


def traps(**changes) -> list[Trap]:
    return [finding.trap for finding in check([sound(**changes)])]


def charged(amount: float | None, description: str, currency: str = "") -> dict[str, object]:
    return method(TimeUnit.DAY, Charge(ChargeKind.FEE, amount, currency, description))


def method(unit: TimeUnit, *charges: Charge) -> dict[str, object]:
    row = SubmissionMethod(SubmissionMode.DIRECT, 1.0, unit, "Trong ngày", charges)
    return {"submission_methods": (row,)}


FAIR_CHARGE = Charge(ChargeKind.FEE, 5000.0, "VND", "5.000 đồng")


def test_a_sound_record_has_no_finding():
    assert traps() == []


@pytest.mark.parametrize("amount", [0.0, None])
def test_a_fee_of_nothing_whose_description_names_an_amount_is_found(amount):
    assert traps(**charged(amount, "Thu 50.000 đồng/con")) == [Trap.FEE_IN_DESCRIPTION]


@pytest.mark.parametrize("description", ["", "Theo quy định", "Miễn lệ phí đối với người có công"])
def test_a_fee_of_nothing_that_is_not_called_free_is_found(description):
    assert traps(**charged(0.0, description)) == [Trap.FEE_NOT_STATED]


@pytest.mark.parametrize("description", ["Miễn phí", "Không thu lệ phí", "0 đồng", "Không."])
def test_a_fee_of_nothing_that_is_called_free_is_no_trap(description):
    assert traps(**charged(0.0, description)) == []


def test_a_fee_left_to_the_province_is_found():
    assert traps(**charged(0.0, "Mức thu do Hội đồng nhân dân cấp tỉnh quy định")) == [
        Trap.FEE_SET_BY_PROVINCE
    ]


def test_a_small_amount_is_found_unless_it_is_in_dollars():
    assert traps(**charged(155.0, "Cấp mới")) == [Trap.FEE_TOO_SMALL]
    assert traps(**charged(155.0, "Cấp mới", "VND")) == [Trap.FEE_TOO_SMALL]
    assert traps(**charged(155.0, "Cấp mới", "USD")) == []


def test_a_time_without_a_unit_is_found_with_its_number():
    findings = list(check([sound(**method(TimeUnit.UNSTATED, FAIR_CHARGE))]))
    assert findings == [
        Finding(
            "9.000001",
            Trap.TIME_WITHOUT_UNIT,
            "submission_methods[0].processing_time",
            "1 – Trong ngày",
            TRAPS[Trap.TIME_WITHOUT_UNIT].advice,
        )
    ]


@pytest.mark.parametrize(
    ("agency", "found"),
    [
        ("Chi cục Hải quan khu vực", True),
        ("Bảo hiểm xã hội tỉnh", True),
        ("Phòng Văn hóa - Xã hội tỉnh", True),
        ("Công an cấp Xã", False),
        ("UBND phường Gió", False),
    ],
)
def test_a_commune_procedure_needs_a_body_of_the_commune(agency, found):
    assert (Trap.NO_COMMUNE_BODY in traps(handling_agencies=(agency,))) is found


def test_a_provincial_procedure_needs_no_body_of_the_commune():
    assert traps(handling_agencies=("Sở Diều",), levels=(Level.PROVINCE,)) == []


def test_a_mention_of_the_district_is_found_where_it_stands():
    stages = (Stage("Bước 1", "Nộp tại Phòng Tư pháp."), Stage("Bước 2", "Nhận."))
    (finding,) = check([sound(stages=stages)])
    assert (finding.trap, finding.field, finding.detail) == (
        Trap.DISTRICT_MENTIONED,
        "stages",
        "phòng tư pháp",
    )


def test_a_missing_decision_number_and_day_are_two_findings():
    assert traps(publishing_decision="", decided_on=None) == [Trap.NO_DECISION] * 2


def test_a_note_among_the_documents_is_found():
    case = DossierCase("", (RequiredDocument("Đơn", 1, 0), RequiredDocument("* Lưu ý: nộp sớm.", 0, 0)))
    (finding,) = check([sound(dossier_cases=(case,))])
    assert (finding.trap, finding.field) == (Trap.NOTE_AMONG_DOCUMENTS, "dossier_cases[0].documents[1]")


@pytest.mark.parametrize(
    "field", ["stages", "submission_methods", "outcomes", "legal_basis", "dossier_cases", "handling_agencies"]
)
def test_an_empty_part_is_found(field):
    assert Trap.EMPTY_FACET in traps(**{field: ()})


def test_a_procedure_without_any_fee_row_is_found():
    (finding,) = check([sound(**method(TimeUnit.DAY))])
    assert (finding.trap, finding.detail) == (Trap.EMPTY_FACET, "phí, lệ phí")


def test_codes_that_share_a_name_point_at_each_other():
    twins = [sound("9.000001", title="Thả diều"), sound("9.000002", title="THẢ  DIỀU"), sound("9.000003")]
    assert [(f.code, f.trap, f.detail) for f in check(twins)] == [
        ("9.000001", Trap.SAME_NAME, "9.000002"),
        ("9.000002", Trap.SAME_NAME, "9.000001"),
    ]


@pytest.mark.parametrize("code", ["9.0000011", "9.000001-Xoa"])
def test_an_unusual_code_is_found(code):
    assert [finding.trap for finding in check([sound(code)])] == [Trap.ODD_CODE]


def test_every_trap_tells_staff_what_is_so_and_what_to_do():
    assert TRAPS.keys() == set(Trap)
    assert all(
        text.name and text.sentence.endswith(".") and text.advice.endswith(".") for text in TRAPS.values()
    )
