import json

from bot.doctor import examine

READY = 'Sẵn sàng. Hỏi thử: danhoi ask "làm khai sinh cho con cần giấy tờ gì"\n'


def test_setup_makes_a_fresh_machine_answer(danhoi):
    result = danhoi("setup")

    assert result.exit_code == 0
    assert result.stdout.startswith("Kho trống: đã nạp ")
    assert "Đã xây chỉ mục gen-000001: " in result.stdout
    assert result.stdout.endswith(READY)
    assert danhoi("doctor").exit_code == 0


def test_setup_of_a_ready_machine_does_nothing(home, danhoi):
    assert danhoi("setup").stdout == READY


def test_setup_leaves_an_office_without_the_sample_alone_and_rebuilds_what_is_old(home, danhoi, tmp_path):
    contacts = tmp_path / "contacts.yaml"
    contacts.write_text("- contact_id: mot-cua\n  name: Một cửa\n", encoding="utf-8")
    danhoi("knowledge", "import", str(contacts))
    danhoi("knowledge", "remove", "--sample")

    result = danhoi("setup")

    assert "Kho trống" not in result.stdout
    assert "Đã xây chỉ mục gen-000002: 1 bản ghi" in result.stdout


def test_doctor_on_a_fresh_machine_names_the_command_for_each_thing_missing(danhoi):
    result = danhoi("doctor", "--json")

    assert result.exit_code == 1
    missing = {
        finding["name"]: finding["detail"] for finding in json.loads(result.stdout) if not finding["good"]
    }
    assert missing.keys() == {"Thư mục dữ liệu", "Kho dữ liệu", "Cơ quan", "Chỉ mục"}
    assert all("Hãy chạy: danhoi " in detail for detail in missing.values())


def test_doctor_makes_nothing_on_a_fresh_machine(danhoi, tmp_path):
    danhoi("doctor")

    assert not (tmp_path / "var").exists()


def test_doctor_on_a_ready_machine_finds_everything_good(home, danhoi):
    result = danhoi("doctor")

    assert result.exit_code == 0
    assert "LỖI" not in result.stdout


def test_doctor_goes_on_after_a_check_that_failed(home, danhoi):
    (home / "danhoi.db").write_bytes(b"not a database, whatever its name says" * 100)

    result = danhoi("doctor", "--json")

    findings = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [finding["name"] for finding in findings if finding["good"]] == [
        "Thư mục dữ liệu", "Ổ đĩa", "SQLite", "Mô hình", "Từ điển",
    ]  # fmt: skip
    assert len(findings) == len(examine.__globals__["_CHECKS"])


def test_doctor_tells_that_the_index_is_older_than_the_knowledge(home, danhoi):
    danhoi("knowledge", "remove", "--sample")

    result = danhoi("doctor")

    assert result.exit_code == 1
    assert "LỖI  Chỉ mục: Chỉ mục gen-000001 được xây từ phiên bản 1 của dữ liệu" in result.stdout
