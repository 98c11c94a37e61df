"""The copy of a procedure that fits the place."""

from __future__ import annotations

from handlers.choosing import fitting, levels_named, provinces_named, within_reach
from knowledge.records import Level, ProcedureType
from knowledge.text import fold
from tests.record_samples import a_procedure, an_office

COMMUNE = a_procedure("9.000001", title="Cấp phép thả diều (cấp xã)")
PROVINCE = a_procedure("9.000002", title="Cấp phép thả diều (cấp tỉnh)")
MINISTRY = a_procedure("9.000003", title="Cấp phép thả diều - cấp Trung ương")
LAO_CAI = a_procedure(
    "9.000004", title="Cấp phép thả diều", procedure_type=ProcedureType.PROVINCIAL, province="Lào Cai"
)
HUE = a_procedure(
    "9.000005", title="Cấp phép thả diều", procedure_type=ProcedureType.PROVINCIAL, province="Thành phố Huế"
)
OFFICE = an_office()


def codes(procedures):
    return [procedure.code for procedure in procedures]


def test_the_office_chooses_its_own_level():
    assert codes(fitting([PROVINCE, COMMUNE, MINISTRY], OFFICE, "thả diều")) == ["9.000001"]


def test_a_level_named_in_the_question_outweighs_the_office():
    assert codes(fitting([COMMUNE, PROVINCE], OFFICE, "thả diều cấp tỉnh")) == ["9.000002"]


def test_without_an_office_every_level_is_left_to_ask_about():
    assert codes(fitting([COMMUNE, PROVINCE], None, "thả diều")) == ["9.000001", "9.000002"]


def test_copies_that_nobody_could_tell_apart_are_not_asked_about():
    twin = a_procedure("9.000009", title=COMMUNE.title)
    assert codes(fitting([COMMUNE, twin], None, "thả diều")) == ["9.000001"]


def test_another_provinces_copy_is_out_of_reach():
    assert codes(within_reach([COMMUNE, LAO_CAI, HUE], OFFICE, "thả diều")) == ["9.000001", "9.000004"]


def test_a_province_named_in_the_question_outweighs_the_office_s():
    assert codes(within_reach([LAO_CAI, HUE], OFFICE, "thả diều ở Huế")) == ["9.000005"]


def test_without_an_office_only_the_province_named_is_within_reach():
    assert codes(within_reach([COMMUNE, LAO_CAI, HUE], None, "thả diều")) == ["9.000001"]


def test_the_provinces_own_copy_is_preferred_to_the_national_one():
    assert codes(fitting([COMMUNE, LAO_CAI], OFFICE, "thả diều")) == ["9.000004"]


def test_a_province_is_known_by_the_name_it_had_before():
    assert provinces_named("đất ở Yên Bái") == {"Lào Cai"}
    assert provinces_named(fold("nhà ở Thừa Thiên Huế")) == {"Thành phố Huế"}


def test_most_questions_name_no_level_and_no_province():
    assert levels_named("đăng ký kết hôn") == set()
    assert provinces_named("đăng ký kết hôn") == set()
    assert levels_named("nop o xa duoc khong") == {Level.COMMUNE}
