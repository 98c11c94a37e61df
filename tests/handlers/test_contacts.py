"""Which number is named, and for whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.contacts import (
    Wish,
    asked_in_guide,
    asks_for_office,
    best_contacts,
    complaints_guide,
    hotlines,
    wish_of,
)
from knowledge.records import PhoneNumber
from knowledge.text import fold
from tests.record_samples import a_contact, a_guide, an_office

DESK = a_contact("mot-cua", name="Bộ phận một cửa", unit="Ủy ban nhân dân Xã Mẫu", about=("nộp hồ sơ ở đâu",))
POLICE = a_contact("cong-an", name="Công an xã", unit="Xã Mẫu", about=("số công an xã", "báo mất trộm"))
NATION = a_contact("tong-dai", name="Tổng đài", unit="", phones=(PhoneNumber("1800 0000", "", ""),))
ELSEWHERE = a_contact("xa-khac", name="Bộ phận một cửa", unit="Xã Khác")
MUTE = a_contact("van-thu", name="Văn thư", unit="", phones=(), about=("gửi công văn",))
GUIDE = a_guide(title="Nộp đơn bằng máy", questions=("nộp đơn trên máy làm sao",))
CONTACTS = (POLICE, ELSEWHERE, MUTE, NATION, DESK)


def test_the_contact_that_answers_for_the_matter_is_found_with_and_without_accents():
    for question in ("cho xin số công an xã", fold("cho xin số công an xã")):
        assert best_contacts(question, CONTACTS)[0] == POLICE


def test_a_matter_that_nobody_answers_for_finds_nobody():
    assert best_contacts("giá vé xem kịch", CONTACTS) == ()


def test_a_silent_record_points_to_the_office_s_desk_first_and_then_to_a_nationwide_number():
    assert hotlines(CONTACTS, an_office()) == (DESK, NATION)


def test_without_an_office_only_nationwide_numbers_are_named():
    assert hotlines(CONTACTS, None) == (NATION,)


def test_hours_address_and_reception_are_the_office_s_own_matter():
    assert asks_for_office("thứ 7 có làm việc không")
    assert asks_for_office("dia chi uy ban o dau")
    assert not asks_for_office("số điện thoại công an")


@pytest.mark.parametrize(
    ("question", "wish"),
    [
        ("mấy giờ xã đóng cửa", Wish.HOURS),
        ("tết có làm không", Wish.HOURS),
        ("chủ nhật nộp hồ sơ được không", Wish.HOURS),
        ("chủ tịch tiếp dân ngày nào", Wish.RECEPTION),
        ("địa chỉ ủy ban ở đâu", Wish.ADDRESS),
        ("số điện thoại công an", Wish.NUMBER),
        ("bộ phận hộ tịch", Wish.ANY),
    ],
)
def test_what_is_wished_of_an_office_is_named(question, wish):
    assert wish_of(question) is wish
    assert wish_of(fold(question)) is wish


def test_the_guide_on_complaints_is_known_by_its_title():
    petitions = replace(GUIDE, title="Gửi phản ánh và khiếu nại")
    assert complaints_guide((GUIDE, petitions)) == petitions
    assert complaints_guide((GUIDE,)) is None


def test_a_guide_that_has_nearly_this_question_is_taken():
    assert asked_in_guide("nộp đơn trên máy thế nào", (GUIDE,)) == GUIDE
    assert asked_in_guide("mất sổ hộ nghèo", (GUIDE,)) is None
    assert asked_in_guide("mất sổ hộ nghèo", ()) is None
