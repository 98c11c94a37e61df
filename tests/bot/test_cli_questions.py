import json
from contextlib import closing

import pytest

from bot.cli_questions import _KINDS, _STATUSES
from bot.messaging.chats import Chats
from bot.messaging.outbox import Outbox
from bot.messaging.staff_delivery import NO_WAY_BACK
from bot.messaging.tables import open_tables
from handlers.answers import AnswerStatus, QuestionKind
from knowledge.database import write_transaction


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


def test_show_tells_staff_what_was_asked_around_a_wish_for_a_person(home, danhoi):
    said = ("dang ky ket hon phi", "cho tôi gặp cán bộ", "nhà tôi ở xa")
    lines = [{"id": asked, "question": asked, "conversation": "bà Tư"} for asked in said]
    danhoi("ask", "--jsonl", input="\n".join(map(json.dumps, lines)))
    receipt = json.loads(danhoi("questions", "--unanswered", "--json").stdout)[0]["receipt"]

    shown = danhoi("questions", "show", receipt).stdout

    assert "Dân hỏi: cho tôi gặp cán bộ\n\nTrước đó, trong cùng cuộc trò chuyện:\n- " in shown
    assert "  dang ky ket hon phi\n    → Cơ quan trả lời – " in shown
    assert "\n\nSau đó:\n- " in shown
    assert "  nhà tôi ở xa\n" in shown


def test_every_status_and_kind_has_a_vietnamese_name():
    assert set(_STATUSES) == set(AnswerStatus)
    assert set(_KINDS) == set(QuestionKind)


def test_show_of_an_unknown_receipt_says_where_to_find_them(home, danhoi):
    result = danhoi("questions", "show", "DH-0000")

    assert result.exit_code == 1
    assert result.stderr == (
        "Lỗi: không có mã tiếp nhận DH-0000. Xem các mã: danhoi questions --unanswered\n"
    )


# --- answering ---------------------------------------------------------------------------------------


@pytest.fixture
def receipt(home, danhoi, monkeypatch):
    """Ask at noon three days before the day of the tests."""
    monkeypatch.setattr("handlers.conversations._now", lambda: "2026-07-17T12:00:00.000+00:00")
    return json.loads(danhoi("ask", "cho tôi gặp cán bộ, nhà tôi hỏi cây xăng", "--json").stdout)["receipt"]


def test_an_answer_is_stored_and_the_question_no_longer_waits(danhoi, receipt):
    result = danhoi(
        "questions", "answer", receipt, "--text", "Mời bà đến sáng thứ 5.", "--by", "Bà Lan", "--yes"
    )

    assert result.exit_code == 0, result.stderr
    assert "Dân hỏi: cho tôi gặp cán bộ, nhà tôi hỏi cây xăng" in result.stdout
    assert result.stdout.endswith(f"Đã lưu câu trả lời cho {receipt}. {NO_WAY_BACK}\n")
    assert danhoi("questions", "--unanswered").stdout == "Không có câu hỏi nào đang chờ cán bộ.\n"
    shown = danhoi("questions", "show", receipt).stdout
    assert "Cán bộ trả lời ngày 17/07/2026, Bà Lan:\nMời bà đến sáng thứ 5.\n" in shown


def test_show_tells_that_an_answer_could_not_be_delivered(home, danhoi, receipt):
    with closing(open_tables(home / "danhoi.db").database) as database:
        (asker,) = database.execute(
            "SELECT conversation FROM questions WHERE receipt = ?", [receipt]
        ).fetchone()
        with write_transaction(database):
            Chats(database).seen("telegram", "77", asker, 0)
    danhoi("questions", "answer", receipt, "--text", "Sáng thứ 5.", "--yes")
    assert "Câu trả lời của cán bộ: Đang chờ gửi" in danhoi("questions", "show", receipt).stdout

    with closing(open_tables(home / "danhoi.db").database) as database, write_transaction(database):
        Outbox(database).close("telegram", "77")
    assert "Câu trả lời của cán bộ: Không đến được công dân" in danhoi("questions", "show", receipt).stdout


def test_a_second_answer_corrects_the_first_and_both_are_shown(danhoi, receipt):
    danhoi("questions", "answer", receipt, "--text", "Sáng thứ 5.", "--yes")
    result = danhoi("questions", "answer", receipt.lower(), "--text", "Chiều thứ 5.", "--yes")

    assert f"Đã lưu câu trả lời cho {receipt}, sửa lần 1. " in result.stdout
    shown = danhoi("questions", "show", receipt).stdout
    assert "không ghi tên:\nSáng thứ 5.\n" in shown
    assert "không ghi tên:\nChiều thứ 5.\n" in shown


def test_nothing_is_stored_unless_the_officer_says_yes(danhoi, receipt):
    declined = danhoi("questions", "answer", receipt, "--text", "Sáng thứ 5.", input="n\n")

    assert declined.exit_code == 0
    assert (
        f"Công dân sẽ đọc:\n\nCơ quan trả lời câu hỏi mã {receipt}:\n"
        "“cho tôi gặp cán bộ, nhà tôi hỏi cây xăng”\n\nSáng thứ 5.\n\n– 20/07/2026\n\nGửi câu trả lời này?"
    ) in declined.stdout
    assert declined.stdout.endswith("Chưa lưu và chưa gửi gì.\n")
    assert danhoi("questions", "--unanswered").stdout.startswith(receipt)

    assert "Đã lưu" in danhoi("questions", "answer", receipt, "--text", "Sáng thứ 5.", input="y\n").stdout


def test_the_answer_is_read_from_a_pipe(danhoi, receipt):
    refused = danhoi("questions", "answer", receipt, input="Sáng thứ 5.\n")
    assert (refused.exit_code, refused.stderr) == (
        2,
        "Lỗi: đọc câu trả lời từ đầu vào thì không hỏi lại được; hãy thêm --yes hoặc --text\n",
    )

    danhoi("questions", "answer", receipt, "--yes", input="Sáng thứ 5.\n\nMang theo giấy tờ.\n")
    assert "Sáng thứ 5.\n\nMang theo giấy tờ.\n" in danhoi("questions", "show", receipt).stdout


def test_in_a_terminal_the_answer_is_written_in_an_editor_below_which_the_question_stands(
    danhoi, receipt, monkeypatch
):
    seen = []

    def edit(text):
        seen.append(text)
        return "Sáng thứ 5.\n" + text

    monkeypatch.setattr("bot.cli_questions._in_terminal", lambda: True)
    monkeypatch.setattr("click.edit", edit)
    danhoi("questions", "answer", receipt, input="y\n")

    assert "# Dân hỏi: cho tôi gặp cán bộ, nhà tôi hỏi cây xăng\n" in seen[0]
    assert "không ghi tên:\nSáng thứ 5.\n\nLoại:" in danhoi("questions", "show", receipt).stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("  ", "Lỗi: câu trả lời đang để trống; hãy ghi nội dung trả lời.\n"),
        ("a" * 3001, "Lỗi: câu trả lời dài 3001 ký tự; hãy rút gọn còn nhiều nhất 3000 ký tự.\n"),
    ],
)
def test_an_answer_that_cannot_be_sent_is_refused(danhoi, receipt, text, told):
    result = danhoi("questions", "answer", receipt, "--text", text, "--yes")

    assert (result.exit_code, result.stderr) == (1, told)
    assert danhoi("questions", "--unanswered").stdout.startswith(receipt)


def test_answering_an_unknown_receipt_says_where_to_find_them(home, danhoi):
    result = danhoi("questions", "answer", "DH-0000", "--text", "Sáng thứ 5.", "--yes")

    assert result.stderr == (
        "Lỗi: không có mã tiếp nhận DH-0000. Xem các mã: danhoi questions --unanswered\n"
    )


def test_an_officer_is_warned_of_personal_data_and_not_of_the_office_s_own_numbers(danhoi, receipt):
    personal = danhoi("questions", "answer", receipt, "--text", "Gọi ông Tư 0912345678.", "--yes")
    published = danhoi("questions", "answer", receipt, "--text", "Gọi 1800 1096.", "--yes")

    assert personal.stderr == (
        "Lưu ý: câu trả lời có thể chứa thông tin cá nhân (số điện thoại). Chỉ gửi nếu được phép công khai.\n"
    )
    assert published.stderr == ""
    assert "Gọi ông Tư 0912345678." in danhoi("questions", "show", receipt).stdout


def test_the_list_says_for_how_many_days_a_question_has_waited(danhoi, receipt):
    (first,) = danhoi("questions", "--unanswered").stdout.splitlines()

    assert first.startswith(f"{receipt}  17/07/2026 ")
    assert first.endswith("    3 ngày  gặp cán bộ        cho tôi gặp cán bộ, nhà tôi hỏi cây xăng")


def test_what_was_asked_today_waits_since_today(danhoi, receipt, monkeypatch):
    monkeypatch.setattr("handlers.conversations._now", lambda: "2026-07-20T12:00:00.000+00:00")
    danhoi("ask", "cho tôi gặp cán bộ")

    assert "   hôm nay  " in danhoi("questions", "--unanswered").stdout.splitlines()[1]


def test_show_tells_how_the_citizen_rated_the_answer(danhoi, home):
    conversation = "làm khai sinh cần giấy tờ gì\n👎\n2\ngặp cán bộ\nthoát\n"
    assert danhoi("chat", input=conversation).exit_code == 0
    (waiting,) = json.loads(danhoi("questions", "--unanswered", "--json").stdout)

    assert "\nDân đánh giá: 👎 Khó hiểu\n" in danhoi("questions", "show", waiting["receipt"]).stdout
    assert waiting["text"] == "làm khai sinh cần giấy tờ gì"
