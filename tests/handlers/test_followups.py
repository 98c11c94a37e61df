"""Messages that live on the one before."""

from __future__ import annotations

import pytest

from handlers.answers import Choice
from handlers.followups import asks_for_everything, chosen, is_follow_up, says_nothing, wants_everything
from knowledge.text import fold

TITLE = "Đăng ký khai sinh"
CHOICES = (
    Choice("9.000001", "Cấp lại thẻ căn cước"),
    Choice("9.000002", "Cấp đổi thẻ căn cước"),
    Choice("9.000003", "Đăng ký khai tử"),
    Choice("", "Không có trong danh sách – gửi cán bộ"),
)


@pytest.mark.parametrize(
    "text",
    [
        "thế lệ phí thì sao",
        "còn nộp online?",
        "mất bao lâu ạ",
        "ở đâu vậy em",
        "vậy cần mang giấy tờ gì",
        "thế khai sinh thì mất bao nhiêu tiền",
        "bao nhiêu tiền một bản",
        "thế lệ phíí thì sao",
    ],
)
def test_a_message_without_a_topic_of_its_own_is_a_follow_up(text):
    assert is_follow_up(text, TITLE)
    assert is_follow_up(fold(text), TITLE)


@pytest.mark.parametrize(
    "text",
    [
        "còn đăng ký kết hôn thì sao",
        "lệ phí cấp hộ chiếu",
        "thế làm sổ đỏ cần giấy tờ gì",
        "khai tử ở đâu",
        "hồ sơ đăng ký kết hôn gồm gì",
    ],
)
def test_a_message_with_another_topic_is_not(text):
    assert not is_follow_up(text, TITLE)
    assert not is_follow_up(fold(text), TITLE)


@pytest.mark.parametrize("text", ["đầy đủ", "xem het", "cho xem tất cả đi ạ", "chi tiết"])
def test_everything_is_asked_for(text):
    assert wants_everything(text)


@pytest.mark.parametrize(
    "text",
    [
        "thủ tục đăng ký kết hôn đầy đủ",
        "đăng ký kết hôn đầy đủ",
        "cho tôi xem toàn bộ thủ tục đăng ký kết hôn",
        "xem hết thủ tục làm khai sinh giúp tôi",
        "hướng dẫn chi tiết thủ tục đăng ký kết hôn",
        "nói đầy đủ về đăng ký khai sinh",
    ],
)
def test_everything_is_asked_for_beside_the_name_of_the_procedure(text):
    assert asks_for_everything(text)
    assert asks_for_everything(fold(text))


@pytest.mark.parametrize(
    "text",
    [
        "đăng ký kết hôn",
        "đăng ký kết hôn cần đầy đủ những giấy tờ gì",
        "giấy tờ đầy đủ của đăng ký kết hôn là gì",
        "các bước đầy đủ để đăng ký kết hôn",
        "nộp hồ sơ đầy đủ rồi thì bao lâu có kết quả",
        "hồ sơ chưa đầy đủ thì có được nhận không",
        "chuyển nhượng toàn bộ dự án",
        "thẩm định quy hoạch chi tiết",
        "trợ cấp cho tất cả các con",
        "vợ chồng em làm công nhân, con em có khai sinh tạm trú đầy đủ, giờ em muốn cho cháu đi học",
    ],
)
def test_a_part_of_it_or_a_name_with_such_words_is_not_everything(text):
    assert not asks_for_everything(text)
    assert not asks_for_everything(fold(text))


@pytest.mark.parametrize("text", ["hồ sơ đầy đủ của đăng ký kết hôn", "toàn bộ học bổng"])
def test_a_topic_beside_the_word_for_everything_is_another_question(text):
    assert not wants_everything(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2", "9.000002"),
        ("số 2", "9.000002"),
        ("chon 3", "9.000003"),
        ("cái thứ hai", "9.000002"),
        ("cai dau tien", "9.000001"),
        ("mục 1 ạ", "9.000001"),
        ("cái cuối cùng", ""),
        ("khai tử", "9.000003"),
        ("cấp đổi", "9.000002"),
        ("cap lai the", "9.000001"),
        ("không có cái nào", ""),
    ],
)
def test_a_choice_is_taken_by_number_or_by_its_words(text, code):
    choice = chosen(text, CHOICES)
    assert choice is not None
    assert choice.key == code


@pytest.mark.parametrize("text", ["9", "0", "căn cước", "khai sinh", "đi thay được không", "giá vàng", ""])
def test_what_fits_no_choice_or_several_takes_none(text):
    assert chosen(text, CHOICES) is None


def test_without_choices_a_number_chooses_nothing():
    assert chosen("2", ()) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("số hai", "9.000002"), ("cái cho trẻ em", "9.000001"), ("cái của người lớn ấy", "9.000002")],
)
def test_a_word_of_one_label_chooses_it_whatever_fills_the_sentence(text, code):
    choices = (
        Choice("9.000001", "Cấp thẻ cho trẻ dưới 6 tuổi"),
        Choice("9.000002", "Cấp thẻ cho người lớn"),
        Choice("", "Không có trong danh sách – gửi cán bộ"),
    )
    for typed in (text, fold(text)):
        choice = chosen(typed, choices)
        assert choice is not None
        assert choice.key == code
    other = chosen("cái khác", choices)
    assert other is not None
    assert other.key == ""


def test_fillers_alone_say_nothing_and_papers_of_a_car_do():
    assert all(map(says_nothing, ("tôi muốn hỏi", "không phải", "ủa sao vậy", "ua sao vay", "a lo")))
    assert not any(map(says_nothing, ("mất giấy tờ xe", "khai sinh", "giá vàng")))
