"""``danhoi evaluate`` over the bundled sample, with a few labelled questions of our own."""

import json
from hashlib import sha256

import pytest

from handlers.conversations import Conversations
from knowledge.database import open_database

LABELLED = [
    {"question": "làm khai sinh cho con cần giấy tờ gì", "gold": ["1.001193"], "facets": ["documents"]},
    {"question": "xin giấy độc thân ở đâu", "gold": ["1.004873"], "facets": ["where"]},
    {"question": "đăng ký kết hôn hết bao nhiêu tiền", "gold": ["9.999999"], "facets": ["fee"]},
    {"question": "giá vàng hôm nay", "kind": "chitchat_or_out_of_scope"},
    {"question": "quên mật khẩu VNeID", "kind": "portal_help"},
]


@pytest.fixture
def labelled(tmp_path):
    path = tmp_path / "labelled.jsonl"
    rows = [
        {"id": str(n), "style": "plain", "source": "seeds", **row} for n, row in enumerate(LABELLED, start=1)
    ]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def run_saved(danhoi, labelled, *options):
    out = labelled.parent / "run.json"
    result = danhoi("evaluate", str(labelled), "--json", str(out), *options)
    assert result.exit_code == 0, result.output
    return result.stdout, json.loads(out.read_text("utf-8"))


def test_the_run_says_by_what_it_was_made_and_what_it_found(home, danhoi, labelled):
    text, run = run_saved(danhoi, labelled)

    assert run["questions"] == 5
    assert run["data_sha256"] == sha256(labelled.read_bytes()).hexdigest()
    assert run["generation"].startswith("gen-")
    assert run["model_id"].startswith("danhoi-vi@")
    assert {"python", "danhoi", "tantivy"} <= set(run["versions"])
    assert "Tìm đúng thủ tục (as_written)" in text
    everyday = run["forms"]["as_written"]["groups"]["everyday"]
    assert everyday["hit@1"]["n"] == 3
    assert everyday["hit@1"]["mean"] == pytest.approx(2 / 3)  # one gold code is not in the sample
    assert everyday["off-topic quiet"]["mean"] == 1.0
    assert everyday["kind"]["mean"] == 1.0


def test_a_run_holds_codes_and_no_question(home, danhoi, labelled):
    run_saved(danhoi, labelled)

    assert "khai sinh" not in (labelled.parent / "run.json").read_text("utf-8")


def test_an_evaluation_leaves_no_trace_in_the_offices_data(home, danhoi, labelled):
    danhoi("evaluate", str(labelled))

    database = open_database(home / "danhoi.db")
    assert Conversations(database).counts() == {}
    database.close()


def test_the_same_questions_give_the_same_run_twice_and_no_difference(home, danhoi, labelled):
    _, first = run_saved(danhoi, labelled)
    (labelled.parent / "before.json").write_text(json.dumps(first), "utf-8")

    text, second = run_saved(danhoi, labelled, "--baseline", str(labelled.parent / "before.json"))

    assert second["forms"] == first["forms"]
    compared = text.split("Khác lần đo")[1]
    assert "+0.000 (+0.00…+0.00)" in compared
    assert "*" not in compared.split("chứa 0")[1]


def test_a_better_run_is_told_as_a_sure_difference(home, danhoi, labelled):
    _, run = run_saved(danhoi, labelled)
    for outcome in run["forms"]["as_written"]["outcomes"]:
        outcome["codes"] = outcome["families"] = []
    before = labelled.parent / "before.json"
    before.write_text(json.dumps(run), "utf-8")
    labelled.write_text("\n".join(labelled.read_text("utf-8").splitlines()[:2]), "utf-8")

    text = danhoi("evaluate", str(labelled), "--baseline", str(before)).stdout

    line = next(line for line in text.split("Khác lần đo")[1].splitlines() if line.startswith("  hit@1 "))
    assert line.split()[1] == "+1.000*"


def test_forms_are_measured_one_by_one(home, danhoi, labelled):
    text, run = run_saved(danhoi, labelled, "--forms", "--limit", "2")

    assert list(run["forms"]) == [
        "as_written", "no_accents", "telex", "vni", "typos", "teencode", "upper", "nfd",
    ]  # fmt: skip
    assert "Theo cách gõ" in text
    assert run["forms"]["nfd"]["outcomes"] == run["forms"]["as_written"]["outcomes"]


def test_the_error_browser_names_what_was_wanted_and_what_was_found(home, danhoi, labelled):
    text = danhoi("evaluate", str(labelled), "--errors").stdout

    errors = text.split("===", 1)[1]
    assert "[3] đăng ký kết hôn hết bao nhiêu tiền" in errors
    assert "cần   9.999999  (không có trong chỉ mục)" in errors
    assert "title_cosine" in errors
    assert "[4] giá vàng" not in errors


def test_a_file_that_is_no_saved_run_is_refused_in_one_line(home, danhoi, labelled):
    result = danhoi("evaluate", str(labelled), "--baseline", str(labelled))

    assert result.exit_code == 1
    assert "không phải kết quả của danhoi evaluate --json" in result.stderr


def test_a_line_without_a_question_is_refused_in_one_line(home, danhoi, labelled):
    labelled.write_text('{"gold": []}\n', "utf-8")

    result = danhoi("evaluate", str(labelled))

    assert result.exit_code == 1
    assert "dòng 1: không phải câu hỏi có nhãn" in result.stderr
