from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.errors import KnowledgeError, Problem
from knowledge.plain_checks import is_phone_number
from knowledge.reading import expand, read_records
from knowledge.records import (
    QA,
    Charge,
    ChargeKind,
    Contact,
    Guide,
    Level,
    Office,
    OpeningHours,
    Origin,
    PhoneNumber,
    Procedure,
    ProcedureStatus,
    Record,
    TimeUnit,
)

ROOT = Path(__file__).parents[2]
FORMATS = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"^File `([^`]+)`:\n\n```\w+\n(.*?)^```$", FORMATS, re.MULTILINE | re.DOTALL))

PROCEDURE = 'code: "9.000110"\ntitle: Thả diều\nprocedure_type: national\n'
CONTACT = "contact_id: mot-cua\nname: Một cửa\n"


def items(folder: Path, name: str, text: str) -> list[Record | Problem]:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return [item if isinstance(item, Problem) else item[0] for item in read_records(path)]


def only(folder: Path, name: str, text: str) -> Record:
    (item,) = items(folder, name, text)
    assert not isinstance(item, Problem), item
    return item


def problem(folder: Path, name: str, text: str) -> str:
    (item,) = items(folder, name, text)
    assert isinstance(item, Problem), item
    return str(item)


def test_the_documents_examples_are_complete():
    assert set(EXAMPLES) == {
        "procedures/cap-phep-tha-dieu.yaml",
        "contacts.yaml",
        "contacts.csv",
        "qa.yaml",
        "qa.csv",
        "office.yaml",
        "guides/xem-huong-gio.md",
    }


def test_the_documented_procedure_is_read(tmp_path):
    name = "procedures/cap-phep-tha-dieu.yaml"
    record = only(tmp_path, name, EXAMPLES[name])
    assert isinstance(record, Procedure)
    assert (record.code, record.status, record.decided_on) == (
        "9.000110",
        ProcedureStatus.ACTIVE,
        date(2026, 1, 15),
    )
    (method,) = record.submission_methods
    assert (method.processing_time, method.processing_time_unit) == (2.5, TimeUnit.WORKING_DAY)
    assert method.charges == (Charge(ChargeKind.CHARGE, 8000.0, "VND", "8.000 đồng một con diều"),)
    assert record.dossier_cases[0].documents[0].forms[0].name == "Mau-don-01.docx"
    assert record.origin == Origin("cap-phep-tha-dieu.yaml", "plain-yaml", date(2026, 7, 18))


def test_the_documented_contact_is_read_from_yaml(tmp_path):
    record = only(tmp_path, "contacts.yaml", EXAMPLES["contacts.yaml"])
    assert record == Contact(
        contact_id="mot-cua-xa",
        name="Bộ phận một cửa xã",
        about=("nộp hồ sơ", "nhận kết quả"),
        phones=(PhoneNumber("0203 000 0000", "hỏi về hồ sơ", "giờ hành chính"),),
        email="",
        address="Thôn Giữa",
        hours="",
        website="",
        unit="Xã Diều",
        checked_on=date(2026, 7, 18),
        origin=Origin("contacts.yaml", "plain-yaml", None),
    )


def test_the_documented_contact_is_read_from_csv(tmp_path):
    record = only(tmp_path, "contacts.csv", EXAMPLES["contacts.csv"])
    assert isinstance(record, Contact)
    assert record.about == ("nộp hồ sơ", "nhận kết quả")
    assert record.phones == (
        PhoneNumber("0203 000 0000", "hỏi về hồ sơ", "giờ hành chính"),
        PhoneNumber("1022", "tổng đài", ""),
    )


def test_the_documented_question_is_read_alike_from_yaml_and_csv(tmp_path):
    written = only(tmp_path, "qa.yaml", EXAMPLES["qa.yaml"])
    assert isinstance(written, QA)
    assert written.answer == "Được, nếu diều có đèn.\nSau 22 giờ thì không."
    assert (written.approved_on, written.expires_on) == (date(2026, 7, 1), date(2027, 7, 1))
    row = only(tmp_path, "qa.csv", EXAMPLES["qa.csv"])
    assert isinstance(row, QA)
    assert (row.answer, row.procedure_codes) == ("Được, nếu diều có đèn.", ("9.000110",))
    assert row.also_asked == ("thả diều ban đêm", "thả diều tối")


def test_the_documented_office_is_read(tmp_path):
    record = only(tmp_path, "office.yaml", EXAMPLES["office.yaml"])
    assert isinstance(record, Office)
    assert record.level is Level.COMMUNE
    assert record.opening_hours[1] == OpeningHours("Thứ 7", "7:30–11:30", "chỉ nhận và trả hồ sơ")


def test_the_documented_guide_is_read(tmp_path):
    record = only(tmp_path, "guides/xem-huong-gio.md", EXAMPLES["guides/xem-huong-gio.md"])
    assert isinstance(record, Guide)
    assert record.body == "Anh/chị làm lần lượt:\n\n1. Mở trang gió.\n2. Chọn xã của mình."
    assert record.origin.format == "plain-markdown"


def test_a_code_without_quotes_keeps_its_zeros(tmp_path):
    record = only(tmp_path, "procedures.yaml", PROCEDURE.replace('"9.000110"', "9.000110"))
    assert isinstance(record, Procedure)
    assert record.code == "9.000110"


def test_a_number_without_quotes_keeps_its_first_zero(tmp_path):
    record = only(tmp_path, "contacts.yaml", CONTACT + "phones:\n  - number: 0912345678\n")
    assert isinstance(record, Contact)
    assert record.phones[0].number == "0912345678"


def test_words_that_yaml_takes_for_something_else_stay_words(tmp_path):
    record = only(
        tmp_path, "contacts.yaml", CONTACT + "hours: 7:30\nunit: no\naddress: 'null'\nabout: [1_000]\n"
    )
    assert isinstance(record, Contact)
    assert (record.hours, record.unit, record.address, record.about) == ("7:30", "no", "null", ("1_000",))


def test_a_field_left_empty_is_empty(tmp_path):
    record = only(tmp_path, "contacts.yaml", CONTACT + 'email:\nunit: null\nchecked_on: ""\nphones: ~\n')
    assert isinstance(record, Contact)
    assert (record.email, record.unit, record.checked_on, record.phones) == ("", "", None, ())


def test_sample_data_is_marked_as_such(tmp_path):
    assert only(tmp_path, "contacts.yaml", CONTACT + "sample: true\n").origin.sample


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_however_the_office_saved_it(tmp_path, delimiter):
    rows = [
        "contact_id,name,phone".replace(",", delimiter),
        "mot-cua,Một cửa,1022".replace(",", delimiter),
        "",
    ]
    record = only(tmp_path, "contacts.csv", "\ufeff" + "\r\n".join(rows))
    assert isinstance(record, Contact)
    assert (record.contact_id, record.phones[0].number) == ("mot-cua", "1022")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "contacts.yaml",
            CONTACT + "emial: a@b.vn\n",
            'contacts.yaml, dòng 3: tên trường là "emial"; không có trường này; có lẽ là email.',
        ),
        (
            "contacts.yaml",
            CONTACT + "name: Hai cửa\n",
            'contacts.yaml, dòng 3: tên trường là "name"; trường này được ghi hai lần; hãy giữ một.',
        ),
        ("contacts.yaml", "name: Một cửa\n", 'dòng 1: contact_id là ""; trường này bắt buộc; hãy bổ sung.'),
        (
            "contacts.yaml",
            CONTACT + "checked_on: 18/7/2026\n",
            'dòng 3: checked_on là "18/7/2026"; hãy ghi ngày dạng',
        ),
        (
            "contacts.yaml",
            CONTACT + "about: nộp hồ sơ\n",
            'dòng 3: about là "nộp hồ sơ"; chỗ này phải là danh sách',
        ),
        ("contacts.yaml", CONTACT + "unit: [a]\n", "dòng 3: unit là"),
        (
            "contacts.yaml",
            CONTACT + "phones:\n  - number: 500.000\n",
            'dòng 4: phones là "500.000"; đây không giống',
        ),
        (
            "contacts.yaml",
            CONTACT + "website: javascript:x\n",
            'dòng 3: website là "javascript:x"; địa chỉ phải',
        ),
        ("contacts.yaml", CONTACT + "email: motcua\n", 'dòng 3: email là "motcua"'),
        ("contacts.yaml", CONTACT.replace("mot-cua", "Một cửa"), 'dòng 1: contact_id là "Một cửa"; chỉ dùng'),
        ("contacts.yaml", "- chỉ có chữ\n", "dòng 1: chỗ này phải gồm các dòng dạng tên: giá trị."),
        (
            "contacts.csv",
            "contact_id,nam\nmot-cua,Một cửa\n",
            'dòng 2: tên trường là "nam"; không có trường này',
        ),
        ("contacts.csv", "contact_id,name\nmot-cua,Một,cửa\n", "dòng 2: dòng có 3 ô, tiêu đề có 2 cột"),
        (
            "procedures.yaml",
            PROCEDURE.replace("9.000110", "9.00011"),
            'dòng 1: code là "9.00011"; mã thủ tục có',
        ),
        ("procedures.yaml", PROCEDURE.replace("national", "nationl"), 'là "nationl"; có lẽ là national.'),
        (
            "procedures.yaml",
            PROCEDURE.replace("national", "provincial"),
            'province là ""; thủ tục riêng của một tỉnh',
        ),
        ("procedures.yaml", PROCEDURE + "origin: tôi\n", 'tên trường là "origin"'),
        (
            "procedures.yaml",
            PROCEDURE + "submission_methods:\n  - mode: direct\n    processing_time: 7 ngày\n",
            'dòng 6: processing_time là "7 ngày"; hãy ghi riêng con số, ví dụ 15 hoặc 2.5, không kèm đơn vị.',
        ),
        (
            "procedures.yaml",
            PROCEDURE + "submission_methods:\n  - mode: direct\n    processing_time: -7\n",
            'processing_time là "-7"; số phải từ 0 trở lên',
        ),
        (
            "procedures.yaml",
            PROCEDURE + "submission_methods:\n  - mode: direct\n    processing_time: nan\n",
            'processing_time là "nan"',
        ),
        (
            "qa.yaml",
            "qa_id: a\nquestion: b?\nanswer: c\napproved_on: 2026-07-02\nexpires_on: 2026-07-01\n",
            'dòng 5: expires_on là "2026-07-01"; ngày hết hạn phải sau ngày duyệt',
        ),
        (
            "qa.yaml",
            "qa_id: a\nquestion: b?\nanswer: c\nprocedure_codes: [9.00011]\n",
            'procedure_codes là "9.00011"',
        ),
        (
            "office.yaml",
            "name: Xã\nlevel: xã\n",
            'dòng 2: level là "xã"; chỉ ghi một trong các giá trị: commune,',
        ),
        (
            "guide.md",
            "---\nguide_id: a\ntitle: b\n---\n# Đề mục\n",
            'dòng 5: body là "# Đề mục"; hướng dẫn chỉ gồm',
        ),
        ("guide.md", "---\nguide_id: a\ntitle: b\n---\n\n", 'body là ""; trường này bắt buộc'),
        ("guide.md", "---\nguide_id: a\ntitle: b\n---\n<script>\n", 'body là "<script>"'),
    ],
)
def test_a_mistake_is_told_with_its_line_field_value_and_remedy(tmp_path, name, text, message):
    assert message in problem(tmp_path, name, text)


def test_one_bad_entry_does_not_stop_the_others(tmp_path):
    text = "- contact_id: a\n  name: A\n- contact_id: b\n- contact_id: c\n  name: C\n"
    first, second, third = items(tmp_path, "contacts.yaml", text)
    assert isinstance(first, Contact)
    assert isinstance(third, Contact)
    assert str(second) == 'contacts.yaml, dòng 3: name là ""; trường này bắt buộc; hãy bổ sung.'


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("contacts.yaml", "- contact_id: a\n  name: 'A\n", "YAML sai cú pháp"),
        ("contacts.yaml", "- &a {contact_id: a}\n- *a\n", "dòng 1: không dùng & và * của YAML"),
        ("contacts.yaml", "!!python/object:os.system {}\n", "không dùng ! của YAML"),
        ("contacts.yaml", "a: b\n---\nc: d\n", "dòng 2: mỗi tệp chỉ có một phần"),
        ("contacts.yaml", "# chỉ có ghi chú\n", "tệp không có nội dung"),
        ("contacts.csv", 'contact_id,name\na,"A\n', "CSV sai cú pháp"),
        ("guide.md", "# Không có phần đầu\n", "hướng dẫn phải bắt đầu bằng dòng ---"),
    ],
)
def test_wrong_syntax_refuses_the_whole_file(tmp_path, name, text, message):
    with pytest.raises(KnowledgeError, match=re.escape(message)):
        items(tmp_path, name, text)


@pytest.mark.parametrize(
    "number",
    [
        "1800 1096",
        "19001000",
        "1022",
        "113",
        "0912.345.678",
        "024 3823 4567",
        "+84 912 345 678",
        "(024) 38234567 nhánh 2",
    ],
)
def test_vietnamese_telephone_numbers_are_accepted_as_written(number):
    assert is_phone_number(number)


@pytest.mark.parametrize(
    "other", ["500.000", "1.013124", "9.000110", "12345", "0912", "001099012345", "hỏi một cửa", ""]
)
def test_amounts_codes_and_citizen_numbers_are_no_telephone_numbers(other):
    assert not is_phone_number(other)


def test_the_bundled_sample_is_without_a_problem():
    found = [item for path in expand([ROOT / "knowledge" / "sample"]) for item in read_records(path)]
    assert [item for item in found if isinstance(item, Problem)] == []
    assert all(item[0].origin.sample for item in found if not isinstance(item, Problem))


@settings(derandomize=True, max_examples=150, deadline=None)
@given(
    name=st.sampled_from(
        ["contacts.yaml", "qa.csv", "office.yaml", "procedures.yaml", "guide.md", "thu-tuc.json"]
    ),
    content=st.binary(max_size=60)
    | st.text(alphabet='---\n:,;"|&*!{}[] aé0', max_size=60).map(str.encode)
    | st.just(b"\x1f\x8b").flatmap(lambda head: st.binary(max_size=20).map(lambda tail: head + tail)),
)
def test_any_bytes_give_records_problems_or_one_clear_refusal(tmp_path_factory, name, content):
    path = tmp_path_factory.mktemp("any") / name
    path.write_bytes(content)
    try:
        found = list(read_records(path))
    except KnowledgeError as refusal:
        found = [str(refusal)]
    assert all(isinstance(item, Problem | tuple) or item.startswith(name) for item in found)
