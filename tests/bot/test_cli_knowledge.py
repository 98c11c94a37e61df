import json
from pathlib import Path

import pytest

GUIDE = """---
guide_id: xem-gio
title: Xem hướng gió
---
Mở trang gió.
"""
NOW_BUILD = "Để công dân được trả lời theo dữ liệu mới, hãy chạy: danhoi index build\n"


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    path = tmp_path / "guides" / "xem-gio.md"
    path.parent.mkdir()
    path.write_text(GUIDE, encoding="utf-8")
    return path


def test_import_says_what_was_added_and_what_to_run_next(danhoi, guide):
    result = danhoi("knowledge", "import", str(guide))

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "Đã nhập: thêm 1, thay đổi 0, giữ nguyên 0.\n" + NOW_BUILD


def test_importing_the_same_again_changes_nothing_and_asks_for_nothing(danhoi, guide):
    danhoi("knowledge", "import", str(guide))

    assert danhoi("knowledge", "import", str(guide)).stdout == "Đã nhập: thêm 0, thay đổi 0, giữ nguyên 1.\n"


def test_a_bad_record_is_named_on_standard_error_and_the_others_are_saved(danhoi, tmp_path):
    contacts = tmp_path / "contacts.yaml"
    contacts.write_text("- contact_id: tot\n  name: Tốt\n- contact_id: xau\n  ten: Xấu\n", encoding="utf-8")

    result = danhoi("knowledge", "import", str(contacts))

    assert result.exit_code == 0
    assert result.stderr.startswith("contacts.yaml, dòng 4: ")
    assert result.stdout.startswith("Đã nhập: thêm 1, thay đổi 0, giữ nguyên 0, bỏ qua ")


def test_an_import_of_nothing_but_bad_records_fails(danhoi, tmp_path):
    contacts = tmp_path / "contacts.yaml"
    contacts.write_text("- contact_id: xau\n  ten: Xấu\n", encoding="utf-8")

    told, as_json = (danhoi("knowledge", "import", str(contacts), *more) for more in ((), ("--json",)))

    assert (told.exit_code, as_json.exit_code) == (1, 1)
    assert told.stdout.startswith("Đã nhập: thêm 0, thay đổi 0, giữ nguyên 0, bỏ qua 1")


def test_strict_refuses_everything_for_one_bad_record(danhoi, tmp_path):
    contacts = tmp_path / "contacts.yaml"
    contacts.write_text("- contact_id: tot\n  name: Tốt\n- contact_id: xau\n  ten: Xấu\n", encoding="utf-8")

    result = danhoi("knowledge", "import", "--strict", str(contacts))

    assert result.exit_code == 1
    assert result.stderr.startswith("Lỗi: Chưa nhập bản ghi nào vì dữ liệu có lỗi:\ncontacts.yaml, dòng 4: ")
    assert json.loads(danhoi("knowledge", "status", "--json").stdout)["counts"]["contact"] == 0


def test_a_missing_file_is_one_line_without_a_traceback(danhoi, tmp_path):
    result = danhoi("knowledge", "import", str(tmp_path / "khong-co.json"))

    assert result.exit_code == 1
    assert result.stderr.startswith("Lỗi: khong-co.json: ")
    assert result.stderr.count("\n") == 1


def test_import_as_json_reports_counts_and_problems(danhoi, guide):
    report = json.loads(danhoi("knowledge", "import", "--json", str(guide)).stdout)

    assert report == {"added": 1, "changed": 0, "unchanged": 0, "problems": []}


def test_the_sample_loads_into_an_empty_store_and_again_changes_nothing(danhoi):
    first, second = danhoi("knowledge", "sample"), danhoi("knowledge", "sample")

    assert first.exit_code == second.exit_code == 0
    assert "thay đổi 0, giữ nguyên 0" in first.stdout
    assert "Đã nhập: thêm 0, thay đổi 0" in second.stdout


def test_the_sample_never_goes_over_real_records(danhoi, guide):
    danhoi("knowledge", "import", str(guide))

    result = danhoi("knowledge", "sample")

    assert result.exit_code == 1
    assert result.stderr == (
        "Lỗi: Kho đang có 1 bản ghi thật, dữ liệu mẫu có thể ghi đè lên. "
        "Hãy nạp dữ liệu mẫu vào một kho khác, ví dụ: DANHOI_HOME=thu-nghiem danhoi knowledge sample\n"
    )


def test_remove_takes_out_the_sample_and_leaves_real_records(home, danhoi, guide):
    danhoi("knowledge", "import", str(guide))

    result = danhoi("knowledge", "remove", "--sample")

    assert result.stdout.endswith(" bản ghi mẫu.\n" + NOW_BUILD)
    status = json.loads(danhoi("knowledge", "status", "--json").stdout)
    assert status["counts"] == {"procedure": 0, "contact": 0, "guide": 1, "qa": 0, "office": 0}
    assert status["office"] is None


def test_remove_alone_removes_nothing(home, danhoi):
    result = danhoi("knowledge", "remove")

    assert result.exit_code == 1
    assert result.stderr == "Lỗi: hãy nói rõ gỡ gì: danhoi knowledge remove --sample\n"


def test_check_lists_only_the_trap_asked_for(home, danhoi):
    findings = json.loads(danhoi("knowledge", "check", "--trap", "fee_not_stated", "--json").stdout)

    assert {finding["trap"] for finding in findings} == {"fee_not_stated"}


def test_check_for_people_ends_with_the_number_of_each_trap(home, danhoi):
    findings = json.loads(danhoi("knowledge", "check", "--json").stdout)

    lines = danhoi("knowledge", "check").stdout.splitlines()

    total = lines.index(f"Tổng cộng {len(findings)} chỗ cần xem:")
    assert sum(int(line.split()[0]) for line in lines[total + 1 :] if line.strip()) == len(findings)


def test_check_tells_a_finding_in_two_lines_whatever_the_record_holds(home, danhoi):
    findings = json.loads(danhoi("knowledge", "check", "--json").stdout)
    codes, traps = ({finding[part] for finding in findings} for part in ("code", "trap"))

    lines = danhoi("knowledge", "check").stdout.splitlines()

    assert any("\n" in finding["detail"] for finding in findings)
    assert len([line for line in lines if line]) == 2 * len(findings) + len(codes) + 1 + len(traps)


def test_check_of_a_store_without_procedures_says_that_all_is_well(danhoi):
    assert danhoi("knowledge", "check").stdout == "Không thấy chỗ nào cần xem.\n"


def test_status_counts_each_kind_and_names_the_office(home, danhoi):
    lines = danhoi("knowledge", "status").stdout.splitlines()

    assert lines[0] == "Phiên bản dữ liệu: 1"
    assert lines[-1] == "Cơ quan: Ủy ban nhân dân xã Mẫu (dữ liệu mẫu)"
