"""Mending slips with the language of the shipped model, and leaving alone what is no slip."""

from __future__ import annotations

import pytest

from index.respelling import Respeller
from index.static_embedder import read_vocabulary
from knowledge.text import fold


@pytest.fixture(scope="module")
def respeller():
    return Respeller(read_vocabulary())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cấp lại giấyy phép lái xe", "cấp lại giấy phép lái xe"),  # doubled
        ("cấp lại giấy pép lái xe", "cấp lại giấy phép lái xe"),  # dropped
        ("thủ tục đăng ký kết hnô", "thủ tục đăng ký kết hôn"),  # swapped
        ("thời gian giải quyết hồ sơ là bao lhiêu", "thời gian giải quyết hồ sơ là bao nhiêu"),  # neighbour
        ("xin giấy phép xâi dựng nhà", "xin giấy phép xây dựng nhà"),  # by ear
        ("tôi muốn đăng ký chước bạ", "tôi muốn đăng ký trước bạ"),
    ],
)
def test_a_slip_is_mended_with_marks(respeller, typed, meant):
    assert respeller.mend(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cap lai giayy phep lai xe", "cap lai giay phep lai xe"),
        ("dang ky ket honn o dau", "dang ky ket hon o dau"),
        ("thu tuc dang ky khia sinh", "thu tuc dang ky khai sinh"),
    ],
)
def test_a_slip_is_mended_without_marks(respeller, typed, meant):
    assert respeller.mend(typed) == meant


def test_shorthand_is_written_out(respeller):
    assert respeller.mend("cấp gcn cơ sở đủ điều kiện") == "cấp giấy chứng nhận cơ sở đủ điều kiện"


def test_a_word_of_dialect_stays_where_it_is_another_word(respeller):
    assert respeller.mend("mở phòng khám răng hàm mặt") == "mở phòng khám răng hàm mặt"


@pytest.mark.parametrize(
    "typed",
    [
        "đăng ký khai sinh cho con",
        "dang ky khai sinh cho con",
        "thủ tục 1.004194 theo 60/2014/QH13",
        "bằng lái hạng B2 đổi thế nào",
        "chồng tôi là Nguyễn Văn Tuynh đi làm xa",
        "đăng ký tạm trú ở Hua Păng",
        "khai thuế GTGT cho VNPT",
        "nộp ở đâu?",
        "",
        "?!",
    ],
)
def test_what_is_no_slip_stays_as_it_was_typed(respeller, typed):
    assert respeller.mend(typed) == typed


def test_the_names_of_an_office_stay(respeller):
    asked = "dang ky khai sinh o ban phieng lag"
    known = Respeller(read_vocabulary(), {"phieng", "ban phieng"})
    assert respeller.mend(asked) == "dang ky khai sinh o ban phien lag"
    assert known.mend(asked) == asked


def test_a_mended_text_stays_mended(respeller):
    once = respeller.mend("cấp lại giấyy pép lái xe bị mấtt")
    assert respeller.mend(once) == once


def test_capitals_are_kept(respeller):
    assert respeller.mend("CẤP LẠI GIẤYY PHÉP LÁI XE") == "CẤP LẠI GIẤY PHÉP LÁI XE"


def test_a_text_without_marks_gets_none(respeller):
    mended = respeller.mend("cap lai giayy phep lai xe")
    assert mended == fold(mended)
