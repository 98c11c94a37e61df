"""Replies cut into messages: nothing lost, each within the limit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from bot.messaging.splitting import split, utf16_length
from bot.messaging.staff_delivery import render

_NUMBER = re.compile(r"\n\(\d+/\d+\)$")
_WORDS = st.text(
    st.sampled_from("aăâbcdđeêghi ọ̣ế\u0323\u0301\U0001f44d0123456789.;:-–…\n  "), min_size=0, max_size=400
)


def _letters(texts: Iterable[str]) -> str:
    return "".join(re.sub(r"\s", "", unicodedata.normalize("NFD", text)) for text in texts)


def _holds_in_order(text: str, wanted: str) -> bool:
    letters = iter(text)
    return all(letter in letters for letter in wanted)


@given(st.lists(_WORDS, max_size=6), st.integers(40, 300))
def test_no_letter_is_lost_and_no_message_is_too_long(sections: list[str], limit: int) -> None:
    messages = split(sections, limit)

    assert all(utf16_length(message) <= limit for message in messages)
    assert all(message.strip() for message in messages)
    # Headings may be repeated where a list goes on, so more letters may stand there, but none is missing.
    assert _holds_in_order(_letters(_NUMBER.sub("", message) for message in messages), _letters(sections))


@given(st.lists(_WORDS, max_size=6))
def test_what_fits_is_one_message_without_a_number(sections: list[str]) -> None:
    texts = [text for section in sections if (text := unicodedata.normalize("NFC", section).strip())]

    assert split(sections, 10_000) == (("\n\n".join(texts),) if texts else ())


def test_several_messages_say_which_they_are() -> None:
    messages = split(("a" * 30, "b" * 30, "c" * 30), 45)

    assert [message.split("\n")[-1] for message in messages] == ["(1/3)", "(2/3)", "(3/3)"]


def test_sections_that_fit_together_share_a_message() -> None:
    assert split(("một một", "hai hai", "ba " * 8, "bốn"), 40) == (
        "một một\n\nhai hai\n(1/2)",
        "ba ba ba ba ba ba ba ba\n\nbốn\n(2/2)",
    )


def test_marks_typed_apart_are_composed_before_they_are_counted() -> None:
    apart = unicodedata.normalize("NFD", "Đăng ký khai sinh đã được xác nhận")
    assert len(apart) > 40

    assert split((apart,), 40) == ("Đăng ký khai sinh đã được xác nhận",)


def test_characters_beyond_the_basic_plane_count_twice() -> None:
    assert utf16_length("👍👍") == 4
    assert [utf16_length(message) <= 40 for message in split(("👍" * 50,), 40)] == [True] * 4


def test_an_address_on_the_internet_stays_whole() -> None:
    link = "https://dichvucong.gov.vn/p/home/dvc-chi-tiet-thu-tuc-hanh-chinh.html?ma_thu_tuc=1.004194"
    for before in range(0, 120, 7):
        messages = split(("chữ " * before + link + " chữ" * 20,), 130)

        assert any(link in message for message in messages)


def test_a_mark_is_never_cut_from_its_letter() -> None:
    # No composed form: the mark remains a character of its own after NFC.
    messages = split(("q̣" * 60,), 40)

    assert not any(unicodedata.combining(message[0]) for message in messages)


def test_a_list_that_goes_on_gets_its_heading_again() -> None:
    papers = "Giấy tờ cần có:\n" + "\n".join(f"- Giấy tờ thứ {number} cần mang theo" for number in range(20))

    first, second, *_ = split((papers,), 300)

    assert first.startswith("Giấy tờ cần có:\n- ")
    assert second.startswith("Giấy tờ cần có (tiếp):\n- ")


def test_every_part_of_an_automatic_answer_says_so_within_the_limit():
    messages = split(("một " * 20, "hai " * 20), 60, note=", trả lời tự động")

    assert all(
        message.endswith(f"\n({n}/{len(messages)}, trả lời tự động)") for n, message in enumerate(messages, 1)
    )
    assert max(map(utf16_length, messages)) <= 60


def test_an_officer_s_long_answer_is_numbered_and_no_machine_s():
    for door in ("telegram", "zalo_bot", "zalo_oa"):
        parts = render(door, "\n\n".join(["Mời bà đến. " * 60] * 6))
        assert len(parts) > 1
        assert parts[0].text.endswith(f"\n(1/{len(parts)})")
