"""Which number is named, and for whom."""

from __future__ import annotations

from handlers.contacts import asks_for_office, best_contacts, hotlines
from knowledge.records import PhoneNumber
from knowledge.text import fold
from tests.record_samples import a_contact, an_office

DESK = a_contact("mot-cua", name="Bộ phận một cửa", unit="Ủy ban nhân dân Xã Mẫu", about=("nộp hồ sơ ở đâu",))
POLICE = a_contact("cong-an", name="Công an xã", unit="Xã Mẫu", about=("số công an xã", "báo mất trộm"))
NATION = a_contact("tong-dai", name="Tổng đài", unit="", phones=(PhoneNumber("1800 0000", "", ""),))
ELSEWHERE = a_contact("xa-khac", name="Bộ phận một cửa", unit="Xã Khác")
MUTE = a_contact("van-thu", name="Văn thư", unit="", phones=(), about=("gửi công văn",))
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
