import shutil

import pytest

from handlers.lexicon_check import check_phrase_files
from handlers.lexicons import LEXICON


@pytest.fixture
def folder(tmp_path):
    """Give a copy of the shipped files, to be spoilt."""
    return shutil.copytree(LEXICON, tmp_path / "lexicon")


def test_the_shipped_files_have_no_mistake():
    assert [str(finding.problem) for finding in check_phrase_files()] == []


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("abroad", "says: [thị thực]\nunless: [(một cửa]\n", 'abroad.yaml, dòng 2: cụm từ là "(một cửa"'),
        ("abroad", "says: [x]\nunless: [y]\nwhen: [x]\n", 'abroad.yaml, dòng 3: tên là "when"'),
        ("abroad", "says: [thị thực]\n", 'abroad.yaml, dòng 1: unless là ""; còn thiếu'),
        ("abroad", "says: x\nunless: [y]\n", "abroad.yaml, dòng 1: chỗ này phải là danh sách"),
        ("kinds", "gossip:\n  says: [x]\n", 'kinds.yaml, dòng 1: tên là "gossip"'),
        ("kinds", "abuse:\n  - says: [x]\n  - sais: [y]\n", 'kinds.yaml, dòng 3: tên là "sais"'),
        ("places", "levels:\n  xa: [x]\nprovinces:\n  A: [a]\n", 'places.yaml, dòng 2: tên là "xa"'),
        ("greetings", "hello: [chào\n", "greetings.yaml, dòng"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(folder, name, text, told):
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")

    found = [str(finding.problem) for finding in check_phrase_files(folder)]

    assert len(found) == 1
    assert found[0].startswith(told)


def test_a_missing_file_is_told(folder):
    (folder / "kinds.yaml").unlink()

    (finding,) = check_phrase_files(folder)

    assert str(finding.problem).startswith("kinds.yaml, dòng 1: không đọc được tệp")
