"""A fee is quoted per way of filing; 0 is never "free" and no currency is invented."""

import pytest

from handlers.composing_fees import fee
from knowledge.records import ChargeKind, SubmissionMode
from tests.composing_samples import charge, method, procedure


def told(*charges, full=False):
    """What a citizen reads of one direct row with *charges*, without its first line."""
    answer = fee(procedure(submission_methods=(method(charges=charges),)), full=full)
    return answer.text.split(":", 1)[1].strip(), answer.silent


@pytest.mark.parametrize("amount", [0.0, None])
def test_no_amount_and_no_words_is_not_free(amount):
    text, silent = told(charge(amount))
    assert text == "Lệ phí: hồ sơ công bố không ghi mức thu (không có nghĩa là miễn phí)"
    assert silent


def test_an_amount_that_stands_in_the_description_only_is_quoted_from_there():
    text, silent = told(charge(0.0, words="- Nhỏ: 50.000 đồng/giấy; - Lớn: 150.000 đồng/giấy."))
    assert text == "Lệ phí:\n  - Nhỏ: 50.000 đồng/giấy;\n  - Lớn: 150.000 đồng/giấy."
    assert not silent


@pytest.mark.parametrize(
    "words", ["Miễn phí", "Không thu lệ phí.", "- Miễn lệ phí (Thông tư số 1/2019/TT-BTC)."]
)
def test_free_is_said_only_when_the_description_says_nothing_else(words):
    text, silent = told(charge(0.0, words=words))
    assert text.startswith("Lệ phí: không phải trả tiền (hồ sơ công bố ghi “")
    assert not silent


@pytest.mark.parametrize(
    "words",
    [
        "Miễn lệ phí cho hộ nghèo; mức thu do Hội đồng nhân dân cấp tỉnh quy định.",
        "Không thu lệ phí đối với tổ hợp tác; người khác 20.000 đồng.",
        "Các trường hợp được miễn nộp lệ phí: người khuyết tật.",
    ],
)
def test_an_exemption_for_some_is_not_free_for_all(words):
    text, _ = told(charge(0.0, words=words))
    assert "không phải trả tiền" not in text
    assert words in text


@pytest.mark.parametrize("words", ["Không", "Không có", "Chưa có quy định", "Không quy định."])
def test_a_bare_no_is_quoted_not_interpreted(words):
    text, silent = told(charge(0.0, words=words))
    assert text == f"Lệ phí: hồ sơ công bố ghi “{words.rstrip('.')}”"
    assert silent


def test_a_small_amount_without_a_currency_gets_none():
    text, silent = told(charge(155.0, ""))
    assert text == "Lệ phí: 155 (hồ sơ công bố không ghi đơn vị tiền)"
    assert silent


def test_a_shorthand_beside_the_written_amount_is_left_to_the_words():
    text, silent = told(charge(25.0, "", "25.000 đồng/hồ sơ"))
    assert text == "Lệ phí: 25.000 đồng/hồ sơ"
    assert not silent


def test_an_incredibly_small_amount_in_dong_is_quoted_and_asked_about():
    text, silent = told(charge(40.0, "VND"))
    assert text == "Lệ phí: hồ sơ công bố ghi “40 đồng”"
    assert silent


def test_a_foreign_currency_stays_as_published():
    assert told(charge(155.0, "USD", "/thẻ")) == ("Lệ phí: 155 USD/thẻ", False)


def test_words_about_somebody_else_are_not_tied_to_the_amount():
    text, _ = told(charge(20000.0, words="Người cao tuổi xuất trình giấy tờ để được miễn."))
    assert text == "Lệ phí: 20.000 đồng. Người cao tuổi xuất trình giấy tờ để được miễn."


def test_phi_le_phi_and_muc_gia_keep_their_names():
    text, _ = told(charge(1000.0, kind=ChargeKind.FEE), charge(2000.0), charge(3000.0, kind=ChargeKind.PRICE))
    assert text.split("\n  ") == ["Phí: 1.000 đồng", "Lệ phí: 2.000 đồng", "Mức giá: 3.000 đồng"]


def test_a_description_that_begins_with_the_kind_does_not_repeat_it():
    assert told(charge(0.0, words="Lệ phí cấp giấy: 10.000 đồng"))[0] == "Lệ phí cấp giấy: 10.000 đồng"


def test_a_description_that_begins_with_another_kind_gets_no_second_one():
    told_of = charge(0.0, words="Lệ phí 135.000 đồng/lần.", kind=ChargeKind.FEE)
    assert told(told_of)[0] == "Lệ phí 135.000 đồng/lần."


@pytest.mark.parametrize("currency", ["VND", ""])
def test_an_amount_that_its_words_name_as_money_is_not_told_twice(currency):
    assert told(charge(8000.0, currency, "8.000 đồng một văn bản.")) == (
        "Lệ phí: 8.000 đồng một văn bản.",
        False,
    )
    assert told(charge(8000.0, "VND", "Thêm 2.000 đồng một bản."))[0] == (
        "Lệ phí: 8.000 đồng – Thêm 2.000 đồng một bản."
    )


def test_equal_rows_are_told_once_under_all_their_ways():
    rows = tuple(method(mode, charges=(charge(7000.0),)) for mode in reversed(SubmissionMode))
    text = fee(procedure(submission_methods=rows), full=False).text
    assert text == "- Trực tiếp, trực tuyến, bưu chính:\n  Lệ phí: 7.000 đồng"


def test_rows_of_one_way_are_told_apart_by_their_description():
    rows = (
        method(words="Cấp lần đầu", charges=(charge(7000.0),)),
        method(words="Cấp lại", charges=(charge(9000.0),)),
    )
    text = fee(procedure(submission_methods=rows), full=False).text
    assert text == (
        "- Trực tiếp:\n  Cấp lần đầu\n  Lệ phí: 7.000 đồng\n- Trực tiếp:\n  Cấp lại\n  Lệ phí: 9.000 đồng"
    )


def test_a_long_description_keeps_the_sentences_that_name_money():
    words = "Nộp tại quầy số hai của cơ quan. " * 20 + "Lệ phí là 12.000 đồng. " + "Có biên lai. " * 20
    text, _ = told(charge(0.0, words=words))
    assert text == "Lệ phí là 12.000 đồng. …"
    assert "Nộp tại quầy" in told(charge(0.0, words=words), full=True)[0]


def test_no_rows_at_all_is_told_as_such():
    answer = fee(procedure(submission_methods=()), full=False)
    assert answer.text == "Hồ sơ công bố không ghi cách nộp, thời hạn và phí."
    assert answer.silent
