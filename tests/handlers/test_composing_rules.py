"""Steps under their published labels, conditions as they are, results, law."""

import pytest

from handlers.composing_rules import conditions, legal, result, steps
from knowledge.records import LegalDocument, Stage
from tests.composing_samples import procedure


def test_steps_keep_their_published_labels_and_words():
    assert steps(procedure(), full=False).text == (
        "Bước 1: Người nuôi ong nộp hồ sơ. Cán bộ kiểm tra.\n"
        "Bước 2: Cán bộ trả kết quả trong 5 ngày làm việc."
    )


def test_steps_without_labels_get_no_numbers_of_ours():
    stages = (Stage("", "Nộp hồ sơ."), Stage("", "Nhận kết quả."))
    assert steps(procedure(stages=stages), full=False).text == "Nộp hồ sơ.\nNhận kết quả."


def test_a_label_that_opens_its_own_text_is_not_repeated():
    stages = (Stage("Bước 1", "Bước 1: Nộp hồ sơ."), Stage("Nhận kết quả", ""))
    assert steps(procedure(stages=stages), full=False).text == "Bước 1: Nộp hồ sơ.\n- Nhận kết quả"


@pytest.mark.parametrize("word", ["Không", "Không có.", "không quy định", "- Không"])
def test_a_bare_no_means_no_special_condition_and_is_quoted(word):
    assert conditions(procedure(conditions=word), full=False).text == (
        f"Không có điều kiện riêng (hồ sơ công bố ghi “{word.strip(' -.')}”)."
    )


def test_a_condition_that_begins_with_no_is_a_condition():
    text = "Không thuộc trường hợp bị cấm nuôi ong."
    assert conditions(procedure(conditions=text), full=False).text == text


def test_an_empty_condition_is_told_as_not_stated():
    answer = conditions(procedure(conditions=" "), full=False)
    assert answer.text == ("Hồ sơ công bố không ghi điều kiện nào (không có nghĩa là không có điều kiện).")
    assert answer.silent


def test_results_are_listed_or_told_as_missing():
    assert result(procedure(), full=False).text == "- Giấy chứng nhận nuôi ong"
    assert result(procedure(outcomes=()), full=False).silent


def test_law_gives_number_and_title():
    assert (
        legal(procedure(), full=False).text == "- 12/2020/QH14 – Luật Ong\n- 34/2021/NĐ-CP – Nghị định về ong"
    )


def test_a_title_that_holds_its_number_is_not_repeated():
    document = LegalDocument("12/2020/QH14", "Luật số 12/2020/QH14")
    assert legal(procedure(legal_basis=(document,)), full=False).text == "- Luật số 12/2020/QH14"


def test_a_long_list_of_law_shows_six_and_how_many_there_are():
    documents = tuple(LegalDocument(f"{number}/2020/NĐ-CP", "Nghị định") for number in range(1, 10))
    short = legal(procedure(legal_basis=documents), full=False).text
    assert short.count("Nghị định") == 6
    assert short.endswith("(trên đây là một phần của 9 văn bản)")
    assert legal(procedure(legal_basis=documents), full=True).text.count("Nghị định") == 9
