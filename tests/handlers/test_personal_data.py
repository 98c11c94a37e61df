"""Both ways matter: a citizen's number is never stored, and no fee, code or hotline is ever hidden."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.personal_data import PersonalKind, find, redact, remove
from knowledge.text import fold

DIGIT = st.sampled_from("0123456789")
BEFORE = st.sampled_from(
    ["", "lệ phí ", "nộp ", "theo ", "mã ", "cho hỏi ", "(", "số ", "từ ", "le phi ", "hết "]
)
AFTER = st.sampled_from(["", " ạ", ".", "?", ", cảm ơn", ")", " thì sao", "\n"])
UNIT = st.sampled_from([" đồng", "đ", " đ", " VND", " vnđ", "d", " dong", " triệu", " tỷ", " USD", " m2"])


def digits(shortest: int, longest: int | None = None) -> st.SearchStrategy[str]:
    return st.text(DIGIT, min_size=shortest, max_size=longest or shortest)


def grouped(amount: int, separator: str) -> str:
    return f"{amount:,}".replace(",", separator)


AMOUNTS = st.builds(
    lambda amount, separator, unit: grouped(amount, separator) + unit,
    st.integers(min_value=1_000, max_value=999_999_999_999),
    st.sampled_from([".", ",", " ", ""]),
    UNIT,
)
BARE_AMOUNTS = st.builds(grouped, st.integers(min_value=1_000, max_value=999_999_999_999), st.just("."))
CODES = st.builds(lambda head, tail: f"{head}.{tail}", st.sampled_from("12356"), digits(6))
DECISIONS = st.builds(
    lambda number, year, body: f"{number}/{year}/{body}",
    st.integers(min_value=1, max_value=9999),
    st.integers(min_value=1990, max_value=2026),
    st.sampled_from(["NĐ-CP", "QH13", "QH15", "TT-BTC", "QĐ-TTg"]),
)
DOSSIERS = st.builds(
    lambda province, unit, day, number: f"H{province}.{unit}-{day}-{number}",
    digits(2),
    digits(2),
    digits(6),
    digits(4),
)
DATES = st.builds(
    lambda day, month, year, separator: f"{day:02}{separator}{month:02}{separator}{year}",
    st.integers(min_value=1, max_value=31),
    st.integers(min_value=1, max_value=12),
    st.integers(min_value=1930, max_value=2026),
    st.sampled_from(["/", "-", "."]),
)
HOTLINES = st.builds(
    lambda head, tail, separator: f"{head}{separator}{tail}",
    st.sampled_from(["1800", "1900"]),
    digits(4),
    st.sampled_from(["", " ", "."]),
)
LANDLINES = st.builds(
    lambda area, separator, number: f"{area}{separator}{number}",
    st.sampled_from(["024", "028", "0203", "0236", "0299"]),
    st.sampled_from(["", " ", ".", "-"]),
    digits(7),
)
YEARS = st.lists(st.integers(min_value=1990, max_value=2026).map(str), min_size=1, max_size=4).map(" ".join)

HARMLESS = [
    "500.000 đồng",
    "1.500.000đ",
    "500000 d",
    "150,000 VND",
    "lệ phí 8000 đồng một bản",
    "vay 123.456.789.012 đồng",
    "vốn 500000000000 đồng",
    "từ 8.000.000 - 12.000.000",
    "phạt 4.000.000-6.000.000 đồng",
    "chứng minh tài chính 500.000.000 đồng",
    "chứng minh thu nhập 150.000.000",
    "nộp vào tài khoản 1.500.000",
    "tài khoản định danh mức 2",
    "1.013124",
    "2.000815",
    "thủ tục 1.004220 và 1.001193",
    "H29.16-250701-0012",
    "000.00.16.H29-250701-0012",
    "60/2014/QH13",
    "123/2015/NĐ-CP",
    "1234/QĐ-UBND ngày 01/07/2025",
    "Nghị định số 118/2025/NĐ-CP",
    "1800 1096",
    "18001096",
    "1900.1234",
    "19001234",
    "gọi 1022 hoặc 113, 114, 115",
    "024 3733 3333",
    "0203.3825.555",
    "02438123456",
    "sinh năm 1990",
    "từ 2020-2021-2022",
    "các năm 2019 2020 2021 2022",
    "sinh ngày 01-01-1990",
    "20.11.2025",
    "7:30–11:30, 13:30–17:00",
    "07.30-11.30 và 13.30-17.00",
    "thửa đất số 123, tờ bản đồ 45",
    "đất 1.250 m2",
    "mẫu số 01/ĐKKT",
    "mẫu TK1-TS",
    "khoản 2 Điều 16",
    "căn cước mức 2",
    "căn cước cấp năm 2021",
    "hộ chiếu 10 năm",
    "bảo hiểm xã hội 20 năm 6 tháng",
    "Windows 10",
    "Quyết định 1234567/QĐ",
    "số nhà 12 ngõ 345 đường 678",
    "3 bản, 2 bộ, 10 ngày",
]

PERSONAL = [
    ("cccd 001085012345", PersonalKind.IDENTITY),
    ("số căn cước 001 085 012 345 của tôi", PersonalKind.IDENTITY),
    ("so can cuoc 001.085.012.345", PersonalKind.IDENTITY),
    ("001-085-012-345", PersonalKind.IDENTITY),
    ("0010 8501 2345", PersonalKind.IDENTITY),
    ("0 0 1 0 8 5 0 1 2 3 4 5", PersonalKind.IDENTITY),
    ("tên Lan,001085012345.Quê Nam Định", PersonalKind.IDENTITY),
    ("cmnd 123456789", PersonalKind.OLD_IDENTITY),
    ("chung minh nhan dan so: 123 456 789", PersonalKind.OLD_IDENTITY),
    ("0912345678", PersonalKind.PHONE),
    ("gọi em số 0912 345 678 nhé", PersonalKind.PHONE),
    ("sdt 0912.345.678", PersonalKind.PHONE),
    ("0912-345-678", PersonalKind.PHONE),
    ("+84 912 345 678", PersonalKind.PHONE),
    ("(+84)912345678", PersonalKind.PHONE),
    ("84912345678", PersonalKind.PHONE),
    ("0 9 1 2 3 4 5 6 7 8", PersonalKind.PHONE),
    ("0912345678 dong y nhe", PersonalKind.PHONE),
    ("12 0912345678", PersonalKind.PHONE),
    ("0912345678/0987654321", PersonalKind.PHONE),
    ("lan.nguyen+1@example.com.vn", PersonalKind.EMAIL),
    ("stk 0071000123456", PersonalKind.ACCOUNT),
    ("so tai khoan vcb cua toi la 0071000123456", PersonalKind.ACCOUNT),
    ("tài khoản ngân hàng BIDV: 12510000456789", PersonalKind.ACCOUNT),
    ("9704 1234 5678 9012", PersonalKind.CARD),
    ("hộ chiếu số C1234567", PersonalKind.PASSPORT),
    ("ho chieu c 1234567 het han", PersonalKind.PASSPORT),
    ("mã số thuế 8123456789", PersonalKind.TAX),
    ("mst: 0312345678-001", PersonalKind.TAX),
    ("mã số BHXH 0123456789", PersonalKind.INSURANCE),
    ("thẻ DN4010123456789", PersonalKind.INSURANCE),
]

OFFICIAL = {
    "amount": AMOUNTS,
    "bare amount": BARE_AMOUNTS,
    "procedure code": CODES,
    "document number": DECISIONS,
    "dossier code": DOSSIERS,
    "date": DATES,
    "hotline": HOTLINES,
    "landline": LANDLINES,
    "years": YEARS,
}


@pytest.mark.parametrize("text", HARMLESS)
def test_an_official_number_is_left_as_it_is(text):
    assert redact(text) == text
    assert redact(fold(text)) == fold(text)


@pytest.mark.parametrize("numbers", OFFICIAL.values(), ids=OFFICIAL)
def test_no_official_number_of_any_value_is_hidden(numbers):
    @given(BEFORE, numbers, AFTER)
    def left_alone(before, number, after):
        assert find(f"{before}{number}{after}") == ()

    left_alone()


@pytest.mark.parametrize(("text", "kind"), PERSONAL, ids=[text for text, _ in PERSONAL])
def test_a_personal_number_is_found_and_named(text, kind):
    for typed in (text, fold(text)) if kind is not PersonalKind.PASSPORT else (text,):
        assert {finding.kind for finding in find(typed)} == {kind}


IDENTITIES = st.builds(
    lambda a, b, c, d, separator: separator.join(["0" + a, b, c, d]),
    digits(2),
    digits(3),
    digits(3),
    digits(3),
    st.sampled_from(["", " ", ".", "-"]),
)
MOBILES = st.builds(
    lambda head, second, a, b, separator: separator.join([head + second + a, b[:3], b[3:]]),
    st.sampled_from(["0", "+84", "+84 "]),
    st.sampled_from("35789"),
    digits(2),
    digits(6),
    st.sampled_from(["", " ", ".", "-"]),
)
ACCOUNTS = st.builds(
    lambda cue, number: cue + number,
    st.sampled_from(
        ["stk ", "STK: ", "số tài khoản ", "so tai khoan la ", "tài khoản vietcombank của em ", "tk "]
    ),
    digits(8, 15),
)
OLD_IDENTITIES = st.builds(
    lambda cue, number: cue + number,
    st.sampled_from(["cmnd ", "CMND số ", "chứng minh nhân dân ", "chung minh thu so ", "số cmt: "]),
    digits(9),
)
PLANTED = {"căn cước": IDENTITIES, "mobile": MOBILES, "account": ACCOUNTS, "chứng minh": OLD_IDENTITIES}
AROUND = st.sampled_from(
    ["", "tôi tên Lan ", "em gửi ", "lien he ", "làm giúp: ", "(", "lệ phí 50.000 đồng, "]
)


@pytest.mark.parametrize("numbers", PLANTED.values(), ids=PLANTED)
def test_no_digit_of_a_personal_number_is_left(numbers):
    @given(AROUND, numbers, AFTER)
    def hidden(before, number, after):
        left = redact(f"{before}{number}{after}").replace("50.000", "")
        assert not any(character.isdigit() for character in left)

    hidden()


def test_a_published_mobile_number_of_the_office_is_not_personal():
    text = "Gọi 0912.345.678 hay 0987654321?"
    assert redact(text, known=["0912 345 678"]) == "Gọi 0912.345.678 hay [số điện thoại]?"


def test_the_kind_stands_in_place_of_the_number_and_the_rest_stays():
    text = "Tôi là Lan, cccd 001085012345, sđt 0912345678, lệ phí 500.000 đồng à?"
    assert redact(text) == "Tôi là Lan, cccd [số căn cước], sđt [số điện thoại], lệ phí 500.000 đồng à?"


def test_what_is_searched_with_holds_no_placeholder():
    assert remove("làm lại căn cước 001085012345 ở đâu") == "làm lại căn cước ở đâu"


@given(st.text())
def test_any_text_at_all_can_be_redacted_and_redacting_twice_changes_nothing(text):
    assert redact(redact(text)) == redact(text)
