"""What a misspelt syllable may stand for, and what it must not."""

from __future__ import annotations

import pytest

from knowledge.phrases import PhraseBook, typed_syllables
from knowledge.spelling import Slips, syllable

WORDS = "otp giấy tờ phí thủ tục bao nhiêu trường hợp nào gì đâu được ký sổ lệ ngày mẫu không chi nơi"


@pytest.fixture(scope="module")
def slips() -> Slips:
    return Slips(syllable(word) for word in WORDS.split())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("giy", "giấy"),
        ("giấyy", "giấy"),
        ("giấấy", "giấy"),
        ("gấiy", "giấy"),
        ("giáyy", "giấy"),
        ("fiấy", "giấy"),
        ("hủ", "thủ"),
        ("nhêu", "nhiêu"),
        ("đưcợ", "được"),
        ("trườngg", "trường"),
        ("khôg", "không"),
        ("hợ", "hợp"),
    ],
)
def test_a_slip_of_the_finger_is_read(slips, typed, meant):
    assert syllable(meant) in slips.meant_by(syllable(typed))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("chường", "trường"),
        ("xổ", "sổ"),
        ("dấy", "giấy"),
        ("lào", "nào"),
        ("kí", "ký"),
        ("dược", "được"),
        ("nệ", "lệ"),
        ("thũ", "thủ"),
        ("tụt", "tục"),
        ("lê", "lệ"),
    ],
)
def test_a_spelling_by_ear_is_read(slips, typed, meant):
    assert syllable(meant) in slips.meant_by(syllable(typed))


@pytest.mark.parametrize(
    "typed",
    [
        "mất",  # another word, no slip of any of these
        "phỉ",
        "nói",  # "nơi" with another tone and another vowel
        "ngay",  # typed without marks: already every "ngày"
        "lao",  # typed without marks: not also "nào"
        "đau",
        "má",  # two slips from "mẫu"
        "vneid",
        "online",
        "khi",  # "ch" is not heard as "kh"
        "tp",  # an abbreviation, no slip of "otp"
        "a1",
        "2",
    ],
)
def test_another_word_is_left_alone(slips, typed):
    assert slips.meant_by(syllable(typed)) == ()


def test_a_syllable_typed_well_stands_for_itself_alone():
    slips = Slips([syllable("lên"), syllable("nên")])
    assert slips.meant_by(syllable("lên")) == ()


BOOK = {
    "documents": ["giấy tờ gì", "hồ sơ … gồm"],
    "who": ["người nào"],
    "conditions": ["trường hợp nào"],
    "fee": ["lệ phí", "=phí"],
    "where": ["ở đâu"],
}


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("cần giy tờ gì", "documents"),
        ("hồ sơ khai sinh gồmm", "documents"),
        ("trườg hợp nào", "conditions"),
        ("chường hợp nào", "conditions"),
        ("trường hợ nào", "conditions"),
        ("lê phí", "fee"),
        ("lệ phhí", "fee"),
    ],
)
def test_a_phrase_with_one_slip_is_found(typed, label):
    book = PhraseBook(BOOK, forgiving=True)
    assert label in book.labels(typed_syllables(typed))


@pytest.mark.parametrize(
    "typed",
    [
        "người Lào",  # two syllables, and "Lào" is a word
        "phhí",  # alone: nothing beside it says what was meant
        "giy tờờ gì",  # two slips
        "ổ đầu",
        "trường học nào",
        "o dao",
        "cần giấy tờờ gì",  # of two letters only one would be left to go by
    ],
)
def test_a_near_neighbour_is_not_taken_for_a_slip(typed):
    exact = PhraseBook(BOOK).find(typed_syllables(typed))
    assert PhraseBook(BOOK, forgiving=True).find(typed_syllables(typed)) == exact


def test_a_book_forgives_only_when_asked_to():
    assert not PhraseBook(BOOK).find(typed_syllables("cần giy tờ gì"))


def test_what_must_be_typed_with_its_accents_is_never_a_slip():
    book = PhraseBook({"x": ["=phí cấp thẻ"]}, forgiving=True)
    assert not book.find(typed_syllables("phíí cấp thẻ"))
    assert book.find(typed_syllables("phí cấp thẻ"))
