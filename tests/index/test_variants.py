"""Derived forms, key by key."""

import unicodedata

import pytest

from index.variants import Form, derive, in_shorthand, to_telex, to_vni, with_slips
from knowledge.text import fold

KEYS = [
    ("đăng ký", "ddawng kys", "d9a8ng ky1"),
    ("Đường Nguyễn Huệ", "Dduwowngf Nguyeenx Hueej", "D9u7o7ng2 Nguye6n4 Hue65"),
    ("thủ tục", "thur tucj", "thu3 tuc5"),
    ("hoà giải", "hoaf giair", "hoa2 giai3"),
    ("hộ khẩu, cấp lại", "hooj khaaur, caaps laij", "ho65 kha6u3, ca6p1 lai5"),
    ("CĂN CƯỚC", "CAWN CUWOWCS", "CA8N CU7O7C1"),
    ("mã 1.004194 xin 2 bản", "max 1.004194 xin 2 banr", "ma4 1.004194 xin 2 ban3"),
    ("quốc", "quoocs", "quo6c1"),
]
QUESTION = "Làm giấy khai sinh cho con ở ủy ban nhân dân xã thì mất bao nhiêu tiền và không cần gì nữa"


@pytest.mark.parametrize(("text", "telex", "vni"), KEYS)
def test_telex_and_vni_are_the_keys_a_hand_would_press(text, telex, vni):
    assert to_telex(text) == telex
    assert to_vni(text) == vni


@pytest.mark.parametrize("text", [text for text, _, _ in KEYS])
def test_composed_and_decomposed_text_press_the_same_keys(text):
    assert to_telex(unicodedata.normalize("NFD", text)) == to_telex(text)


@pytest.mark.parametrize("form", Form)
def test_the_same_question_always_gives_the_same_form(form):
    assert derive(QUESTION, form) == derive(QUESTION, form)


@pytest.mark.parametrize("form", [form for form in Form if form is not Form.AS_WRITTEN])
def test_every_form_but_the_first_differs_from_what_was_written(form):
    assert derive(QUESTION, form) != derive(QUESTION, Form.AS_WRITTEN) == QUESTION


@pytest.mark.parametrize("form", Form)
def test_a_text_without_words_is_left_alone(form):
    assert derive("", form) == ""
    assert derive("1.004194?", form) == "1.004194?"


def test_slips_change_about_one_word_in_eight_and_no_number():
    text = " ".join([QUESTION] * 4 + ["1.004194"])

    before, after = text.split(" "), with_slips(text).split(" ")

    changed = [old for old, new in zip(before, after, strict=True) if old != new]
    able = [word for word in before if len(word) > 2 and word.isalpha()]
    assert len(changed) == round(len(able) * 0.12)
    assert after[-1] == "1.004194"


def test_a_short_question_gets_one_slip():
    assert with_slips("tạm trú") != "tạm trú"


def test_shorthand_takes_whole_words_only():
    assert in_shorthand("căn cước công dân") == "cccd"
    assert in_shorthand("ủy ban nhân dân xã") == "ubnd xã"
    assert in_shorthand("emlak") == "emlak"


def test_no_accents_upper_and_nfd_are_what_their_names_say():
    assert derive("Đăng ký", Form.NO_ACCENTS) == fold("Đăng ký")
    assert derive("Đăng ký", Form.UPPER) == "ĐĂNG KÝ"
    assert derive("ký", Form.NFD) == "ky\u0301"
