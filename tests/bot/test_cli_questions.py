import json

from bot.cli_questions import _KINDS, _STATUSES
from handlers.answers import AnswerStatus, QuestionKind


def test_a_handed_over_question_waits_for_staff_with_its_receipt(home, danhoi):
    receipt = json.loads(danhoi("ask", "cho tôi gặp cán bộ", "--json").stdout)["receipt"]

    result = danhoi("questions", "--unanswered")

    assert result.stdout.startswith(f"{receipt}  ")
    assert result.stdout.endswith("  cho tôi gặp cán bộ\n")


def test_personal_numbers_are_hidden_from_the_list(home, danhoi):
    danhoi("ask", "cho tôi gặp cán bộ, căn cước của tôi là 001099012345")

    (question,) = json.loads(danhoi("questions", "--unanswered", "--json").stdout)

    assert "001099012345" not in json.dumps(question)


def test_nothing_waiting_says_so(home, danhoi):
    assert danhoi("questions", "--unanswered").stdout == "Không có câu hỏi nào đang chờ cán bộ.\n"


def test_without_an_option_the_questions_are_counted_by_status(home, danhoi):
    danhoi("ask", "giá vàng hôm nay")

    assert json.loads(danhoi("questions", "--json").stdout) == {"refused_out_of_scope": 1}
    assert danhoi("questions").stdout == (
        "     1  từ chối: ngoài phạm vi\n0 câu hỏi đang chờ cán bộ: danhoi questions --unanswered\n"
    )


def test_show_tells_staff_the_answer_and_the_steps_behind_a_receipt(home, danhoi):
    receipt = json.loads(danhoi("ask", "cho tôi gặp cán bộ", "--json").stdout)["receipt"]

    result = danhoi("questions", "show", receipt.lower())

    assert result.exit_code == 0
    assert "Dân hỏi: cho tôi gặp cán bộ" in result.stdout
    assert " ms  recognise_kind" in result.stdout


def test_every_status_and_kind_has_a_vietnamese_name():
    assert set(_STATUSES) == set(AnswerStatus)
    assert set(_KINDS) == set(QuestionKind)


def test_show_of_an_unknown_receipt_says_where_to_find_them(home, danhoi):
    result = danhoi("questions", "show", "DH-0000")

    assert result.exit_code == 1
    assert result.stderr == (
        "Lỗi: không có mã tiếp nhận DH-0000. Xem các mã: danhoi questions --unanswered\n"
    )
