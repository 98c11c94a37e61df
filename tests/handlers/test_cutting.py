"""Text is cut at its own borders and nothing inside what is kept changes."""

import re

from hypothesis import given
from hypothesis import strategies as st

from handlers.cutting import relevant, sentences, shorten, tidy

TEXTS = st.lists(
    st.text(alphabet="abđê 12.,;:()-\n", min_size=1, max_size=60).map(str.strip), min_size=1, max_size=20
).map(" ".join)


def words(text: str) -> list[str]:
    return text.split()


@given(TEXTS, st.integers(min_value=20, max_value=300))
def test_a_shortened_text_is_a_beginning_of_the_whole(text, limit):
    kept = words(shorten(text, limit))
    if kept and kept[-1] == "…":
        kept = kept[:-1]
    whole = words(text)
    # The last word may have lost the comma or semicolon it ended with.
    assert kept[:-1] == whole[: max(0, len(kept) - 1)]
    assert not kept or whole[len(kept) - 1].startswith(kept[-1].rstrip(",;: "))


@given(TEXTS)
def test_sentences_joined_by_a_blank_give_the_line_back(text):
    line = " ".join(text.split())
    assert " ".join(sentences(line)) == line


@given(TEXTS)
def test_tidying_changes_no_word_and_no_figure(text):
    assert re.findall(r"\w+", tidy(text)) == re.findall(r"\w+", text)


def test_an_announcement_without_its_list_is_not_left_dangling():
    assert shorten("Nộp tại xã, mang theo căn cước.\nGồm:\n" + "- một giấy rất dài " * 10, 40).endswith(
        "căn cước. …"
    )


def test_a_bracket_is_not_left_open():
    text = "Giấy khai sinh của trẻ (bản điện tử, bản giấy, hoặc bản sao; có chứng thực tại xã phường)"
    assert shorten(text, 60) == "Giấy khai sinh của trẻ …"


def test_what_was_left_out_never_stands_on_a_line_of_its_own():
    text = "Phí 1.\nNộp tại xã.\nPhí 2.\nXong xuôi cả rồi."
    assert relevant(text, re.compile("Phí"), 30) == "Phí 1. …\nPhí 2. …"


def test_what_was_left_out_between_sentences_is_shown():
    assert relevant("Phí 1. Nộp. Phí 2. Xong xuôi cả.", re.compile("Phí"), 20) == "Phí 1. … Phí 2. …"
