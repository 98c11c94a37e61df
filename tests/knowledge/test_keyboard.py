"""Keys typed with the input method off are read as they were meant; everything else stays."""

from __future__ import annotations

import pytest

from index.variants import to_telex, to_vni
from knowledge.keyboard import is_syllable, read_keys
from knowledge.text import normalize

SENTENCES = [
    "Làm khai sinh cho con cần giấy tờ gì",
    "đăng ký thường trú ở đâu, mất bao nhiêu tiền",
    "chuyển mục đích sử dụng đất vườn sang đất ở",
    "người khuyết tật được hưởng trợ cấp không",
    "thuế nước ngoài, hoặc quý trước",
    "bố tôi vừa mất ở quê giờ phải báo với ai",
]


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("encode", [to_telex, to_vni], ids=["telex", "vni"])
def test_a_sentence_typed_with_the_input_method_off_is_read_back(sentence, encode):
    assert normalize(read_keys(encode(sentence))) == normalize(sentence)


@pytest.mark.parametrize("typed", ["ket61 ho6n", "ke6t1 ho6n", "ke61t ho6n"])
def test_mark_and_tone_keys_may_stand_anywhere_after_their_vowel(typed):
    assert read_keys(typed) == "kết hôn"


@pytest.mark.parametrize(
    "harmless",
    [
        "đổi bằng A1, B2, C1",
        "xin visa Mỹ, đi taxi, xem trên web",
        "UBND, TNHH, ETF, NA5",
        "lam khai sinh cho con can giay to gi",
        "mã 1.001193, Nghị định 118/2025/NĐ-CP",
        "zalo, online, VNeID, gmail, iphone 15",
    ],
)
def test_what_is_no_vietnamese_typed_as_keys_stays_as_it_was(harmless):
    assert read_keys(harmless) == harmless


def test_reading_twice_changes_nothing_more():
    once = read_keys("ddawng kys kinh doanh")
    assert read_keys(once) == once


@pytest.mark.parametrize("folded", ["nghieng", "quy", "gia", "khuya", "a", "uy"])
def test_a_syllable_is_told_by_its_parts(folded):
    assert is_syllable(folded)


@pytest.mark.parametrize("other", ["kys", "dd", "str", "web", ""])
def test_other_words_are_no_syllables(other):
    assert not is_syllable(other)
