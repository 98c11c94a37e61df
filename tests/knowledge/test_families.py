import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.families import families, family_name


@pytest.mark.parametrize(
    "title",
    [
        "Cấp phép thả diều",
        "Thủ tục cấp phép thả diều",
        "THỦ TỤC CẤP PHÉP THẢ DIỀU (CẤP XÃ).",
        "Cấp phép thả diều (thực hiện tại cấp tinh)",
        "Cấp phép thả diều ( Cấp TW )",
        "Cấp phép thả diều (cấp Bộ) (1.010737)",
        "Cấp phép thả diều - cấp Trung ương",
        "Cấp phép thả diều thuộc thẩm quyền của Chủ tịch UBND cấp tỉnh",
        "Cấp phép thả diều (thẩm quyền của Ủy ban nhân dân cấp xã)",
        "Cấp phép thả diều tại Công an cấp tỉnh",
        "Cấp phép  thả\ndiều (tỉnh Phú Thọ)",
    ],
)
def test_a_level_or_place_at_the_end_does_not_make_another_procedure(title):
    assert family_name(title) == "cap phep tha dieu"


@pytest.mark.parametrize(
    "title",
    [
        "Thông báo tổ chức lễ hội cấp xã",  # a kind of festival, not a place of filing
        "Cấp phép thả diều (trừ diều sáo)",
        "Cấp phép thả diều ra khỏi địa bàn cấp tỉnh",
        "Xác nhận hoạt động xã hội",
    ],
)
def test_what_is_part_of_the_matter_stays_in_the_name(title):
    assert len(family_name(title).split()) == len(family_name(title + " đêm").split()) - 1


def test_a_family_is_called_by_its_lowest_code_and_a_loner_by_its_own():
    titles = {
        "9.000002": "Cấp phép thả diều (cấp tỉnh)",
        "9.000001": "Cấp phép thả diều (cấp xã)",
        "9.000003": "Cấp lại phép thả diều (cấp xã)",
    }

    assert families(titles) == {"9.000001": "9.000001", "9.000002": "9.000001", "9.000003": "9.000003"}


@given(st.text())
def test_any_title_keeps_a_name_unless_it_has_none(title):
    name = family_name(title)

    assert family_name(name) == name or name.startswith("thu tuc")
