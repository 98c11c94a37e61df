"""A plain answer as blocks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.blocks import Shape, blocks_of, spans

ANSWER = """Cơ quan trả lời – Đăng ký nuôi ong (dữ liệu mẫu)
Lưu ý: dữ liệu lấy từ ngày 18/07/2026, có thể đã thay đổi.

Giấy tờ cần có:
Giấy tờ phải nộp:
- Tờ khai (01 bản chính)
- Trực tiếp:
  5 ngày làm việc

Các bước:
Bước 1: Nộp hồ sơ.

Nguồn: Đăng ký nuôi ong (mã 9.000123)
https://dichvucong.gov.vn/thu-tuc/1
Trả lời tự động, trích từ hồ sơ đã công bố."""


def test_an_answer_falls_into_its_parts():
    assert [(block.shape.value, len(block.items)) for block in blocks_of(ANSWER)] == [
        ("title", 1),
        ("note", 1),
        ("heading", 1),
        ("subheading", 1),
        ("bullets", 2),
        ("heading", 1),
        ("paragraph", 1),
        ("source", 1),
    ]


def test_the_further_lines_of_an_item_stay_with_it():
    bullets = next(block for block in blocks_of(ANSWER) if block.shape is Shape.BULLETS)

    assert bullets.text == "Tờ khai (01 bản chính)\nTrực tiếp:\n5 ngày làm việc"


def test_a_source_keeps_its_lines_and_its_link():
    source = blocks_of(ANSWER)[-1]

    assert len(source.items[0]) == 3
    assert source.items[0][1][0].link == "https://dichvucong.gov.vn/thu-tuc/1"


def test_a_step_stands_out():
    (step,) = blocks_of("Bước 1: Nộp hồ sơ.")

    assert [(span.text, span.strong) for span in step.items[0][0]] == [
        ("Bước 1:", True),
        (" Nộp hồ sơ.", False),
    ]


def test_a_list_of_steps_of_a_guide_is_numbered():
    (steps,) = blocks_of("1. Tải ứng dụng.\n2. Mở ứng dụng.")

    assert (steps.shape, len(steps.items)) == (Shape.NUMBERED, 2)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("xem https://dichvucong.gov.vn/a?b=1&c=2).", ["https://dichvucong.gov.vn/a?b=1&c=2"]),
        ("gọi 1800 1096 hoặc 1022", ["tel:18001096", "tel:1022"]),
        ("gọi ngay: 113 (công an), 115 (cấp cứu)", ["tel:113", "tel:115"]),
        ("số 0263 3822 339", []),
        ("số 0999 111 222", ["tel:0999111222"]),
        ("Thông tư 113/2025/TT-BTC, mã 1.018001, 10.180.010 đồng", []),
        ("javascript:alert(1) data:text/html,x ftp://a.vn", []),
        ("https://gov.vn@evil.example/", []),
        ("https://[::1", []),
        ('https://a.vn/"onmouseover="alert(1)', ["https://a.vn/"]),
    ],
)
def test_only_addresses_and_hotlines_become_links(text, links):
    assert [span.link for span in spans(text) if span.link] == links


@given(st.text(max_size=300))
def test_no_word_is_lost_whatever_the_text(text):
    words = [span.text for span in spans(text)]

    assert "".join(words) == text
    assert all(span.link.startswith(("http://", "https://", "tel:")) for span in spans(text) if span.link)


@given(st.lists(st.sampled_from([*ANSWER.split("\n"), "", "  x", "- ", "1. y", "<b>"]), max_size=12))
def test_blocks_say_what_the_text_says(lines):
    told = " ".join(block.text for block in blocks_of("\n".join(lines))).split()
    wanted = [word for line in lines for word in line.split() if word not in ("-", "1.")]

    assert [word for word in told if word not in ("-", "1.")] == wanted
