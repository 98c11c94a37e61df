"""Messages in another language; Vietnamese is never one of them, however it is typed."""

from __future__ import annotations

import pytest

from handlers import messages
from handlers.answers import AnswerStatus, Question, QuestionKind
from handlers.foreign import is_foreign, is_foreign_greeting
from handlers.kinds import Greeting, greeting_of, recognise
from index.variants import Form, derive
from knowledge.phrasings import new_questions
from tests.answering_samples import BIRTH, OFFICE, RECORDS
from tests.fakes_handlers import an_answerer

GREETINGS = ["hello how are you", "hi there", "Good morning!", "good evening sir", "bonjour", "how do you do"]
FOREIGN = [
    "who are you",
    "where can I get a passport",
    "how to register a marriage?",
    "i want to change my name",
    "你好吗",
    "Привет, как дела",
    "สวัสดีครับ",
    "안녕하세요",
]


@pytest.mark.parametrize("text", GREETINGS)
def test_whoever_greets_in_another_language_is_greeted(text):
    assert is_foreign_greeting(text)
    assert (recognise(text), greeting_of(text)) == (QuestionKind.GREETING, Greeting.HELLO)


@pytest.mark.parametrize("text", FOREIGN)
def test_another_language_is_known_by_words_that_cannot_be_vietnamese(text):
    assert is_foreign(text)
    assert not is_foreign_greeting(text)


@pytest.mark.parametrize(
    "text",
    [
        "lam passport o dau",
        "passport",
        "dang ky online dc ko",
        "hello, lam khai sinh can gi",
        "good morning, cho hoi lam cccd",
        "cos there nop how khong",  # Telex: có thể … hơ
        "its",  # Telex: ít
        "cccd gplx",
        "nộp form ở đâu",
        "CHECK in is the nao",
        "asdfgh",
        "12345",
        "👍",
        "",
    ],
)
def test_one_syllable_that_may_be_vietnamese_makes_it_vietnamese(text):
    assert not is_foreign(text)


@pytest.mark.parametrize("form", list(Form))
def test_no_question_held_out_is_foreign_in_any_way_of_typing(form):
    assert not [asked.q for asked in new_questions() if is_foreign(derive(asked.q, form))]


@pytest.fixture
def ask(tmp_path):
    answerer = an_answerer(tmp_path / "danhoi.db", [*RECORDS, OFFICE])
    return lambda text: answerer.answer(Question(text, "me"))


@pytest.mark.parametrize("text", FOREIGN)
def test_whoever_writes_in_another_language_is_told_what_is_understood_here(ask, text):
    answer = ask(text)
    assert (answer.status, answer.text) == (AnswerStatus.CLARIFICATION, messages.NOT_VIETNAMESE)
    assert (answer.choices, answer.receipt, answer.codes) == ((), "", ())


def test_a_foreign_word_in_between_leaves_the_procedure_in_hand(ask):
    ask("khai sinh cần giấy tờ gì")
    ask("what is this about")
    assert ask("lệ phí").code == BIRTH.code


def test_a_procedure_named_by_its_code_is_told_in_any_language(ask):
    assert ask("what is 9.000001").code == BIRTH.code


def test_a_message_that_greets_in_two_languages_and_asks_is_answered(ask):
    assert ask("hello, khai sinh cần giấy tờ gì").code == BIRTH.code
