import json

from index.generation import VECTORS, open_generation
from knowledge.phrasings import phrasing_passages


def test_build_reports_the_generation_and_what_was_reused(home, danhoi):
    report = json.loads(danhoi("index", "build", "--json").stdout)

    assert report["generation"] == "gen-000002"
    assert (report["embedded"], report["reused"]) == (0, report["passages"])


def test_the_built_index_also_holds_citizens_wordings(home):
    """They are read in the process that builds, which nobody hands anything to."""
    found = (passage.passage_id for passage in phrasing_passages({"1.001193"}))
    wordings = {passage_id for passage_id in found if passage_id.startswith("1.001193#")}

    assert wordings
    assert wordings <= set(open_generation(home / "index").passages.ids)


def test_build_of_an_empty_store_fails_with_the_remedy(danhoi):
    result = danhoi("index", "build")

    assert result.exit_code == 1
    assert "Hãy chạy: danhoi knowledge import TỆP" in result.stderr
    assert result.stderr.count("\n") == 1


def test_build_with_an_unknown_model_names_the_model_and_keeps_the_old_index(home, danhoi):
    result = danhoi("index", "build", "--model", "./khong-co-mo-hinh")

    assert result.exit_code == 1
    assert result.stderr.startswith("Lỗi: Không nạp được mô hình ./khong-co-mo-hinh")
    assert danhoi("index", "verify").exit_code == 0


def test_status_of_an_up_to_date_index_says_so(home, danhoi):
    result = danhoi("index", "status")

    assert result.stdout.startswith("Chỉ mục: gen-000001, xây lúc ")
    assert result.stdout.endswith("\nChỉ mục theo kịp kho dữ liệu.\n")


def test_status_names_the_command_when_the_knowledge_has_moved_on(home, danhoi):
    danhoi("knowledge", "remove", "--sample")

    state = json.loads(danhoi("index", "status", "--json").stdout)

    assert state["ready"] is False
    assert state["trouble"].startswith("Chỉ mục gen-000001 được xây từ phiên bản 1 của dữ liệu, kho đang ở ")
    assert state["trouble"].endswith("Hãy chạy: danhoi index build")


def test_verify_counts_the_files_of_a_sound_index(home, danhoi):
    result = danhoi("index", "verify")

    assert result.exit_code == 0
    assert result.stdout.startswith("Chỉ mục gen-000001 nguyên vẹn: ")


def test_verify_finds_a_flipped_byte_and_names_the_command(home, danhoi):
    vectors = home / "index" / "current" / VECTORS
    data = bytearray(vectors.read_bytes())
    vectors.unlink()  # the file is shared with the other tests
    data[len(data) // 2] ^= 1
    vectors.write_bytes(data)

    for command in (("index", "verify"), ("ask", "làm khai sinh")):
        result = danhoi(*command)

        assert result.exit_code == 1
        assert VECTORS in result.stderr
        assert result.stderr.endswith("Hãy chạy: danhoi index build\n")


def test_a_build_without_wordings_holds_only_what_the_office_published(home, danhoi):
    result = danhoi("index", "build", "--no-wordings", "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["passages"] < 6000
