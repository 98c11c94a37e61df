"""A time has a number and a unit, or it is quoted in words, or it is told as missing."""

import pytest

from handlers.composing_times import time
from knowledge.records import Stage, SubmissionMode, TimeUnit
from tests.composing_samples import method, procedure


def told(*methods, stages=(), full=False):
    return time(procedure(submission_methods=methods, stages=stages), full=full)


@pytest.mark.parametrize(
    ("number", "unit", "words"),
    [
        (7.0, TimeUnit.WORKING_DAY, "7 ngày làm việc"),
        (7.5, TimeUnit.WORKING_DAY, "7,5 ngày làm việc"),
        (30.0, TimeUnit.DAY, "30 ngày"),
        (8.0, TimeUnit.HOUR, "8 giờ"),
        (2.0, TimeUnit.MONTH, "2 tháng"),
        (1.0, TimeUnit.YEAR, "1 năm"),
    ],
)
def test_a_time_keeps_its_published_unit(number, unit, words):
    answer = told(method(time=number, unit=unit))
    assert answer.text == f"- Trực tiếp: {words}"
    assert not answer.silent


def test_a_number_without_a_unit_is_never_printed():
    answer = told(method(time=1.0, unit=TimeUnit.UNSTATED))
    assert answer.text == "- Trực tiếp: hồ sơ công bố ghi thời hạn nhưng thiếu đơn vị (giờ hay ngày)"
    assert answer.silent


def test_a_number_without_a_unit_gives_way_to_the_words_of_its_row():
    words = "Nộp tại xã. Trả kết quả ngay trong ngày làm việc."
    answer = told(method(time=1.0, unit=TimeUnit.UNSTATED, words=words))
    assert answer.text == f"- Trực tiếp: {words}"
    assert not answer.silent


def test_without_a_unit_the_sentence_of_the_steps_is_quoted_word_for_word():
    stages = (Stage("Bước 2", "Nhận hồ sơ. Cán bộ trả kết quả trong ngày làm việc tiếp theo. Lưu sổ."),)
    answer = told(method(time=1.0, unit=TimeUnit.UNSTATED), stages=stages)
    assert "Trong các bước có ghi:\n- “Cán bộ trả kết quả trong ngày làm việc tiếp theo.”" in answer.text
    assert answer.silent


@pytest.mark.parametrize(
    "sentence",
    [
        "Nếu thiếu giấy tờ, trong 2 ngày làm việc cán bộ trả kết quả kiểm tra để bổ sung.",
        "Trường hợp từ chối, trả kết quả trong 3 ngày.",
        "Niêm yết 15 ngày rồi trả kết quả.",
        "Cán bộ trả kết quả theo Nghị định ngày 21/12/2022.",
    ],
)
def test_deadlines_of_another_matter_are_not_quoted_as_the_time(sentence):
    answer = told(method(time=1.0, unit=TimeUnit.UNSTATED), stages=(Stage("", sentence),))
    assert "Trong các bước có ghi" not in answer.text


def test_no_number_at_all_is_told_as_no_time():
    answer = told(method(time=None, unit=TimeUnit.WORKING_DAY))
    assert answer.text == "- Trực tiếp: hồ sơ công bố không ghi thời hạn"
    assert answer.silent


@pytest.mark.parametrize("words", ["05 ngày làm việc từ khi đủ hồ sơ.", "5 ngày làm việc."])
def test_a_time_that_its_row_tells_in_words_is_not_told_twice(words):
    assert told(method(time=5.0, words=words)).text == f"- Trực tiếp: {words}"
    assert told(method(time=5.0, words="15 ngày.")).text == "- Trực tiếp:\n  5 ngày làm việc\n  15 ngày."


def test_the_counter_comes_first_in_whatever_order_the_rows_are_published():
    answer = told(method(SubmissionMode.ONLINE, 3.0), method(time=5.0))
    assert answer.text == "- Trực tiếp: 5 ngày làm việc\n- Trực tuyến: 3 ngày làm việc"


def test_different_ways_keep_different_times():
    answer = told(method(time=5.0), method(SubmissionMode.ONLINE, 3.0), method(SubmissionMode.POSTAL, 5.0))
    assert answer.text == "- Trực tiếp, bưu chính: 5 ngày làm việc\n- Trực tuyến: 3 ngày làm việc"
