"""What the doors rely on: one transaction with what they store, numbers, answers without a store, presses."""

from __future__ import annotations

import pytest

from handlers import messages
from handlers.answering import Answerer
from handlers.answers import AnswerStatus, Question
from handlers.conversations import Conversations
from knowledge.database import open_database
from knowledge.errors import DatabaseRefused
from tests.fakes_handlers import TODAY, FakeSearcher
from tests.handlers.test_answering import BIRTH, OFFICE, RECORDS


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
    assert messages.NOT_FORWARDED in answer.text
    assert (answer.receipt, conversations.unanswered()) == ("", ())
    assert "Mã tiếp nhận" not in answer.text


def test_without_the_store_nobody_is_told_that_a_receipt_is_unknown(answerer):
    answer = answerer.answer_unstored(Question("DH-7K3M sao rồi", "me"))
    assert answer.text == messages.NO_RECEIPT_NOW


def test_without_the_store_nobody_is_told_that_all_was_deleted(answerer):
    assert answerer.answer_unstored(Question("/xoa", "me")).text == messages.NOT_FORGOTTEN


def test_a_full_disk_is_refused_and_published_answers_go_on(answerer, database):
    """A disk that is full: SQLite may not make the file any bigger."""
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DatabaseRefused, match="đầy"):
        answerer.answer(Question("khai sinh cần giấy tờ gì? " * 150, "me"))
    assert answerer.answer_unstored(Question("khai sinh cần giấy tờ gì", "me")).code == BIRTH.code
