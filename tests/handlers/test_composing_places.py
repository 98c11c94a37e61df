"""Where, online, who: only what the record names, and the office's own door beside it."""

import pytest

from handlers.composing_places import online, where, who
from knowledge.records import Level, SubmissionMode
from tests.composing_samples import OFFICE, method, procedure


def test_where_names_the_agency_and_the_ways_to_file():
    assert where(procedure(), None, full=False).text == (
        "Cơ quan thực hiện: Ủy ban nhân dân cấp xã\nCách nộp: trực tiếp, trực tuyến, bưu chính"
    )


def test_the_office_adds_its_door_and_hours():
    text = where(procedure(), OFFICE, full=False).text
    assert text.endswith(
        "Thông tin của UBND xã Mẫu:\n"
        "- Địa chỉ: Thôn Hoa, xã Mẫu\n"
        "- Giờ làm việc: Thứ 2 – Thứ 6, 7:30–11:30, 13:30–17:00\n"
        "- Ngày nghỉ, lễ: Nghỉ lễ theo quy định"
    )
    assert "có thể không phải" not in text


@pytest.mark.parametrize(
    "agency", ["Sở Nông nghiệp và Môi trường", "Công an tỉnh", "Chi cục Hải quan", "Công an cấp xã"]
)
def test_the_door_of_another_body_is_never_taken_for_the_offices(agency):
    elsewhere = procedure(handling_agencies=(agency,), levels=(Level.COMMUNE,))
    text = where(elsewhere, OFFICE, full=False).text
    assert (
        "Hồ sơ công bố ghi nơi giải quyết là cơ quan nêu trên, có thể không phải cơ quan dưới đây; "
        "ông/bà nên hỏi trước khi đi.\nThông tin của UBND xã Mẫu:" in text
    )


def test_no_agency_is_told_as_such():
    answer = where(procedure(handling_agencies=(), submission_methods=()), None, full=False)
    assert answer.text == "Hồ sơ công bố không ghi cơ quan thực hiện."
    assert answer.silent


def test_many_agencies_are_shortened_and_told_whole_on_request():
    agencies = tuple(f"Phòng {letter}" for letter in "ABCDEFGH")
    assert where(procedure(handling_agencies=agencies), None, full=False).text.startswith(
        "Cơ quan thực hiện: Phòng A; Phòng B; Phòng C; Phòng D; Phòng E; Phòng F; …"
    )
    assert "Phòng H" in where(procedure(handling_agencies=agencies), None, full=True).text


def test_a_submission_address_is_quoted():
    text = where(procedure(submission_addresses="Số 5 phố Hoa"), None, full=False).text
    assert "Nơi tiếp nhận hồ sơ: Số 5 phố Hoa" in text


def test_online_is_yes_only_with_an_online_row():
    row = method(SubmissionMode.ONLINE, 3.0, words="Nộp trên ứng dụng.")
    assert online(procedure(submission_methods=(row,)), full=False).text == (
        "Có, hồ sơ công bố có hình thức nộp trực tuyến.\n"
        "Thời hạn giải quyết: 3 ngày làm việc\n"
        "Nộp trên ứng dụng."
    )


def test_without_an_online_row_the_other_ways_are_named():
    answer = online(procedure(submission_methods=(method(),)), full=False)
    assert answer.text == "Hồ sơ công bố không ghi hình thức nộp trực tuyến. Cách nộp: trực tiếp."
    assert answer.silent


def test_who_names_the_agencies_as_well():
    """Asked "cơ quan nào có thẩm quyền", the list of applicants alone says nothing."""
    record = procedure(
        applicants=("Công dân Việt Nam",),
        handling_agencies=("Công an cấp xã",),
        competent_agencies=("Công an cấp tỉnh",),
    )
    assert who(record, full=False).text == (
        "- Công dân Việt Nam\nCơ quan thực hiện: Công an cấp xã\nCơ quan có thẩm quyền: Công an cấp tỉnh"
    )


def test_applicants_are_listed():
    people = procedure(applicants=("Công dân Việt Nam", "Hợp tác xã"), handling_agencies=())
    assert who(people, full=False).text == "- Công dân Việt Nam\n- Hợp tác xã"
    assert who(procedure(applicants=()), full=False).silent
