"""What the doors rely on: one transaction with what they store, numbers, answers without a store, presses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.messaging.presses import facet_button, full_button, pressed
from bot.messaging.replies import reply_of
from handlers import messages, messages_doors, messages_staff
from handlers.answering import Answerer
from handlers.answers import Answer, AnswerStatus, Choice, Question, QuestionKind
from handlers.conversations import Conversations
from knowledge.database import open_database
from knowledge.errors import DatabaseRefused
from knowledge.passages import Facet
from tests.answering_samples import BIRTH, KITE_COMMUNE, KITE_PROVINCE, OFFICE, RECORDS, SECRET_ONE
from tests.fakes_handlers import TODAY, FakeSearcher


class Refused(Exception):
    """What a caller may raise while its own rows are stored."""


@pytest.fixture
def database(tmp_path):
    opened = open_database(tmp_path / "danhoi.db")
    opened.table("done").create({"number": int, "text": str})
    yield opened
    opened.close()


@pytest.fixture
def conversations(database):
    return Conversations(database)


@pytest.fixture
def answerer(conversations):
    searcher = FakeSearcher([*RECORDS, OFFICE])
    return Answerer(lambda: searcher, conversations, today=lambda: TODAY)


@pytest.fixture
def ask(answerer):
    return lambda text, about=0: answerer.answer(Question(text, "me", about))


@pytest.fixture
def keep(database):
    return lambda answer: database["done"].insert({"number": answer.number, "text": answer.text})


def kept(database):
    return [tuple(row.values()) for row in database["done"].rows]


def test_an_answer_knows_under_which_number_it_is_stored_and_what_it_quotes(ask):
    first, second = ask("khai sinh cần giấy tờ gì"), ask("cho tôi gặp cán bộ")
    assert 0 < first.number < second.number
    assert (first.code, second.code) == (BIRTH.code, "")


def test_what_a_caller_stores_with_an_answer_has_its_number(answerer, database, keep):
    answer = answerer.answer(Question("khai sinh cần giấy tờ gì", "me"), keep)
    assert kept(database) == [(answer.number, answer.text)]


@pytest.mark.parametrize("text", ["khai sinh cần giấy tờ gì", "/xoa", "/xoadulieu"])
def test_nothing_is_recorded_or_deleted_when_the_caller_cannot_store_its_own(
    answerer, conversations, keep, text
):
    answerer.answer(Question("khai tử cần giấy tờ gì", "me"))
    before = conversations.state("me")

    def refuse(answer):
        keep(answer)
        raise Refused

    with pytest.raises(Refused):
        answerer.answer(Question(text, "me"), refuse)

    assert conversations.counts() == {"answered": 1}
    assert conversations.state("me") == before
    assert kept(conversations._database) == []


@pytest.mark.parametrize("text", ["/xoa", "/XOADULIEU ", "/xoadulieu"])
def test_both_commands_delete_and_the_caller_stores_its_own_with_it(
    answerer, database, conversations, keep, text
):
    answerer.answer(Question("khai tử cần giấy tờ gì", "me"))
    answer = answerer.answer(Question(text, "me"), keep)
    assert answer.text == messages.FORGOTTEN
    assert conversations.counts() == {}
    assert kept(database) == [(0, messages.FORGOTTEN)]


def test_without_an_index_the_caller_s_own_is_stored_all_the_same(conversations, database, keep):
    Answerer(lambda: None, conversations).answer(Question("khai sinh", "me"), keep)
    assert kept(database) == [(0, messages.NO_INDEX)]


# --- when the store fails ------------------------------------------------------------------------


def test_what_is_published_is_told_although_nothing_can_be_stored(answerer, conversations):
    answer = answerer.answer_unstored(Question("khai sinh cần giấy tờ gì", "me"))
    assert (answer.status, answer.code, answer.number) == (AnswerStatus.ANSWERED, BIRTH.code, 0)
    assert conversations.counts() == {}


@pytest.mark.parametrize(
    "text",
    [
        "nuôi rồng lửa trong vườn",
        "cho tôi gặp cán bộ",
        "hàng xóm lấn đất thì bị phạt thế nào",
        "cán bộ đòi tiền",
    ],
)
def test_what_would_have_gone_to_staff_is_said_not_to_have_reached_them(answerer, conversations, text):
    answer = answerer.answer_unstored(Question(text, "me"))
    assert messages_staff.NOT_FORWARDED in answer.text
    assert (answer.receipt, conversations.unanswered()) == ("", ())
    assert "Mã tiếp nhận" not in answer.text


def test_without_the_store_nobody_is_told_that_a_receipt_is_unknown(answerer):
    answer = answerer.answer_unstored(Question("DH-7K3M sao rồi", "me"))
    assert answer.text == messages_staff.NO_RECEIPT_NOW


def test_without_the_store_nobody_is_told_that_all_was_deleted(answerer):
    answer = answerer.answer_unstored(Question("/xoa", "me"))
    assert (answer.text, answer.forgets) == (messages.NOT_FORGOTTEN, False)


@pytest.mark.parametrize(
    ("said", "greets", "forgets"),
    [
        ("xin chào", True, False),
        ("cảm ơn", False, False),
        ("trợ giúp", False, False),
        ("/xoa", False, True),
        ("khai sinh cần giấy tờ gì", False, False),
    ],
)
def test_an_answer_says_itself_that_it_greets_or_that_all_was_deleted(ask, said, greets, forgets):
    answer = ask(said)
    assert (answer.greets, answer.forgets) == (greets, forgets)


def test_a_full_disk_is_refused_and_published_answers_go_on(answerer, database):
    """A disk that is full: SQLite may not make the file any bigger."""
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DatabaseRefused, match="đầy"):
        answerer.answer(Question("khai sinh cần giấy tờ gì? " * 150, "me"))
    assert answerer.answer_unstored(Question("khai sinh cần giấy tờ gì", "me")).code == BIRTH.code


# --- buttons come back as text -------------------------------------------------------------------


def asked_back(press, conversation="me"):
    answer = press("cấp phép thả diều mất bao lâu", conversation=conversation)
    assert [choice.key for choice in answer.choices] == [KITE_COMMUNE.code, KITE_PROVINCE.code, ""]
    return answer


@pytest.fixture
def answerer_at_no_level(conversations):
    """Without an office's level both copies are offered."""
    searcher = FakeSearcher(RECORDS)
    return Answerer(lambda: searcher, conversations, today=lambda: TODAY)


@pytest.fixture
def press(answerer_at_no_level):
    """Press a button: what comes back is what the doors get from ``pressed``."""

    def answered(text, about=0, conversation="me"):
        return answerer_at_no_level.answer(Question(text, conversation, about))

    return answered


def test_the_mark_stays_the_last_word_of_a_receipt(press):
    comes_here = messages_staff.answer_comes_here()
    assert reply_of(press("nuôi rồng lửa")).told()[-2:] == (comes_here, messages.MARK)
    assert reply_of(press("gặp cán bộ")).told()[-1] == comes_here
    assert comes_here not in reply_of(press("đăng ký khai sinh")).told()


def buttons(answer):
    reply = reply_of(answer)
    return {button.label: pressed(button.press) for button in (*reply.choices, *reply.more, *reply.rating)}


def test_a_pressed_choice_is_answered_like_its_number(press):
    asked_back(press)
    by_number = press("2")
    asked = asked_back(press, "you")
    by_press = press(asked.choices[1].key, asked.number, "you")
    asked_back(press, "another")
    by_code = press(KITE_PROVINCE.code, 0, "another")  # typed, or a door that names no answer
    assert by_number.facets == by_press.facets == by_code.facets == (Facet.TIME,)
    assert by_number.text == by_press.text == by_code.text


def test_a_choice_under_an_old_message_still_keeps_what_was_asked(press):
    answer = asked_back(press)
    press("khai sinh cần giấy tờ gì")
    stale = press(answer.choices[1].key, answer.number)
    assert (stale.code, stale.facets) == (KITE_PROVINCE.code, (Facet.TIME,))


def test_a_choice_of_another_conversation_is_only_a_code(press):
    answer = asked_back(press)
    other = press(answer.choices[1].key, answer.number, "you")
    assert (other.code, other.facets) == (KITE_PROVINCE.code, (Facet.OVERVIEW,))


@pytest.mark.parametrize("between", [(), ("khai sinh cần giấy tờ gì", "cảm ơn em")], ids=["at once", "later"])
@pytest.mark.parametrize("is_pressed", [True, False], ids=["pressed", "typed"])
def test_none_of_these_hands_over_the_question_that_was_asked(press, conversations, between, is_pressed):
    asked = asked_back(press)
    for text in between:
        press(text)
    answer = press(messages.NONE_OF_THESE, asked.number if is_pressed else 0)
    assert answer.status is AnswerStatus.UNANSWERABLE_NOT_FOUND
    assert answer.text == messages_staff.handed_over(answer.receipt)
    assert [question.text for question in conversations.unanswered()] == ["cấp phép thả diều mất bao lâu"]


@pytest.mark.parametrize("again", ["pressed", "typed", "by its number"])
def test_none_of_these_twice_is_one_question_under_one_receipt(press, conversations, again):
    asked = asked_back(press)
    none_of_these = {"pressed": asked.number, "typed": 0, "by its number": 0}[again]
    said = "3" if again == "by its number" else messages.NONE_OF_THESE
    first, second, third = (press(said, none_of_these) for _ in range(3))
    assert first.receipt
    assert (second.receipt, third.receipt) == (first.receipt, first.receipt)
    assert second.text == third.text == messages_staff.handed_over_before(first.receipt)
    (waiting,) = conversations.unanswered()
    assert (waiting.receipt, waiting.text) == (first.receipt, "cấp phép thả diều mất bao lâu")


def test_none_of_these_after_the_officer_answered_is_a_new_question(press, conversations):
    asked = asked_back(press)
    first = press(messages.NONE_OF_THESE, asked.number)
    conversations.answer_by_staff(first.receipt, "Mời bà ra xã.", "")
    second = press(messages.NONE_OF_THESE, asked.number)
    assert second.receipt not in ("", first.receipt)


def test_none_of_these_of_somebody_else_s_same_question_has_a_receipt_of_its_own(press, conversations):
    mine, yours = asked_back(press), asked_back(press, "you")
    receipts = {
        press(messages.NONE_OF_THESE, mine.number).receipt,
        press(messages.NONE_OF_THESE, yours.number, "you").receipt,
    }
    assert len(receipts) == len(conversations.unanswered()) == 2


def test_a_number_without_choices_is_asked_for_its_topic_though_one_handed_over_before(press):
    asked_back(press)
    press("3")
    assert press("2").text == messages.NO_TOPIC


def test_none_of_these_after_a_wrong_number_is_still_about_the_question(press, conversations):
    asked_back(press)
    wrong = press("9")
    assert wrong.text == messages.NOT_A_CHOICE
    press(messages.NONE_OF_THESE, wrong.number)
    assert [question.text for question in conversations.unanswered()] == ["cấp phép thả diều mất bao lâu"]


def test_none_of_these_of_another_conversation_does_not_hand_over_its_question(press, conversations):
    asked = asked_back(press)
    press(messages.NONE_OF_THESE, asked.number, "you")
    assert "thả diều" not in " ".join(question.text for question in conversations.unanswered())


@pytest.mark.parametrize("facet", list(Facet))
def test_the_button_of_a_part_tells_that_part_of_that_very_procedure(ask, facet):
    ask("khai tử cần giấy tờ gì")  # another one in hand
    came_back = pressed(facet_button(BIRTH.code, facet).press)
    answer = ask(came_back.text, came_back.about)
    assert (answer.status, answer.code, answer.facets) == (AnswerStatus.ANSWERED, BIRTH.code, (facet,))


def test_the_button_for_all_tells_all_of_that_very_procedure(ask):
    everything = ask("khai sinh cần giấy tờ gì") and ask("đầy đủ")
    ask("khai tử cần giấy tờ gì")
    came_back = pressed(full_button(BIRTH.code).press)
    assert came_back.text == f"đầy đủ thủ tục {BIRTH.code}"
    assert ask(came_back.text).text == everything.text


def test_a_button_of_a_procedure_that_is_gone_says_so(ask):
    assert ask("phí của thủ tục 7.777777").text == messages.UNKNOWN_CODE


def test_a_button_shows_nothing_of_an_internal_procedure(ask):
    answer = ask(f"phí của thủ tục {SECRET_ONE.code}")
    assert (answer.status, answer.sources) == (AnswerStatus.UNANSWERABLE_NOT_FOUND, ())


def test_every_button_of_a_reply_is_answered(press):
    offered = asked_back(press)
    for came_back in buttons(offered).values():
        assert press(came_back.text, came_back.about).status in (
            AnswerStatus.ANSWERED,
            AnswerStatus.UNANSWERABLE_NOT_FOUND,
        )
    quoted = press("khai sinh cần giấy tờ gì")
    assert "Xem đầy đủ" in buttons(quoted)


def test_the_words_behind_the_commands_are_understood(ask):
    told = {name: ask(text).status for name, text in messages_doors.COMMAND_TEXTS.items()}
    assert told == {
        "trogiup": AnswerStatus.GREETING,
        "lienhe": AnswerStatus.CONTACT,
        "canbo": AnswerStatus.UNANSWERABLE_HANDED_OVER,
        "xoadulieu": AnswerStatus.GREETING,
    }


@pytest.mark.parametrize(
    "press",
    [
        *("", "x", "c", "c:1.004194", "c:1.004194:x", "c:1.004194:" + "9" * 5000, "c:1.004194:" + "9" * 19),
        *("f:<b>:fee", "f:1.004194:price", "f::full", "s:1", "r:1:2", "r:x:0", "r:1", "r:１:0", "w:1:4"),
        "w:" + "1" * 90 + ":0",
    ],
)
def test_a_press_that_is_none_of_ours_means_nothing(press):
    assert pressed(press) is None


def test_the_longest_press_still_fits_telegram():
    numbered = Answer(AnswerStatus.CLARIFICATION, QuestionKind.PROCEDURE, "", (), number=10**18 - 1)
    offered = replace(numbered, choices=(Choice("1.004194", "Thả diều"),))
    (button,) = reply_of(offered).choices
    assert len(button.press.encode()) <= 64
    assert pressed(button.press).about == 10**18 - 1
