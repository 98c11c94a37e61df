"""Each rival finds what it should in three documents; else the comparison would be against a straw man."""

import pytest

pytest.importorskip("bm25s")
pytest.importorskip("sklearn")

from benchmarks.rivals import Document, engines

DOCUMENTS = [
    Document("1", "Đăng ký khai sinh", "Nộp tờ khai và giấy chứng sinh.", "làm giấy cho em bé mới đẻ"),
    Document("2", "Đăng ký kết hôn", "Hai bên nam nữ có mặt.", "cưới vợ cần gì"),
    Document("3", "Cấp hộ chiếu phổ thông", "Nộp ảnh chân dung.", "đi nước ngoài"),
]
RIVALS = list(engines(DOCUMENTS))
NAMES = [name for name, _ in RIVALS]


@pytest.mark.parametrize("search", [search for _, search in RIVALS], ids=NAMES)
def test_a_title_is_found_first_with_accents(search):
    assert search("xin cấp hộ chiếu")[0] == "3"


@pytest.mark.parametrize("search", [search for _, search in RIVALS], ids=NAMES)
def test_a_question_without_known_words_finds_nothing(search):
    assert search("zzzz") == search("") == []


@pytest.mark.parametrize("name", [name for name in NAMES if "accented" not in name and "FTS5" not in name])
def test_folding_rivals_find_a_title_without_accents(name):
    assert dict(RIVALS)[name]("dang ky ket hon")[0] == "2"


def test_the_control_alone_knows_the_citizens_wordings():
    found = {name: search("mới đẻ") for name, search in RIVALS}

    assert [name for name, codes in found.items() if codes[:1] == ["1"]] == [NAMES[-1]]
