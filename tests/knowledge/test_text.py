from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.text import clean, fold, has_diacritics, normalize

VIETNAMESE = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
    "AÀẢÃÁẠĐÊỆÔỘƠỢƯỰY 0123456789.,-/\u200b\u00ad\ufeff\u00a0\n"
)
few = settings(max_examples=200, deadline=None, derandomize=True)
texts = st.text(alphabet=VIETNAMESE) | st.text()


@few
@given(texts)
def test_every_form_of_a_text_is_its_own_form(text):
    for form in (clean, normalize, fold):
        assert form(form(text)) == form(text)


@few
@given(texts)
def test_no_mark_and_no_barred_d_is_left_after_folding(text):
    folded = unicodedata.normalize("NFD", fold(text))
    assert not any(unicodedata.combining(letter) for letter in folded)
    assert not set(folded) & set("đĐðÐ")


@few
@given(st.text(alphabet=VIETNAMESE))
def test_a_decomposed_text_is_the_same_text(text):
    decomposed = unicodedata.normalize("NFD", text)
    for form in (clean, normalize, fold):
        assert form(decomposed) == form(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("hoà giải", "hòa giải"), ("uỷ quyền", "ủy quyền"), ("KHOẺ", "khỏe"), ("Thuý", "Thúy")],
)
def test_both_placements_of_the_tone_are_one_spelling(one, other):
    assert normalize(one) == normalize(other)


@pytest.mark.parametrize("word", ["hoàn", "quý", "quỹ", "toàn", "thuỷnh"])
def test_a_closed_syllable_and_qu_keep_their_tone_where_it_is(word):
    assert normalize(word) == word


def test_invisible_characters_are_dropped_and_line_breaks_stay():
    assert clean("Bước\u200b 1\r\nBước\u00a02\uf0b7") == "Bước 1\nBước 2"


@pytest.mark.parametrize(("text", "expected"), [("dang ky", False), ("đăng ky", True), ("", False)])
def test_marks_are_noticed(text, expected):
    assert has_diacritics(text) is expected
