"""Every section is whole in itself, and together they are the whole text."""

from hypothesis import given
from hypothesis import strategies as st

from handlers.sections import into_sections

TEXTS = st.lists(
    st.text(alphabet="abđê 12.,;:()-\n", min_size=1, max_size=60).map(str.strip), min_size=1, max_size=20
).map(" ".join)


def words(text: str) -> list[str]:
    return text.split()


@given(TEXTS)
def test_sections_hold_every_word_in_order(text):
    lines = "\n".join(into_sections(text, 50)).split("\n")
    told_once = "\n".join(line for line in lines if not line.endswith("(tiếp):"))
    assert words(told_once) == words(text)


def test_a_list_that_goes_on_in_the_next_section_has_its_heading_again():
    sections = into_sections("Giấy tờ:\nPhải nộp:\n- Đơn xin\n- Tờ khai\nLưu ý:\n- Viết rõ", 30)
    assert sections == (
        "Giấy tờ:\nPhải nộp:\n- Đơn xin",
        "Phải nộp (tiếp):\n- Tờ khai",
        "Lưu ý:\n- Viết rõ",
    )


def test_an_item_that_announces_a_list_goes_with_the_list():
    assert into_sections("Các bước:\n- Nộp đơn\n- Xem hồ sơ:\n+ Đủ thì nhận", 40) == (
        "Các bước:\n- Nộp đơn",
        "Các bước (tiếp):\n- Xem hồ sơ:\n+ Đủ thì nhận",
    )


def test_a_section_ends_before_a_heading_where_it_can():
    assert into_sections("Phí:\n- Không\nLưu ý:\n- Một\n- Hai", 26) == (
        "Phí:\n- Không",
        "Lưu ý:\n- Một\n- Hai",
    )


def test_sections_keep_to_their_length_where_the_text_has_borders():
    text = "\n".join(["Một câu ngắn."] * 40)
    assert all(len(section) <= 100 for section in into_sections(text, 100))
