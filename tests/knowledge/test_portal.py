from __future__ import annotations

import json
import unicodedata
from datetime import date

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.portal import decode_answer, province_of, to_procedure
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
from tests.portal_samples import an_answer, as_json

ORIGIN = Origin("thu-tuc.jsonl", "portal-detail-json", date(2026, 7, 18))


def procedure(**changes) -> Procedure:
    return to_procedure(decode_answer(as_json(an_answer(**changes))), ORIGIN)


def method(**changes) -> SubmissionMethod:
    row = {"submissionMethod": "ONLINE", "processingTimeUnit": "DAY", "fees": [], **changes}
    return procedure(executionMethods=[row]).submission_methods[0]


def charge(**changes) -> Charge:
    return method(fees=[{"type": "FEE", **changes}]).charges[0]


def test_every_part_of_the_portals_answer_finds_its_place():
    assert procedure() == Procedure(
        code="9.000110",
        title="Cấp phép thả diều",
        sector="Diều",
        procedure_type=ProcedureType.NATIONAL,
        status=ProcedureStatus.ACTIVE,
        levels=(Level.COMMUNE,),
        province="",
        publisher="Bộ Diều",
        publishing_decision="12/QĐ-BD",
        decided_on=date(2026, 1, 16),
        updated_on=date(2026, 4, 15),
        stages=(Stage("Bước 1", "Nộp đơn."), Stage("Bước 2", "Nhận giấy phép.")),
        submission_methods=(
            SubmissionMethod(
                SubmissionMode.DIRECT,
                3.0,
                TimeUnit.WORKING_DAY,
                "Kể từ ngày nhận đủ hồ sơ",
                (Charge(ChargeKind.CHARGE, 8000.0, "VND", "8.000 đồng"),),
            ),
        ),
        dossier_cases=(
            DossierCase(
                "* Giấy tờ phải nộp:",
                (RequiredDocument("Đơn xin thả diều", 1, 0, (Form("Mẫu 01.docx", "f/1/Mẫu 01.docx"),)),),
            ),
        ),
        conditions="Diều nhỏ hơn 2 m.",
        legal_basis=(LegalDocument("01/2026/TT-BD", "Thông tư về diều"),),
        outcomes=("Giấy phép",),
        applicants=("Công dân Việt Nam",),
        handling_agencies=("Phòng Diều", "Ủy ban nhân dân cấp xã"),
        competent_agencies=("Chủ tịch xã",),
        coordinating_agencies=("Trạm khí tượng",),
        submission_addresses="Một cửa xã",
        description="",
        note="",
        keywords=(),
        portal_id="019d-kite",
        replaced_by=(),
        origin=ORIGIN,
    )


def test_a_day_is_the_day_in_vietnam():
    """17:00 UTC is midnight in Hà Nội, so the decision is of the 16th."""
    dated = procedure(procedureProposal={"decisionDate": 1768496400000})
    assert dated.decided_on == date(2026, 1, 16)


def test_a_text_is_composed_and_trimmed_but_keeps_its_line_breaks():
    decomposed = unicodedata.normalize("NFD", " Hòa giải\n- ở\u200b xã \n")
    assert procedure(requirementsAndConditions=decomposed).conditions == "Hòa giải\n- ở xã"


def test_a_general_description_that_repeats_the_conditions_is_not_kept_twice():
    assert procedure(description="Chuyện khác").description == "Chuyện khác"
    assert procedure(description=" Diều nhỏ hơn 2 m. ").description == ""


def test_a_code_loses_its_leading_blank():
    assert procedure(code=" 9.000110").code == "9.000110"


def test_a_code_struck_out_by_its_publisher_is_abolished_and_keeps_its_suffix():
    struck = procedure(code="9.000110-Xoa")
    assert (struck.code, struck.status) == ("9.000110-Xoa", ProcedureStatus.ABOLISHED)


def test_an_internal_procedure_is_not_public():
    assert not procedure(type="STANDARD_INTERNAL").is_public


@pytest.mark.parametrize(
    ("publisher", "province"),
    [
        ("UBND tỉnh Bắc Ninh", "Bắc Ninh"),
        ("UBND Thành phố Huế", "Thành phố Huế"),
        ("Sở Xây dựng - tỉnh Quảng Ngãi", "Quảng Ngãi"),
        ("Trung tâm phục vụ hành chính công Thành phố Hà Nội", "Thành phố Hà Nội"),
        ("Bộ Diều", ""),
    ],
)
def test_the_province_is_read_from_the_publishers_name(publisher, province):
    assert province_of(publisher) == province
    assert procedure(type="SPECIFIC", departmentPromulgateName=publisher).province == province


def test_only_a_provincial_procedure_has_a_province():
    assert procedure(departmentPromulgateName="UBND tỉnh Bắc Ninh").province == ""


def test_a_time_without_a_unit_keeps_its_number_and_says_so():
    row = method(processingTime=1, processingTimeUnit="OTHER")
    assert (row.processing_time, row.processing_time_unit) == (1.0, TimeUnit.UNSTATED)


@pytest.mark.parametrize(("written", "number"), [("5", 5.0), ("12,5", 12.5), ("0", 0.0)])
def test_a_number_written_as_text_is_a_number(written, number):
    assert method(processingTime=written, processingTimeUnit="OTHER").processing_time == number


def test_a_time_written_in_words_goes_before_the_description_once():
    row = method(processingTime="Ngay trong ngày", processingTimeUnit="OTHER", description="Nộp qua mạng")
    assert (row.processing_time, row.description) == (None, "Ngay trong ngày\nNộp qua mạng")
    again = method(processingTime="Ngay trong ngày", description="Trả: Ngay trong ngày.")
    assert again.description == "Trả: Ngay trong ngày."


def test_an_absent_amount_stays_absent_and_a_zero_stays_zero():
    assert charge(value=None).amount is None
    assert charge(value=0).amount == 0.0


@pytest.mark.parametrize(("name", "currency"), [("Việt Nam Đồng", "VND"), ("USD", "USD"), (None, "")])
def test_a_currency_is_given_only_where_the_record_gives_one(name, currency):
    assert charge(value=155, currencyName=name).currency == currency


@pytest.mark.parametrize(
    ("published", "kind"), [("FEE", "fee"), ("SERVICE_FEE", "charge"), ("PRICE_LEVEL", "price")]
)
def test_phi_le_phi_and_muc_gia_are_kept_apart(published, kind):
    assert charge(type=published).kind == kind


def test_keywords_are_one_a_line():
    assert procedure(keywords="diều\n gió ; thả").keywords == ("diều", "gió", "thả")


@pytest.mark.parametrize(
    "mark", ["Bước {}:", "Bước {}.", "* Bước {}", "- Bước {}:", "BƯỚC {} –", "+\tBước {}.", "  Bước {}: "]
)
def test_steps_in_one_text_are_split_however_they_are_marked(mark):
    text = "\n".join(f"{mark.format(number)} việc {number}" for number in (1, 2, 3))
    assert [(s.name.lower(), s.text) for s in split_stages("", text)] == [
        ("bước 1", "việc 1"),
        ("bước 2", "việc 2"),
        ("bước 3", "việc 3"),
    ]


def test_an_enumeration_before_the_label_belongs_to_the_label():
    stages = split_stages("", "a) Bước 1: Nộp.\nb) Bước 2: Nhận.")
    assert [stage.name for stage in stages] == ["a) Bước 1", "b) Bước 2"]


@pytest.mark.parametrize(
    "text",
    [
        "Bước 1: Nộp.\nBước 3: Nhận.",
        "Bước 1: Nộp.\nBước 2: Chờ.\nBước 1: Nộp lại.",
        "Nộp. Bước 1: không ở đầu dòng.\nBước 2: Nhận.",
        "Bước 1.1: Nộp.\nBước 1.2: Nhận.",
        "- Nộp đơn.\n- Nhận giấy.",
    ],
    ids=["a gap", "two runs", "inside a line", "sub-steps", "no labels"],
)
def test_a_text_whose_numbers_do_not_run_stays_whole(text):
    assert split_stages("", text) == (Stage("", text),)


def test_what_stands_before_the_first_step_comes_first_under_the_published_name():
    stages = split_stages("Trình tự:", "Lưu ý chung.\nBước 1: Nộp.\nBước 2: Nhận.")
    assert stages[0] == Stage("Trình tự", "Lưu ý chung.")
    assert len(stages) == 3


def test_a_step_that_carries_its_own_label_gets_it_as_its_name():
    assert split_stages("", "Bước 2: Nhận.") == (Stage("Bước 2", "Nhận."),)
    assert split_stages("Bước 2:", "Nhận.") == (Stage("Bước 2", "Nhận."),)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "- ", "* ", "a) ", "2.1. "]),
            st.sampled_from(["", "Bước 1: ", "Bước 2. ", "BƯỚC 3 – ", "Bước 4"]),
            st.text(alphabet="abđBước 12:.\n-", max_size=12),
        ),
        max_size=6,
    )
)
def test_splitting_loses_no_letter_and_no_digit(pieces):
    text = "\n".join("".join(piece) for piece in pieces)
    stages = split_stages("", text)
    assert _letters("".join(stage.name + stage.text for stage in stages)) == _letters(text)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


_NAMES = ["detail", "code", "name", "type", "executionSteps", "executionMethods", "fees", "value", "id"]
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["STANDARD"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(_NAMES) | st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=20,
)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.sampled_from(sorted(an_answer()["detail"])), _JSON)
def test_any_value_in_any_field_gives_a_record_or_a_named_mistake(field, value):
    data = json.dumps(an_answer(**{field: value})).encode()
    try:
        record = to_procedure(decode_answer(data), ORIGIN)
    except msgspec.DecodeError:
        return
    assert isinstance(record, Procedure)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"code": 9.00011}, "$.code"),
        ({"code": "9.00011"}, "$.detail.code"),
        ({"name": " "}, "$.detail.name"),
        ({"type": "SECRET"}, "$.detail.type"),
        ({"updatedAt": -5}, "$.detail.updatedAt"),
        ({"isWard": "true"}, "$.detail.isWard"),
        ({"executionSteps": None}, "$.detail.executionSteps"),
        (
            {"executionMethods": [{"submissionMethod": "DIRECT", "processingTimeUnit": "WEEK"}]},
            "$.detail.executionMethods[0].processingTimeUnit",
        ),
    ],
)
def test_a_wrong_value_is_refused_with_its_path(changes, path):
    with pytest.raises(msgspec.ValidationError) as refused:
        decode_answer(as_json(an_answer(**changes)))
    assert path in str(refused.value)
