import json

from handlers import messages
from handlers.state import RETENTION_DAYS

BIRTH = "làm khai sinh cho con cần giấy tờ gì"


def test_ask_prints_question_and_answer_in_the_form_of_the_column(home, danhoi):
    result = danhoi("ask", BIRTH)

    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == f"Dân hỏi: {BIRTH}"
    assert lines[2] == "Cơ quan trả lời – Thủ tục đăng ký khai sinh (dữ liệu mẫu)"
    assert "Nguồn: Thủ tục đăng ký khai sinh (mã 1.001193)" in lines


def test_a_published_question_is_told_once_in_the_form_of_the_column(home, danhoi):
    shown = danhoi("ask", "Ông bà đi khai sinh cho cháu có cần giấy ủy quyền không?").stdout

    assert shown.splitlines()[2].startswith("Dân hỏi: Ông bà đi khai sinh")
    assert shown.count("Cơ quan trả lời") == 1


def test_the_same_question_without_accents_quotes_the_same_procedure(home, danhoi):
    result = danhoi("ask", "lam khai sinh cho con can giay to gi", "--json")

    assert json.loads(result.stdout)["codes"][0] == "1.001193"


def test_a_question_that_is_not_ours_is_refused_without_a_source(home, danhoi):
    answer = json.loads(danhoi("ask", "giá vàng hôm nay", "--json").stdout)

    assert (answer["status"], answer["sources"], answer["text"]) == (
        "refused_out_of_scope",
        [],
        messages.OUT_OF_SCOPE,
    )


def test_a_fixed_message_also_reads_as_the_offices_reply(home, danhoi):
    result = danhoi("ask", "giá vàng hôm nay")

    assert result.stdout == f"Dân hỏi: giá vàng hôm nay\n\nCơ quan trả lời: {messages.OUT_OF_SCOPE}\n"


def test_full_tells_more_than_the_short_answer(home, danhoi):
    short, full = danhoi("ask", BIRTH), danhoi("ask", BIRTH, "--full")

    assert full.exit_code == 0
    assert len(full.stdout) > len(short.stdout)
    assert "mã 1.001193" in full.stdout


def test_full_leaves_an_answer_without_more_to_tell_as_it_is(home, danhoi):
    assert danhoi("ask", "giá vàng hôm nay", "--full").stdout == danhoi("ask", "giá vàng hôm nay").stdout


def test_ask_without_a_question_names_an_example(danhoi):
    result = danhoi("ask")

    assert result.exit_code == 2
    assert result.stderr == 'Lỗi: thiếu câu hỏi. Ví dụ: danhoi ask "làm khai sinh cần giấy tờ gì"\n'


def test_ask_before_anything_was_built_names_the_same_remedy_as_doctor(danhoi):
    result = danhoi("ask", BIRTH)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == "Lỗi: chưa có kho dữ liệu. Hãy chạy: danhoi setup\n"
    assert "chưa có kho dữ liệu. Hãy chạy: danhoi setup" in danhoi("doctor").stdout


def test_chat_greets_follows_up_and_ends_when_told(home, danhoi):
    result = danhoi("chat", input=f"{BIRTH}\nthế mất bao nhiêu tiền\nthoát\nkhông ai đọc dòng này\n")

    assert result.exit_code == 0
    assert result.stdout.startswith(messages.greeting(RETENTION_DAYS))
    first, second = result.stdout.split("Dân hỏi: ")[1:3]
    assert "Giấy tờ" in first
    assert "Phí, lệ phí:" in second
    assert "mã 1.001193" in second
    assert result.stdout.endswith("Kết thúc. Cảm ơn ông/bà.\n")


def test_chat_ends_when_the_input_ends(home, danhoi):
    result = danhoi("chat", input="xin chào")

    assert result.exit_code == 0
    assert result.stdout.endswith("\nKết thúc. Cảm ơn ông/bà.\n")


def test_two_chats_do_not_know_of_each_other(home, danhoi):
    danhoi("chat", input=f"{BIRTH}\n")

    result = danhoi("chat", input="thế mất bao nhiêu tiền\n")

    assert "1.001193" not in result.stdout


def test_search_shows_each_passage_with_both_scores_and_the_decision(home, danhoi):
    result = danhoi("search", "xin giấy độc thân", "--top", "3")

    lines = result.stdout.splitlines()
    assert lines[0].startswith("Quyết định: ")
    assert any("1.004873  Thủ tục cấp Giấy xác nhận tình trạng hôn nhân" in line for line in lines)
    assert sum(line.lstrip().startswith("nghĩa ") for line in lines) >= 3


def test_search_as_json_gives_candidates_with_title_and_scores(home, danhoi):
    found = json.loads(danhoi("search", "dang ky ket hon", "--json").stdout)

    assert found["decision"] in ("answer", "ask_back", "hand_over")
    assert 0 <= found["confidence"] <= 1
    first = found["candidates"][0]
    assert "kết hôn" in first["title"]
    assert {"passage_id", "cosine", "bm25"} == set(first["hits"][0])


def test_search_for_nothing_says_so(home, danhoi):
    assert danhoi("search", "???").stdout.splitlines()[1] == "Không có bản ghi nào."


def test_show_prints_what_a_citizen_would_read_of_one_facet(home, danhoi):
    result = danhoi("show", "1.001193", "--facet", "legal")

    assert result.exit_code == 0
    assert result.stdout.startswith("Cơ quan trả lời – Thủ tục đăng ký khai sinh (dữ liệu mẫu)")
    assert "Căn cứ pháp lý:" in result.stdout
    assert "Phí, lệ phí:" not in result.stdout


def test_show_as_json_is_the_whole_record_with_its_code_as_text(home, danhoi):
    record = json.loads(danhoi("show", "1.001193", "--json").stdout)

    assert record["code"] == "1.001193"
    assert record["origin"]["sample"] is True


def test_show_takes_contacts_guides_and_published_questions_too(home, danhoi):
    for key in ("hotline-cong-dich-vu-cong", "quen-mat-khau-vneid", "giay-doc-than-le-phi"):
        assert danhoi("show", key).exit_code == 0


def test_show_of_an_unknown_code_says_how_to_find_one(home, danhoi):
    result = danhoi("show", "9.999999")

    assert result.exit_code == 1
    assert result.stderr == (
        'Lỗi: không có bản ghi 9.999999 trong kho. Tìm theo tên: danhoi search "9.999999"\n'
    )


def test_show_marks_an_internal_procedure_as_hidden_from_citizens(danhoi, tmp_path):
    from knowledge.records import ProcedureType
    from tests.fakes_index import save_records
    from tests.record_samples import a_procedure

    save_records(
        tmp_path / "var" / "danhoi.db", a_procedure("6.000001", procedure_type=ProcedureType.INTERNAL)
    )

    assert danhoi("show", "6.000001").stdout.startswith("THỦ TỤC NỘI BỘ – không bao giờ hiện cho công dân.")
