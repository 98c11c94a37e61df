import json
import subprocess
import sys

import pytest

from bot.jsonl import LONGEST_LINE


@pytest.fixture
def answers(home, danhoi):
    """Ask *lines* and return the objects written."""

    def ask(*lines):
        result = danhoi("ask", "--jsonl", input="\n".join(lines) + "\n")
        assert result.exit_code == 0
        return [json.loads(line) for line in result.stdout.splitlines()]

    return ask


def test_a_line_holds_everything_a_judge_needs(answers):
    (line,) = answers('{"id": "a7", "question": "làm khai sinh cho con cần giấy tờ gì"}')

    assert list(line) == [
        "id", "status", "facets", "kind", "codes", "choices", "confidence", "answer", "sources",
    ]  # fmt: skip
    assert (line["id"], line["kind"], line["facets"], line["choices"]) == (
        "a7",
        "procedure",
        ["documents"],
        [],
    )
    assert line["codes"][0] == "1.001193"
    assert 0 < line["confidence"] <= 1
    assert line["sources"][0]["key"] == "1.001193"
    assert line["answer"].startswith("Cơ quan trả lời – Thủ tục đăng ký khai sinh")


def test_codes_are_at_most_ten_and_each_stands_once(answers):
    (line,) = answers('{"id": 1, "question": "làm căn cước"}')

    assert len(line["codes"]) == len(set(line["codes"])) <= 10


def test_an_id_comes_back_as_it_was_sent(answers):
    lines = answers('{"id": 7, "question": "xin chào"}', '{"id": null, "question": "xin chào"}')

    assert [line["id"] for line in lines] == [7, None]


def test_questions_of_one_conversation_follow_each_other(answers):
    lines = answers(
        '{"id": 1, "question": "làm khai sinh cho con cần giấy tờ gì", "conversation": "c"}',
        '{"id": 2, "question": "thế mất bao nhiêu tiền", "conversation": "c"}',
    )

    assert lines[1]["codes"][0] == "1.001193"
    assert lines[1]["facets"] == ["fee"]


def test_questions_without_a_conversation_know_nothing_of_each_other(answers):
    lines = answers(
        '{"id": 1, "question": "làm khai sinh cho con cần giấy tờ gì"}',
        '{"id": 2, "question": "thế mất bao nhiêu tiền"}',
    )

    assert lines[1]["sources"] == []


def test_a_conversation_begins_anew_with_every_run(answers):
    answers('{"id": 1, "question": "làm khai sinh cho con cần giấy tờ gì", "conversation": "c"}')

    (line,) = answers('{"id": 2, "question": "thế mất bao nhiêu tiền", "conversation": "c"}')

    assert line["sources"] == []


@pytest.mark.parametrize(
    "bad",
    [
        "hỏng",
        "[]",
        '{"id": 1}',
        '{"id": 1, "question": 5}',
        '{"question": "thiếu id"}',
        '"\\ud800"',
        "{" * 5000,
    ],
)
def test_a_bad_line_is_reported_and_the_next_one_answered(answers, bad):
    refused, answered = answers(bad, '{"id": 2, "question": "xin chào"}')

    assert refused["line"] == 1
    assert refused["error"].startswith("không đọc được dòng này (")
    assert answered["id"] == 2


def test_empty_lines_are_passed_over_but_counted(answers):
    assert [line.get("line") for line in answers("", "   ", "hỏng")] == [3]


def test_a_line_beyond_the_limit_is_refused_without_losing_the_next(answers):
    refused, answered = answers("x" * (3 * LONGEST_LINE), '{"id": 2, "question": "xin chào"}')

    assert refused == {"line": 1, "error": f"dòng dài hơn {LONGEST_LINE} byte"}
    assert answered["id"] == 2


def test_bytes_that_are_no_utf8_are_a_bad_line(home, danhoi):
    result = danhoi("ask", "--jsonl", input=b'{"id": 1, "question": "\xff"}\n')

    assert "error" in json.loads(result.stdout)


def test_an_answer_is_written_before_the_next_question_is_sent(home):
    """A judge may wait for each answer before it sends the next question."""
    command = [sys.executable, "-m", "bot", "ask", "--jsonl"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        for number in (1, 2):
            process.stdin.write(b'{"id": %d, "question": "xin ch\xc3\xa0o"}\n' % number)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(60) == 0
