"""Whole conversations, as they are typed in the terminal."""

from __future__ import annotations

import pytest

from handlers import messages
from handlers.answers import AnswerStatus, Question
from handlers.conversations import Conversations
from knowledge.database import open_database
from knowledge.passages import Facet
from tests.fakes_handlers import an_answerer
from tests.record_samples import a_procedure, an_office

BIRTH = a_procedure("9.000001", title="Đăng ký khai sinh")
MARRIAGE = a_procedure("9.000002", title="Đăng ký kết hôn")
LOST = a_procedure("9.000003", title="Cấp lại thẻ căn cước")
CHANGED = a_procedure("9.000004", title="Cấp đổi thẻ căn cước")
RECORDS = [BIRTH, MARRIAGE, LOST, CHANGED, an_office()]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "danhoi.db"


@pytest.fixture
def say(path):
    answerer = an_answerer(path, RECORDS)
    return lambda text, citizen="me": answerer.answer(Question(text, citizen))


def told(answer):
    return answer.status, answer.codes[:1], answer.facets


def answered(code, *facets):
    return AnswerStatus.ANSWERED, (code,), facets


def test_questions_about_the_procedure_in_hand_stay_with_it_until_a_new_topic(say):
    assert told(say("làm khai sinh cho con cần giấy tờ gì")) == answered("9.000001", Facet.DOCUMENTS)
    assert told(say("thế mất bao nhiêu tiền")) == answered("9.000001", Facet.FEE)
    assert told(say("con nop online duoc khong")) == answered("9.000001", Facet.ONLINE)
    assert told(say("the le phi thi sao")) == answered("9.000001", Facet.FEE)
    assert told(say("còn kết hôn thì bao lâu")) == answered("9.000002", Facet.TIME)
    assert told(say("ở đâu")) == answered("9.000002", Facet.WHERE)


def test_everything_is_told_on_request(say):
    short = say("khai sinh cần giấy tờ gì")
    full = say("đầy đủ")
    assert told(full) == answered("9.000001", Facet.OVERVIEW)
    assert len(full.text) > len(short.text)
    assert "Trời có gió." in full.text


def test_a_choice_is_answered_with_what_was_asked_before(say):
    offered = say("căn cước mất bao nhiêu tiền")
    assert offered.status is AnswerStatus.CLARIFICATION
    assert [choice.key for choice in offered.choices] == ["9.000003", "9.000004", ""]
    assert told(say("cái thứ hai")) == answered("9.000004", Facet.FEE)
    assert told(say("vậy mấy ngày thì có")) == answered("9.000004", Facet.TIME)


def test_a_number_outside_the_list_is_asked_for_again(say):
    say("căn cước mất bao nhiêu tiền")
    assert say("7").text == messages.NOT_A_CHOICE
    assert told(say("1")) == answered("9.000003", Facet.FEE)


def test_none_of_these_gives_the_question_itself_to_staff(say, path):
    say("căn cước mất bao nhiêu tiền")
    answer = say("3")
    assert answer.status is AnswerStatus.UNANSWERABLE_NOT_FOUND
    (waiting,) = Conversations(open_database(path)).unanswered()
    assert (waiting.text, waiting.receipt) == ("căn cước mất bao nhiêu tiền", answer.receipt)


def test_choices_are_valid_for_the_next_message_only(say):
    say("căn cước mất bao nhiêu tiền")
    say("khai sinh ở đâu")
    answer = say("2")
    assert "9.000004" not in answer.codes
    assert answer.status is not AnswerStatus.ANSWERED


def test_thanks_and_a_refusal_in_between_leave_the_procedure_in_hand(say):
    say("khai sinh cần giấy tờ gì")
    assert say("cảm ơn em").text == messages.THANKS
    assert say("giá vàng hôm nay").status is AnswerStatus.REFUSED_OUT_OF_SCOPE
    assert told(say("thế lệ phí thì sao")) == answered("9.000001", Facet.FEE)


def test_what_is_in_hand_survives_a_restart(say, path):
    say("khai sinh cần giấy tờ gì")
    after_restart = an_answerer(path, RECORDS)
    assert told(after_restart.answer(Question("lệ phí thì sao", "me"))) == answered("9.000001", Facet.FEE)


def test_two_citizens_do_not_share_what_is_in_hand(say):
    say("khai sinh cần giấy tờ gì", "lan")
    assert say("thế lệ phí thì sao", "minh").text == messages.NO_TOPIC


def test_a_procedure_gone_from_the_index_is_in_nobody_s_hand(say, path):
    say("khai sinh cần giấy tờ gì")
    without = an_answerer(path, [MARRIAGE])
    assert without.answer(Question("thế lệ phí thì sao", "me")).text == messages.NO_TOPIC
