import pytest

from index.labelled import EVERYDAY, LabelledQuestion, LabelsRefused, read_labelled


def test_labels_are_read_in_order_and_a_missing_id_is_the_line_number(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": "a", "question": "một", "gold": ["1.000001"]}\n\n{"question": "hai"}\n', "utf-8")

    first, second = read_labelled(path)

    assert (first.id, first.question, first.gold, first.kind) == ("a", "một", ("1.000001",), "procedure")
    assert second.id == "3"


def test_a_line_that_is_no_labelled_question_is_named(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text('{"question": "một"}\n{"gold": []}\n', "utf-8")

    with pytest.raises(LabelsRefused, match=r"questions\.jsonl, dòng 2: không phải câu hỏi có nhãn"):
        read_labelled(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(LabelsRefused, match="Không đọc được"):
        read_labelled(tmp_path / "none.jsonl")


def test_gold_gains_more_than_what_still_helps_and_both_are_helpful():
    question = LabelledQuestion("q", gold=("g",), also_ok=("h",))

    assert question.gains == {"g": 1.0, "h": 0.5}
    assert question.helpful == {"g", "h"}


def test_citizens_own_language_is_one_group_and_every_other_source_its_own():
    groups = [
        LabelledQuestion("q", source=name).group for name in ("seeds", "handwritten", "persona", "portal_faq")
    ]

    assert groups == [EVERYDAY] * 3 + ["portal_faq"]
