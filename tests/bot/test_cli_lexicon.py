"""Most of ``danhoi lexicon check`` measures 40,000 wordings; here it is given a few."""

import json

import pytest

from knowledge.phrasings import Phrasing

BIRTH, DEATH = "1.001193", "1.000656"
VAGUE = "lo chuyện giấy tờ cho người thân"
ASKED = [
    Phrasing((BIRTH,), "làm giấy cho bé nhà em"),
    Phrasing((DEATH,), "làm giấy cho bé đã mất"),
    Phrasing((BIRTH,), VAGUE),
]


@pytest.fixture(autouse=True)
def _few_wordings(monkeypatch):
    for module in ("bot.lexicon_review.read_phrasings", "knowledge.phrasings.read_phrasings"):
        monkeypatch.setattr(module, lambda: iter(ASKED))


@pytest.fixture
def own(tmp_path):
    """Write a file of the office's own lexicon."""

    def write(text, name="cua-xa.yaml"):
        folder = tmp_path / "var" / "lexicon"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")

    return write


def entry(code, phrase):
    return f'- codes: ["{code}"]\n  means: thử\n  says:\n    - {phrase}\n'


def test_check_finds_no_error_in_what_is_shipped(danhoi):
    result = danhoi("lexicon", "check")

    assert result.exit_code == 0
    assert "LỖI" not in result.stdout
    assert result.stdout.splitlines()[-1].startswith("0 lỗi, ")


def test_check_tells_a_mistake_of_the_office_with_file_and_line_and_ends_with_1(danhoi, own):
    own(entry(BIRTH, "(giấy cho bé"))

    result = danhoi("lexicon", "check")

    assert result.exit_code == 1
    assert 'LỖI  cua-xa.yaml, dòng 4: says là "(giấy cho bé"; cụm từ chưa đúng' in result.stdout


def test_check_gives_its_findings_as_json(danhoi, own):
    own("- codes: [\n")

    findings = json.loads(danhoi("lexicon", "check", "--json").stdout)

    (error,) = [finding["problem"] for finding in findings if finding["weight"] == "error"]
    assert error["source"] == "cua-xa.yaml"
    assert "YAML sai cú pháp" in error["remedy"]


def test_check_notes_codes_that_this_office_does_not_have(home, danhoi, own):
    own(entry("9.123456", "cụm từ không ai nói"))

    result = danhoi("lexicon", "check")

    assert result.exit_code == 0
    assert "GHI  cua-xa.yaml: 1 mã chưa có trong chỉ mục của cơ quan" in result.stdout
    assert "(9.123456)" in result.stdout


def candidates(danhoi, question):
    return json.loads(danhoi("search", question, "--json").stdout)["candidates"]


def runner_up(danhoi, question):
    """Return the code of the procedure, of another family than the first, that comes next."""
    first, *rest = candidates(danhoi, question)
    return next(c["key"] for c in rest if c["kind"] == "procedure" and c["family"] != first["family"])


def test_an_own_phrase_is_used_by_the_next_question(home, danhoi, own):
    second = runner_up(danhoi, VAGUE)
    own(entry(second, VAGUE))

    first, *_ = candidates(danhoi, VAGUE)

    assert first["key"] == second
    assert first["features"]["named"] == first["features"]["named_share"] == 1


def test_a_broken_own_file_is_left_out_and_doctor_tells(home, danhoi, own):
    own("- codes: [\n")

    assert danhoi("ask", "làm khai sinh cho con cần giấy tờ gì").exit_code == 0
    result = danhoi("doctor")
    assert result.exit_code == 1
    assert "LỖI  Từ điển: bỏ qua 1 tệp của cơ quan. cua-xa.yaml, dòng 2: YAML sai cú pháp" in result.stdout
    assert "danhoi lexicon check" in result.stdout


def test_doctor_counts_the_entries(home, danhoi, own):
    own(entry(BIRTH, "giấy cho bé"))

    assert ", 1 mục của cơ quan\n" in danhoi("doctor").stdout


def test_try_tells_how_many_wordings_mean_the_code(home, danhoi):
    result = danhoi("lexicon", "try", "giấy cho bé", BIRTH)

    assert result.exit_code == 0
    assert "Câu mẫu khớp: 2; hỏi đúng thủ tục này: 1, tức 50%." in result.stdout
    assert "  đúng: làm giấy cho bé nhà em\n" in result.stdout
    assert "  nhầm: làm giấy cho bé đã mất\n" in result.stdout


def test_try_finds_citizens_questions_redacted(home, danhoi):
    danhoi("ask", "giấy cho bé nhà tôi, căn cước của tôi là 001099012345")

    found = json.loads(danhoi("lexicon", "try", "giấy cho bé", BIRTH, "--json").stdout)

    assert len(found["stored"]) == 1
    assert "giấy cho bé" in found["stored"][0]
    assert "001099012345" not in json.dumps(found)


def test_try_shows_which_question_would_find_another_procedure_and_writes_nothing(home, danhoi):
    before = candidates(danhoi, VAGUE)[0]["key"]
    second = runner_up(danhoi, VAGUE)

    found = json.loads(danhoi("lexicon", "try", VAGUE, second, "--json").stdout)

    assert found["ranked"] == 1
    assert found["changes"] == [{"question": VAGUE, "before": before, "after": second, "meant": [BIRTH]}]
    assert not (home / "lexicon").exists()


def test_try_with_a_phrase_nobody_says_changes_nothing(home, danhoi):
    result = danhoi("lexicon", "try", "mây bay gió thổi", BIRTH)

    assert "Câu mẫu khớp: 0; hỏi đúng thủ tục này: 0." in result.stdout
    assert "Thử xếp hạng 0 câu: 0 câu đổi" in result.stdout


@pytest.mark.parametrize(
    ("phrase", "code", "told"),
    [("(giấy", BIRTH, "Lỗi: “(giấy”: cụm từ chưa đúng"), ("giấy", "khai", "Lỗi: khai không phải mã")],
)
def test_try_refuses_what_could_not_be_an_entry(danhoi, phrase, code, told):
    result = danhoi("lexicon", "try", phrase, code)

    assert result.exit_code == 1
    assert result.stderr.startswith(told)
