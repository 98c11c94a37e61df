"""Thumbs up and down, why, and what an officer then gets: through the real answerer and store."""

from __future__ import annotations

import pytest

from bot.messaging.presses import pressed, rating_buttons, reason_buttons
from bot.messaging.replies import reply_of
from handlers import messages, messages_doors, messages_staff
from handlers.answering import Answerer
from handlers.answers import AnswerStatus, Question
from handlers.conversations import Conversations
from knowledge.database import open_database
from tests.answering_samples import OFFICE, RECORDS
from tests.fakes_handlers import TODAY, FakeSearcher

UP, DOWN = messages_doors.RATINGS


@pytest.fixture
def conversations(tmp_path):
    database = open_database(tmp_path / "danhoi.db")
    yield Conversations(database)
    database.close()


@pytest.fixture
def answerer(conversations):
    searcher = FakeSearcher([*RECORDS, OFFICE])
    return Answerer(lambda: searcher, conversations, today=lambda: TODAY)


@pytest.fixture
def ask(answerer):
    def answered(text, about=0, conversation="me"):
        return answerer.answer(Question(text, conversation, about))

    return answered


@pytest.fixture
def rated(conversations):
    """Return the rating and the reason of every answer of a conversation."""
    return lambda conversation="me": [
        (past.rating, past.reason) for past in conversations.history(conversation)
    ]


def test_a_thumb_up_is_kept_and_thanked_for(ask, rated, conversations):
    answer = ask("khai sinh cần giấy tờ gì")
    thanks = ask(UP, answer.number)
    assert (thanks.text, thanks.number, thanks.choices) == (messages_doors.RATED_UP, 0, ())
    assert rated() == [(UP, "")]
    assert conversations.counts() == {"answered": 1}  # a rating is no question


def test_a_thumb_down_offers_reasons_and_an_officer_once(ask, rated):
    answer = ask("khai sinh cần giấy tờ gì")
    why = ask(DOWN, answer.number)
    assert why.text == (
        "Cảm ơn ông/bà đã cho biết. Câu trả lời chưa được ở điểm nào? Xin ông/bà gõ số:\n"
        "1. Không đúng việc tôi hỏi\n2. Khó hiểu\n3. Thiếu thông tin\n4. Sai hoặc đã cũ\n\n"
        "Hoặc gõ “gặp cán bộ” để gửi câu hỏi này cho cán bộ. (Trả lời tự động)"
    )
    assert (why.asks_reason, why.number) == (True, answer.number)
    assert [button.label for button in reply_of(why).choices] == [*messages_doors.REASONS, "Gặp cán bộ"]
    again = ask(DOWN, answer.number)
    assert (again.text, again.asks_reason) == (messages_doors.RATED_AGAIN, False)
    assert rated() == [(DOWN, "")]


def test_another_rating_takes_the_place_of_the_first(ask, rated):
    answer = ask("khai sinh cần giấy tờ gì")
    ask(DOWN, answer.number)
    ask("2")
    assert ask(UP, answer.number).text == messages_doors.RATED_AGAIN
    assert rated() == [(UP, "")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("👍", UP),
        ("👍🏽", UP),
        ("hữu ích", UP),
        ("Huu ich", UP),
        ("👍 Hữu ích", UP),
        ("/-strong", UP),
        ("👎", DOWN),
        ("không hữu ích", DOWN),
        ("👎 Chưa hữu ích", DOWN),
        ("/-weak", DOWN),
    ],
)
def test_a_typed_rating_is_of_the_last_answer(ask, rated, text, value):
    ask("khai sinh cần giấy tờ gì")
    ask("khai tử cần giấy tờ gì")
    ask("cảm ơn em")
    ask(text)
    assert rated() == [("", ""), (value, ""), ("", "")]


@pytest.mark.parametrize("text", [":)", "giấy này hữu ích cho việc gì", "ok"])
def test_other_words_rate_nothing(ask, rated, text):
    ask("khai sinh cần giấy tờ gì")
    ask(text)
    assert rated()[0] == ("", "")


@pytest.mark.parametrize("text", ["3", "số 3", "Thiếu thông tin", "thieu thong tin"])
def test_a_reason_is_typed_by_number_or_by_its_words(ask, rated, text):
    ask("khai sinh cần giấy tờ gì")
    ask(DOWN)
    assert ask(text).text == messages_doors.REASON_KEPT
    assert rated() == [(DOWN, "Thiếu thông tin")]


def test_a_number_is_a_reason_in_the_next_message_only(ask, rated):
    ask("khai sinh cần giấy tờ gì")
    ask(DOWN)
    assert ask("khai tử cần giấy tờ gì").status is AnswerStatus.ANSWERED
    assert ask("3").text == messages.NO_TOPIC
    assert rated()[0] == (DOWN, "")


@pytest.mark.parametrize("between", ["cảm ơn em", "giá vàng hôm nay", "lệ phí bao nhiêu", "thủ tục 7.777777"])
def test_whatever_was_said_in_between_a_number_is_no_reason_any_more(ask, rated, between):
    ask("khai sinh cần giấy tờ gì")
    ask(DOWN)
    ask(between)
    ask("3")
    assert rated()[0] == (DOWN, "")


def test_a_pressed_reason_belongs_to_its_answer_however_old(ask, rated):
    answer = ask("khai sinh cần giấy tờ gì")
    ask(DOWN, answer.number)
    ask("khai tử cần giấy tờ gì")
    came_back = pressed(reason_buttons(answer.number)[1].press)
    assert ask(came_back.text, came_back.about).text == messages_doors.REASON_KEPT
    assert rated() == [(DOWN, "Khó hiểu"), ("", "")]


def test_only_the_conversation_that_got_an_answer_can_rate_it(ask, rated):
    answer = ask("khai sinh cần giấy tờ gì")
    for button in (*rating_buttons(answer.number), *reason_buttons(answer.number)):
        came_back = pressed(button.press)
        assert ask(came_back.text, came_back.about, "you").text == messages_doors.NOTHING_TO_RATE
    assert rated() == [("", "")]


def test_there_is_nothing_to_rate_before_the_first_answer_or_after_deletion(ask):
    assert ask(UP).text == messages_doors.NOTHING_TO_RATE
    answer = ask("khai sinh cần giấy tờ gì")
    ask("/xoa")
    assert ask(UP, answer.number).text == messages_doors.NOTHING_TO_RATE


def test_a_rating_keeps_what_the_conversation_has_in_hand(ask):
    ask("khai sinh cần giấy tờ gì")
    ask(UP)
    assert ask("thế lệ phí thì sao").code == "9.000001"
    ask(DOWN)
    ask("2")
    assert ask("bao lâu").code == "9.000001"


def test_a_thumb_up_leaves_the_choices_on_offer_and_a_thumb_down_takes_their_numbers(conversations):
    searcher = FakeSearcher(RECORDS)
    ask = Answerer(lambda: searcher, conversations, today=lambda: TODAY).answer
    ask(Question("cấp phép thả diều mất bao lâu", "me"))
    assert ask(Question(UP, "me")).choices == ()
    assert ask(Question("2", "me")).code == "9.000006"
    ask(Question("cấp phép thả diều mất bao lâu", "you"))
    ask(Question(DOWN, "you"))
    assert ask(Question("2", "you")).text == messages_doors.REASON_KEPT


@pytest.mark.parametrize("reason", [(), ("2",)], ids=["no reason", "with a reason"])
@pytest.mark.parametrize("text", ["gặp cán bộ", "cho tôi gặp người thật"])
def test_an_officer_who_is_asked_for_gets_the_question_that_was_answered_badly(
    ask, conversations, reason, text
):
    rated = ask("khai sinh cần giấy tờ gì")
    ask(DOWN)
    for typed in reason:
        ask(typed)
    handed = ask(text)
    assert handed.text == messages_staff.handed_over(handed.receipt)
    (waiting,) = conversations.unanswered()
    assert (waiting.receipt, waiting.text) == (handed.receipt, "khai sinh cần giấy tờ gì")
    assert (waiting.answer, waiting.rating) == (rated.text, DOWN)
    assert waiting.reason == ("Khó hiểu" if reason else "")


def test_a_question_is_handed_over_once_and_keeps_its_receipt(ask, conversations):
    first = ask("nuôi rồng lửa trong vườn")
    ask(DOWN)
    assert ask("gặp cán bộ").receipt == first.receipt
    assert [question.receipt for question in conversations.unanswered()] == [first.receipt]


def test_who_names_another_matter_to_the_officer_is_taken_at_their_word(ask, conversations):
    ask("khai sinh cần giấy tờ gì")
    ask(DOWN)
    ask("cho tôi gặp cán bộ hỏi về cây xăng")
    assert [question.text for question in conversations.unanswered()] == [
        "cho tôi gặp cán bộ hỏi về cây xăng"
    ]


def test_a_rating_is_deleted_with_its_question(ask, conversations):
    ask("khai sinh cần giấy tờ gì")
    ask(DOWN)
    ask("/xoa")
    assert conversations._database["ratings"].count == 0


def test_a_rating_that_cannot_be_stored_is_said_so(answerer):
    answer = answerer.answer_unstored(Question(UP, "me", 1))
    assert answer.text == messages_doors.NOT_RATED


def test_a_rating_is_stored_with_what_the_caller_stores_or_not_at_all(answerer, ask, rated):
    answer = ask("khai sinh cần giấy tờ gì")

    def refuse(_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        answerer.answer(Question(DOWN, "me", answer.number), refuse)
    assert rated() == [("", "")]
    assert ask("2").text == messages.NO_TOPIC  # no reasons are on offer
