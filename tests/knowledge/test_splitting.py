from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.passages import Facet, PassagePart, RecordKind
from knowledge.records import (
    Charge,
    ChargeKind,
    ProcedureStatus,
    ProcedureType,
    Stage,
    SubmissionMethod,
    SubmissionMode,
    TimeUnit,
)
from knowledge.splitting import MAX_CHARACTERS, cut, facet_text, passages_of
from tests.record_samples import a_contact, a_guide, a_procedure, a_qa


def ids(record):
    return [passage.passage_id for passage in passages_of(record)]


def test_a_procedure_gives_its_title_and_one_passage_per_facet_it_fills():
    assert ids(a_procedure(conditions="", applicants=())) == [
        "9.000001#title",
        "9.000001#overview",
        "9.000001#documents",
        "9.000001#fee",
        "9.000001#time",
        "9.000001#where",
        "9.000001#steps",
        "9.000001#form",
        "9.000001#result",
        "9.000001#legal",
    ]


def test_every_passage_names_its_record_part_and_facet():
    title, *bodies = passages_of(a_procedure())

    assert (title.kind, title.key, title.part) == (RecordKind.PROCEDURE, "9.000001", PassagePart.TITLE)
    assert {passage.part for passage in bodies} == {PassagePart.BODY}
    assert all(passage.passage_id == f"9.000001#{passage.facet}" for passage in bodies)


def test_an_internal_procedure_gives_nothing_to_find():
    assert passages_of(a_procedure(procedure_type=ProcedureType.INTERNAL)) == ()


@pytest.mark.parametrize("status", [ProcedureStatus.ABOLISHED, ProcedureStatus.REPLACED])
def test_a_procedure_out_of_force_is_still_found(status):
    assert ids(a_procedure(status=status)) == ids(a_procedure())


def test_a_long_facet_is_cut_into_numbered_passages_of_whole_lines():
    stages = tuple(Stage(f"Bước {number}", "nộp đơn " * 50) for number in range(1, 6))
    steps = [p for p in passages_of(a_procedure(stages=stages)) if p.facet is Facet.STEPS]

    assert [p.passage_id for p in steps] == ["9.000001#steps", "9.000001#steps-2", "9.000001#steps-3"]
    assert all(p.text.startswith("Bước") for p in steps)
    assert max(len(p.text) for p in steps) <= MAX_CHARACTERS


def test_a_passage_id_does_not_depend_on_other_facets():
    before, after = a_procedure(), a_procedure(description="Một mô tả mới. " * 200)

    assert set(ids(before)) <= set(ids(after))


def test_a_fee_of_zero_is_not_written_as_an_amount():
    charges = (
        Charge(ChargeKind.FEE, 0.0, "VND", "Theo nghị quyết của tỉnh"),
        Charge(ChargeKind.CHARGE, 1500000.0, "VND", ""),
        Charge(ChargeKind.PRICE, None, "", ""),
    )
    method = SubmissionMethod(SubmissionMode.ONLINE, None, TimeUnit.UNSTATED, "", charges)

    assert facet_text(a_procedure(submission_methods=(method,)), Facet.FEE) == (
        "Trực tuyến: Phí: Theo nghị quyết của tỉnh; Lệ phí: 1.500.000 VND"
    )


def test_a_time_without_a_unit_is_not_written_as_a_time():
    row = a_procedure().submission_methods[0]
    bare = replace(row, processing_time=1.0, processing_time_unit=TimeUnit.UNSTATED, description="Trong ngày")

    assert facet_text(a_procedure(submission_methods=(bare,)), Facet.TIME) == "Trực tiếp: Trong ngày"
    assert facet_text(a_procedure(), Facet.TIME) == "Trực tiếp: 3 ngày làm việc; Kể từ ngày nhận đủ hồ sơ"


def test_contacts_guides_and_answers_are_found_by_what_citizens_ask():
    assert ids(a_contact(about=("hồ sơ", "biên lai"))) == [
        "contact/mot-cua#title",
        "contact/mot-cua#asked-1",
        "contact/mot-cua#asked-2",
    ]
    assert ids(a_guide()) == [
        "guide/dang-nhap#title",
        "guide/dang-nhap#asked-1",
        "guide/dang-nhap#overview",
    ]
    assert ids(a_qa(also_asked=("mấy giờ thả diều",))) == [
        "qa/gio-tha-dieu#title",
        "qa/gio-tha-dieu#asked-1",
        "qa/gio-tha-dieu#overview",
    ]


@given(st.text(), st.integers(1, 50))
def test_cutting_loses_no_word_and_keeps_the_limit(text, limit):
    pieces = cut(text, limit)

    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(0 < len(piece) <= limit for piece in pieces)
