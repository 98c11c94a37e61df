import pytest

from knowledge.agencies import agency_levels
from knowledge.records import Level


@pytest.mark.parametrize(
    ("agency", "level"),
    [
        ("Ủy ban nhân dân cấp xã", Level.COMMUNE),
        ("UBND  cấp  xã", Level.COMMUNE),
        ("Công an phường, đặc khu", Level.COMMUNE),
        ("Phòng kinh tế thuộc UBND cấp xã", Level.COMMUNE),
        ("Bảo hiểm xã hội tỉnh", Level.PROVINCE),
        ("Sở Tư pháp", Level.PROVINCE),
        ("Chi nhánh Văn phòng đăng ký đất đai khu vực", Level.PROVINCE),
        ("Thuế tỉnh, thành phố", Level.PROVINCE),
        ("Bộ Công an", Level.MINISTRY),
        ("Cục Hàng không Việt Nam", Level.MINISTRY),
        ("Cơ sở giáo dục", Level.OTHER),
        ("Phòng Cảnh sát quản lý hành chính về trật tự xã hội", Level.OTHER),
    ],
)
def test_an_agency_is_placed_by_its_name(agency, level):
    assert agency_levels([agency]) == (level,)


def test_a_procedure_of_several_agencies_has_all_their_levels_from_below():
    agencies = ["Cục Lãnh sự", "Sở Ngoại vụ", "Ủy ban nhân dân cấp xã"]

    assert agency_levels(agencies) == (Level.COMMUNE, Level.PROVINCE, Level.MINISTRY)


def test_without_an_agency_there_is_no_level():
    assert agency_levels([]) == ()
