"""Whole conversations, as they are typed in the terminal."""

from __future__ import annotations

import pytest

from handlers import messages, messages_quoting, messages_staff
from handlers.answers import AnswerStatus, Question
from handlers.conversations import Conversations
from knowledge.database import open_database
from knowledge.passages import Facet
from tests.fakes_handlers import an_answerer
from tests.record_samples import a_guide, a_procedure, an_office

BIRTH = a_procedure("9.000001", title="Đăng ký khai sinh")
MARRIAGE = a_procedure("9.000002", title="Đăng ký kết hôn")
LOST = a_procedure("9.000003", title="Cấp lại thẻ căn cước")
CHANGED = a_procedure("9.000004", title="Cấp đổi thẻ căn cước")
FILING = a_guide("nop-may", title="Nộp hồ sơ trên mạng", questions=("nộp hồ sơ qua mạng thế nào",))
TRACKING = a_guide("tra-cuu", title="Tra cứu hồ sơ", questions=("hồ sơ của tôi đến đâu rồi",))
PETITIONS = a_guide("phan-anh", title="Gửi phản ánh, kiến nghị", questions=("gửi kiến nghị",))
RECORDS = [BIRTH, MARRIAGE, LOST, CHANGED, FILING, TRACKING, PETITIONS, an_office()]


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


def guided_by(answer):
    return answer.status, [source.key for source in answer.sources]


def test_filing_online_is_explained_in_general_until_a_procedure_is_in_hand(say):
    assert guided_by(say("nộp hồ sơ qua mạng thế nào")) == (AnswerStatus.GUIDE, ["nop-may"])
    say("khai sinh cần giấy tờ gì")
    assert told(say("thế nộp qua mạng thế nào")) == answered("9.000001", Facet.ONLINE)


def test_one_s_own_dossier_is_looked_up_by_oneself_whatever_is_in_hand(say):
    say("khai sinh cần giấy tờ gì")
    assert guided_by(say("hồ sơ của tôi đến đâu rồi")) == (AnswerStatus.GUIDE, ["tra-cuu"])


def test_a_complaint_meets_the_guide_on_petitions_and_a_calm_word(say):
    answer = say("cán bộ đòi tiền bồi dưỡng")
    assert guided_by(answer) == (AnswerStatus.GUIDE, ["phan-anh"])
    assert answer.text.startswith(messages.COMPLAINT)


def test_without_such_a_guide_an_officer_gets_the_complaint(path):
    answer = an_answerer(path, [BIRTH]).answer(Question("cán bộ hách dịch quá", "me"))
    assert (answer.status, answer.text) == (
        AnswerStatus.UNANSWERABLE_HANDED_OVER,
        messages_staff.complaint_handed_over(answer.receipt),
    )


def test_office_hours_are_told_without_the_address_and_the_reception_days(say):
    office = an_office()
    for question in ("chủ nhật nộp hồ sơ được không", "tet co lam khong"):
        answer = say(question)
        assert answer.status is AnswerStatus.CONTACT
        assert messages_quoting.WORKING_HOURS in answer.text
        assert office.address not in answer.text
        assert messages_quoting.RECEPTION not in answer.text


def test_a_receipt_tells_that_the_question_waits_and_not_what_it_was(say):
    receipt = say("cho tôi gặp cán bộ về con bò sữa").receipt
    for typed in (receipt, receipt.lower().replace("-", " "), f"mã {receipt} trả lời chưa"):
        answer = say(typed, "somebody else")
        assert answer.text == messages_staff.receipt_waiting(receipt)
    assert say("DH-3333").text == messages_staff.receipt_unknown("DH-3333")


def test_words_without_a_matter_are_asked_about_and_leave_the_procedure_in_hand(say):
    say("khai sinh cần giấy tờ gì")
    for text in ("ủa sao vậy", "tôi muốn hỏi", "khong phai"):
        answer = say(text)
        assert (answer.text, answer.receipt) == (messages.NO_TOPIC, "")
    assert told(say("lệ phí")) == answered("9.000001", Facet.FEE)


def test_an_unknown_code_is_said_to_be_unknown_and_goes_to_nobody(say):
    answer = say("thủ tục 9.999999 cần giấy tờ gì")
    assert (answer.text, answer.receipt, answer.codes) == (messages.UNKNOWN_CODE, "", ())


def test_keys_struck_at_random_are_asked_for_again_and_not_given_to_staff(say):
    answer = say("asdfgh")
    assert (answer.text, answer.receipt) == (messages.UNREADABLE, "")


def test_a_visa_of_another_country_is_refused_with_where_to_ask(say):
    assert say("xin visa đi Mỹ").text == messages.ABROAD


def test_a_question_of_law_is_not_answered_by_the_procedure_that_it_names(say):
    assert say("không khai sinh có bị phạt không").status is AnswerStatus.UNANSWERABLE_LEGAL


def test_what_was_asked_without_a_procedure_is_told_once_it_is_named(say):
    assert say("mất bao lâu").text == messages.NO_TOPIC
    assert told(say("đăng ký kết hôn")) == answered("9.000002", Facet.TIME)
    assert told(say("đăng ký khai sinh")) == answered("9.000001", Facet.OVERVIEW)
