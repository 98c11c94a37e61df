from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from knowledge.database import open_database
from knowledge.errors import ImportRefused, KnowledgeError
from knowledge.importing import ImportReport, import_files
from knowledge.store import KnowledgeStore
from tests import power_loss

ROOT = Path(__file__).parents[2]


def a_detail(code: str = "9.000001", **changes: Any) -> dict[str, Any]:
    return {
        "id": "1",
        "code": code,
        "name": f"Cấp phép thả diều {code}",
        "type": "STANDARD",
        "executionSteps": [{"name": "Bước 1", "description": "Nộp đơn."}],
        "executionMethods": [],
        "executionCases": [],
        **changes,
    }


def a_line(detail: dict[str, Any]) -> str:
    return json.dumps({"code": detail["code"], "detail": detail}, ensure_ascii=False) + "\n"


def a_catalogue(folder: Path, *details: dict[str, Any], name: str = "thu-tuc.jsonl") -> Path:
    file = folder / name
    file.write_text("".join(map(a_line, details)), encoding="utf-8")
    return file


@pytest.fixture
def store(tmp_path) -> KnowledgeStore:
    return KnowledgeStore(open_database(tmp_path / "var" / "danhoi.db"))


def titles(store: KnowledgeStore) -> dict[str, str]:
    return {each.code: each.title for each in store.procedures(public_only=False)}


def test_a_catalogue_is_imported_with_its_originals(store, tmp_path):
    file = a_catalogue(tmp_path, a_detail("9.000001"), a_detail("9.000002", type="STANDARD_INTERNAL"))
    assert import_files(store, [file]) == ImportReport(added=2, changed=0, unchanged=0, problems=())
    assert [each.code for each in store.procedures()] == ["9.000001"]
    assert json.loads(store.original("9.000002"))["code"] == "9.000002"
    assert store.procedure("9.000001").origin.source == "thu-tuc.jsonl"


def test_importing_the_same_file_twice_changes_nothing(store, tmp_path):
    file = a_catalogue(tmp_path, a_detail("9.000001"), a_detail("9.000002"))
    import_files(store, [file])
    before = power_loss.content_of(store.database)
    assert import_files(store, [file]) == ImportReport(added=0, changed=0, unchanged=2, problems=())
    assert power_loss.content_of(store.database) == before


def test_a_bad_record_is_reported_by_file_and_line_and_the_others_are_saved(store, tmp_path):
    file = a_catalogue(tmp_path, a_detail("9.000001"), a_detail("9.000002", name=7), a_detail("9.000003"))
    report = import_files(store, [file])
    assert sorted(titles(store)) == ["9.000001", "9.000003"]
    (problem,) = report.problems
    assert str(problem).startswith('thu-tuc.jsonl, dòng 2 (9.000002): detail.name là "7"; ')


def test_a_strict_import_with_one_bad_record_saves_nothing(store, tmp_path):
    file = a_catalogue(tmp_path, a_detail("9.000001"), a_detail("9.000002", name=7))
    with pytest.raises(ImportRefused) as refused:
        import_files(store, [file], strict=True)
    assert len(refused.value.problems) == 1
    assert str(refused.value).startswith("Chưa nhập bản ghi nào vì dữ liệu có lỗi:\nthu-tuc.jsonl, dòng 2")
    assert (titles(store), store.version()) == ({}, 0)


def test_a_file_that_cannot_be_read_stops_the_whole_command(store, tmp_path):
    good = a_catalogue(tmp_path, a_detail())
    torn = tmp_path / "torn.jsonl.gz"
    torn.write_bytes(gzip.compress(good.read_bytes())[:-9])
    with pytest.raises(KnowledgeError, match=r"torn\.jsonl\.gz"):
        import_files(store, [good, torn])
    assert (titles(store), store.version()) == ({}, 0)


def test_several_files_are_one_change(store, tmp_path):
    files = [a_catalogue(tmp_path, a_detail(f"9.00000{n}"), name=f"{n}.jsonl") for n in (1, 2)]
    import_files(store, files)
    assert (sorted(titles(store)), store.version()) == (["9.000001", "9.000002"], 1)


def test_the_same_record_in_two_files_is_taken_once_in_silence(store, tmp_path):
    files = [a_catalogue(tmp_path, a_detail(), name=f"{n}.jsonl") for n in (1, 2)]
    assert import_files(store, files) == ImportReport(added=1, changed=0, unchanged=0, problems=())
    assert store.procedure("9.000001").origin.source == "1.jsonl"


def test_of_two_procedures_under_one_code_the_first_is_kept_and_the_second_reported(store, tmp_path):
    one = a_catalogue(tmp_path, a_detail(name="Thả diều giấy"), name="1.jsonl")
    two = a_catalogue(tmp_path, a_detail(name="Thả diều vải"), name="2.jsonl")
    report = import_files(store, [one, two])
    assert titles(store) == {"9.000001": "Thả diều giấy"}
    assert [str(problem) for problem in report.problems] == [
        '2.jsonl, bản ghi 9.000001: code là "9.000001"; bản ghi “Thả diều vải” bị bỏ qua vì '
        "“Thả diều giấy” (1.jsonl) mang cùng mã; hãy hỏi lại cơ quan công bố mã đúng."
    ]


def test_of_two_contacts_under_one_name_the_second_is_reported_with_the_field_as_it_is_written(
    store, tmp_path
):
    for name, phone in (("contacts-1.yaml", "1022"), ("contacts-2.yaml", "18001096")):
        text = f"contact_id: mot-cua\nname: Một cửa\nphones: [{{number: '{phone}'}}]\n"
        (tmp_path / name).write_text(text, encoding="utf-8")
    (problem,) = import_files(store, [tmp_path]).problems
    assert str(problem).startswith('contacts-2.yaml, bản ghi mot-cua: contact_id là "mot-cua"; mã này đã có')


def test_an_internal_procedure_never_takes_the_code_of_one_for_citizens(store, tmp_path):
    """The national catalogue has two procedures of two provinces under one code, one of them internal."""
    internal = a_detail(name="Lập chương trình công tác", type="STANDARD_INTERNAL")
    public = a_detail(" 9.000001", name="Hỗ trợ người thả diều")
    report = import_files(store, [a_catalogue(tmp_path, internal, public)])
    assert [each.title for each in store.procedures()] == ["Hỗ trợ người thả diều"]
    assert json.loads(store.original("9.000001"))["detail"]["name"] == "Hỗ trợ người thả diều"
    assert len(report.problems) == 1


def test_progress_counts_every_record_read_good_or_bad(store, tmp_path):
    seen: list[int] = []
    file = a_catalogue(tmp_path, a_detail("9.000001"), a_detail("9.000002", name=7), a_detail("9.000003"))
    import_files(store, [file], progress=seen.append)
    assert sum(seen) == 3


def killed_at(database: Path, file: Path, *statements: int) -> str:
    command = [sys.executable, str(ROOT / "tests" / "kill_import.py"), str(database), str(file)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    arguments = [str(number) for number in statements]
    return subprocess.run(
        [*command, *arguments], env=environment, check=True, capture_output=True, text=True, timeout=60
    ).stdout


def test_an_import_killed_at_any_statement_leaves_the_old_store_or_the_new_one(tmp_path):
    database = tmp_path / "danhoi.db"
    first = open_database(database)
    KnowledgeStore(first)
    import_files(KnowledgeStore(first), [a_catalogue(tmp_path, *(a_detail(f"9.00000{n}") for n in (1, 2)))])
    first.close()
    changed = a_catalogue(tmp_path, *(a_detail(f"9.00000{n}", name=f"Tên mới {n}") for n in (1, 2, 3)))
    statements = int(killed_at(database, changed, 0))
    assert statements > 12
    assert killed_at(database, changed, *range(1, statements + 1)) == ""

    old = {f"9.00000{n}": f"Cấp phép thả diều 9.00000{n}" for n in (1, 2)}
    new = {f"9.00000{n}": f"Tên mới {n}" for n in (1, 2, 3)}
    for statement in range(statements + 1):
        found = KnowledgeStore(open_database(tmp_path / f"danhoi.db-{statement}"))
        assert (titles(found), found.version()) == ((new, 2) if statement == 0 else (old, 1))
        assert found.database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
