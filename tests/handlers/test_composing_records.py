"""Contacts, guides, published questions, choices, and an honest "not found"."""

from dataclasses import replace
from datetime import date

from handlers import messages, messages_staff
from handlers.composing_records import (
    choices_for,
    compose_choices,
    compose_contacts,
    compose_guide,
    compose_not_found,
    compose_qa,
)
from knowledge.records import QA, Guide, Level
from tests.composing_samples import HOTLINE, OFFICE, ORIGIN, procedure

GUIDE = Guide(
    guide_id="nop-ho-so",
    title="Nộp hồ sơ trên mạng",
    questions=(),
    body="## Các việc\n\n1. Vào **Cổng** tại [trang chủ](https://example.vn)\n2. Bấm *Nộp*\n",
    source="Cổng thử nghiệm",
    link="https://example.vn/huong-dan",
    checked_on=date(2026, 6, 1),
    origin=ORIGIN,
)
QUESTION = QA(
    qa_id="nuoi-ong",
    question="Nuôi ong có phải đăng ký không?",
    also_asked=(),
    answer="Có, ông/bà đăng ký tại xã.",
    sector="Chăn nuôi",
    procedure_codes=("9.000123",),
    approved_by="Chủ tịch UBND xã Mẫu",
    approved_on=date(2026, 5, 4),
    expires_on=None,
    origin=ORIGIN,
)


def test_a_contact_is_quoted_whole():
    assert compose_contacts((HOTLINE,)).text == (
        "Cơ quan trả lời – Thông tin liên hệ\n\n"
        "Đường dây nóng:\n"
        "- 0999 111 222 – hỏi về thủ tục (7:30–17:00)\n"
        "- Địa chỉ: Thôn Hoa, xã Mẫu\n"
        "- Thư điện tử: ong@example.vn\n"
        "- Cơ quan xác nhận ngày 06/05/2026\n\n"
        "Trả lời tự động, theo thông tin cơ quan cung cấp."
    )


def test_a_contact_without_a_number_says_so():
    assert "Đường dây nóng:\n- Số điện thoại: cơ quan chưa cung cấp\n- Địa chỉ:" in (
        compose_contacts((replace(HOTLINE, phones=()),)).text
    )


def test_the_office_tells_its_hours_and_reception_days():
    composed = compose_contacts((), office=OFFICE)
    assert "- Giờ làm việc: Thứ 2 – Thứ 6, 7:30–11:30, 13:30–17:00" in composed.text
    assert "\n\nLịch tiếp công dân:\nThứ 5 hằng tuần" in composed.text
    assert composed.source is not None
    assert composed.source.kind == "office"


def test_without_any_contact_none_is_made_up():
    composed = compose_contacts(())
    assert "Cơ quan chưa cung cấp thông tin liên hệ cho việc này." in composed.text
    assert composed.source is None


def test_a_sample_contact_is_marked():
    sample = replace(HOTLINE, origin=replace(ORIGIN, sample=True))
    assert "(dữ liệu mẫu)" in compose_contacts((sample,)).sections[0]


def test_a_guide_loses_its_marks_and_keeps_its_source():
    assert compose_guide(GUIDE).text == (
        "Cơ quan trả lời – Nộp hồ sơ trên mạng\n\n"
        "Các việc\n1. Vào Cổng tại trang chủ (https://example.vn)\n2. Bấm Nộp\n\n"
        "Nguồn: Cổng thử nghiệm, kiểm tra ngày 01/06/2026\n"
        "https://example.vn/huong-dan\n"
        "Trả lời tự động, trích từ hồ sơ đã công bố."
    )


def test_a_published_question_is_told_as_question_and_answer():
    assert compose_qa(QUESTION).text == (
        "Dân hỏi: Nuôi ong có phải đăng ký không?\n\n"
        "Cơ quan trả lời:\nCó, ông/bà đăng ký tại xã.\n\n"
        "Người duyệt: Chủ tịch UBND xã Mẫu, ngày 04/05/2026\n"
        "Thủ tục liên quan: mã 9.000123\n"
        "Trả lời tự động, trích câu trả lời cơ quan đã công bố."
    )


def test_choices_are_numbered_and_end_with_none_of_these():
    choices = choices_for((procedure(), procedure(code="9.2", title="Nuôi tằm")))
    assert compose_choices(choices).text == (
        "Máy chưa rõ ông/bà cần việc nào. Xin ông/bà gõ số của việc đúng:\n"
        "1. Đăng ký nuôi ong\n2. Nuôi tằm\n3. Không có trong danh sách – gửi cán bộ\n\n(Trả lời tự động)"
    )
    assert [choice.key for choice in choices] == ["9.000123", "9.2", ""]


def test_never_more_than_five_choices():
    assert len(choices_for(tuple(procedure(code=f"9.{n}", title=f"Việc {n}") for n in range(9)))) == 5


def test_equal_titles_are_told_apart_by_the_province_before_the_level():
    choices = choices_for((procedure(code="9.1", province="Lào Cai"), procedure(code="9.2", province="Huế")))
    assert [choice.label for choice in choices[:2]] == [
        "Đăng ký nuôi ong (tỉnh Lào Cai)",
        "Đăng ký nuôi ong (thành phố Huế)",
    ]


def test_equal_titles_are_told_apart_by_the_level():
    choices = choices_for((procedure(code="9.1"), procedure(code="9.2", levels=(Level.PROVINCE,))))
    assert [choice.label for choice in choices[:2]] == [
        "Đăng ký nuôi ong (cấp xã)",
        "Đăng ký nuôi ong (cấp tỉnh)",
    ]


def test_titles_that_differ_in_spelling_only_are_told_apart():
    choices = choices_for((procedure(code="9.1", title="Hủy"), procedure(code="9.2", title="Huỷ")))
    assert [choice.label for choice in choices[:2]] == ["Hủy (mã 9.1)", "Huỷ (mã 9.2)"]


def test_records_that_read_the_same_everywhere_are_told_apart_by_their_codes():
    choices = choices_for((procedure(code="9.1"), procedure(code="9.2"), procedure(code="9.3", title="Khác")))
    assert [choice.label for choice in choices[:3]] == [
        "Đăng ký nuôi ong (mã 9.1)",
        "Đăng ký nuôi ong (mã 9.2)",
        "Khác",
    ]


def test_not_found_is_honest_names_the_nearest_and_gives_a_receipt():
    nearest = (procedure(), procedure(code="9.2", title="Nuôi tằm"), procedure(code="9.3", title="Nuôi dế"))
    assert compose_not_found(nearest, (HOTLINE,), "DH-0042").text == (
        "Máy chưa tìm thấy thủ tục đúng với câu hỏi này trong dữ liệu của cơ quan nên chưa trả lời được.\n\n"
        "Gần nhất là (có thể không phải việc ông/bà cần; nếu đúng, xin gõ lại tên việc):\n"
        "- Đăng ký nuôi ong\n- Nuôi tằm\n\n"
        "Câu hỏi đã gửi cán bộ. Mã tiếp nhận: DH-0042. "
        "Khi gặp hoặc gọi cơ quan, ông/bà đọc mã này để cán bộ tìm câu hỏi.\n\n"
        "Hỏi thêm: 0999 111 222 (hỏi về thủ tục)\n\n"
        "(Trả lời tự động)"
    )


def test_not_found_leaves_out_what_there_is_not():
    told = compose_not_found((), (), "")
    assert told.sections == (messages.NOT_FOUND, messages_staff.NOT_FORWARDED, messages.MARK)


def test_a_short_title_gets_its_field_when_the_fields_differ():
    land = procedure(code="9.1", title="Cấp lại giấy chứng nhận", sector="Đất đai")
    bees = procedure(code="9.2", title="Nuôi ong lấy mật", sector="Chăn nuôi")

    assert [choice.label for choice in choices_for((land, bees))][:2] == [
        "Cấp lại giấy chứng nhận (Đất đai)",
        "Nuôi ong lấy mật",
    ]
    assert choices_for((land,))[0].label == "Cấp lại giấy chứng nhận (Đất đai)"
