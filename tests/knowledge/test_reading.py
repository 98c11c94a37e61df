from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from knowledge.errors import KnowledgeError, Problem
from knowledge.reading import expand, read_records
from knowledge.records import Procedure
from tests.portal_samples import a_detail, an_answer, as_json

CATALOGUE = Path(__file__).parents[3] / "shared" / "data" / "national_procedures_2026-07-18.jsonl.gz"


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


def codes(path: Path) -> list[str]:
    return [item.place if isinstance(item, Problem) else item[0].code for item in read_records(path)]


ONE, TWO = as_json(an_answer(code="9.000001")), as_json(an_answer(code="9.000002"))
PRETTY = json.dumps(an_answer(code="9.000001"), indent=2, ensure_ascii=False).encode()


@pytest.mark.parametrize("packed", ["", ".gz"])
@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.json", ONE, ["9.000001"]),
        ("a.json", PRETTY, ["9.000001"]),
        ("a.json", b"\xef\xbb\xbf" + ONE, ["9.000001"]),
        (
            "a.json",
            b"[" + ONE + b",\n" + PRETTY.replace(b"000001", b"000003") + b"]",
            ["9.000001", "9.000003"],
        ),
        ("a.json", ONE + b"\n" + TWO, ["9.000001", "9.000002"]),
        ("a.jsonl", ONE + b"\r\n\n" + TWO + b"\n", ["9.000001", "9.000002"]),
        ("a.json", b'{"code": 200, "data": ' + ONE + b"}", ["9.000001"]),
        ("a.json", as_json(a_detail(code="9.000001")), ["9.000001"]),
    ],
    ids=["one", "pretty", "with BOM", "list", "lines named json", "lines", "wire envelope", "bare detail"],
)
def test_a_portal_file_is_read_in_every_shape(tmp_path, name, content, found, packed):
    assert codes(written(tmp_path, name + packed, content)) == found


def test_the_published_json_comes_with_the_record_byte_for_byte(tmp_path):
    path = written(tmp_path, "a.jsonl", ONE + b"\n" + TWO + b"\n")
    assert [item[1] for item in read_records(path) if not isinstance(item, Problem)] == [ONE, TWO]


def test_a_record_of_our_own_formats_has_no_published_json(tmp_path):
    path = written(tmp_path, "contacts.yaml", b"contact_id: a\nname: A\n")
    ((_, original),) = (item for item in read_records(path) if not isinstance(item, Problem))
    assert original is None


def test_the_crawl_date_is_taken_from_the_files_name(tmp_path):
    for name, day in (
        ("x_2026-07-18.jsonl", date(2026, 7, 18)),
        ("x_2026-99-18.jsonl", None),
        ("x.jsonl", None),
    ):
        (item,) = read_records(written(tmp_path, name, ONE))
        assert not isinstance(item, Problem)
        assert (item[0].origin.source, item[0].origin.crawled_on) == (name, day)


def test_one_bad_line_is_told_and_the_next_is_read(tmp_path):
    bad = as_json(an_answer(code="9.000005", updatedAt=-1))
    path = written(tmp_path, "a.jsonl", ONE + b"\n" + bad + b"\nnot json\n" + TWO)
    first, second, third, fourth = read_records(path)
    assert not isinstance(first, Problem)
    assert not isinstance(fourth, Problem)
    assert str(second) == (
        'a.jsonl, dòng 2 (9.000005): detail.updatedAt là "-1"; '
        "số phải nhỏ nhất là 0; hãy kiểm tra lại số đã công bố."
    )
    assert str(third) == (
        "a.jsonl, dòng 3: không đúng cú pháp JSON; hãy tải lại tệp từ Cổng Dịch vụ công quốc gia."
    )


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (an_answer(code="9.00011"), 'detail.code là "9.00011"; mã thủ tục có dạng 1.001193'),
        (an_answer(name=" "), 'detail.name là ""; trường này không được để trống'),
        (an_answer(type="SECRET"), 'detail.type là "SECRET"; giá trị này không có trong định dạng'),
        (an_answer(isWard="có"), 'detail.isWard là "có"; chỗ này phải là true hoặc false'),
        ({**an_answer(), "code": "9.999999"}, 'code là "9.999999"; mã này khác detail.code'),
        ({"code": "9.000110", "name": "Một dòng danh sách"}, 'detail là ""; không có phần chi tiết (detail)'),
    ],
)
def test_a_bad_record_is_told_with_field_value_and_remedy(tmp_path, answer, message):
    (item,) = read_records(written(tmp_path, "a.json", as_json(answer)))
    assert message in str(item)


def test_a_missing_field_is_named(tmp_path):
    answer = an_answer()
    del answer["detail"]["executionSteps"]
    (item,) = read_records(written(tmp_path, "a.json", as_json(answer)))
    assert str(item) == (
        'a.json, dòng 1 (9.000110): detail.executionSteps là ""; trường này bắt buộc; hãy bổ sung.'
    )


def test_a_bad_item_of_a_list_is_told_by_its_position(tmp_path):
    content = b"[" + ONE + b"," + as_json(an_answer(state="GONE")) + b"]"
    _, second = read_records(written(tmp_path, "a.json", content))
    assert isinstance(second, Problem)
    assert second.place == "bản ghi 2 (9.000110)"


def test_a_folder_is_walked_in_order_and_what_cannot_be_meant_is_passed_over(tmp_path):
    for name in (
        "b/qa.csv",
        "a/procedures/x.yaml",
        "guides/g.md",
        "README.md",
        "notes.txt",
        ".hidden.json",
        "z.json",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [str(path.relative_to(tmp_path)) for path in expand([tmp_path])] == [
        "a/procedures/x.yaml",
        "b/qa.csv",
        "guides/g.md",
        "z.json",
    ]


def test_a_file_that_is_named_is_never_passed_over(tmp_path):
    assert expand([tmp_path / "README.md"]) == (tmp_path / "README.md",)


def test_a_folder_without_anything_to_import_is_refused(tmp_path):
    with pytest.raises(KnowledgeError, match="thư mục không có tệp nào nhập được"):
        expand([tmp_path])


@pytest.mark.skipif(not CATALOGUE.exists(), reason="the national catalogue is not here")
def test_the_national_catalogue_is_read_without_a_problem():
    found = list(read_records(CATALOGUE))
    assert [item for item in found if isinstance(item, Problem)] == []
    records = [item[0] for item in found if not isinstance(item, Problem)]
    assert len(records) == 5_665
    assert sum(isinstance(record, Procedure) and record.is_public for record in records) == 5_473
