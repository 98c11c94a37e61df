"""The same answer at each door: in words that fit what can be done there."""

from __future__ import annotations

import pytest

from bot.doors import telegram_form, zalo_bot_form, zalo_oa_form
from bot.messaging import staff_delivery
from bot.messaging.replies import reply_of
from handlers import messages, messages_doors, messages_staff
from handlers.answering import Answerer
from handlers.answers import Question
from handlers.conversations import Conversations
from knowledge.database import open_database
from tests.answering_samples import RECORDS
from tests.fakes_handlers import TODAY, FakeSearcher

WITH_BUTTONS = [telegram_form.render, zalo_oa_form.render]
NAMES = ["Telegram", "Zalo OA"]


@pytest.fixture
def ask(tmp_path):
    database = open_database(tmp_path / "danhoi.db")
    searcher = FakeSearcher(RECORDS)
    answerer = Answerer(lambda: searcher, Conversations(database), today=lambda: TODAY)
    yield lambda text: answerer.answer(Question(text, "me"))
    database.close()


@pytest.fixture
def read(ask):
    """Ask at a door; gives all that is read there, and the buttons."""

    def read(render, text):
        outgoings = render(reply_of(ask(text)))
        buttons = [button.label for outgoing in outgoings for row in outgoing.rows for button in row]
        return "\n".join(outgoing.text for outgoing in outgoings), buttons

    return read


CHOICES_WANTED = ["cấp phép thả diều mất bao lâu", "9", "👎"]
TYPING = (messages.WHICH_ONE, messages.NOT_A_CHOICE, messages_doors.WHAT_WAS_WRONG)


@pytest.mark.parametrize("render", WITH_BUTTONS, ids=NAMES)
def test_above_buttons_one_may_press_or_type(read, render):
    for said, typing in zip(CHOICES_WANTED, TYPING, strict=True):
        text, buttons = read(render, said)
        assert buttons
        assert typing not in text
        assert messages_doors.beside_buttons(typing) in text
        assert "bấm nút hoặc gõ" in text


def test_without_buttons_one_is_asked_to_type(read):
    for said, typing in zip(CHOICES_WANTED, TYPING, strict=True):
        text, buttons = read(zalo_bot_form.render, said)
        assert not buttons
        assert typing in text
        assert "bấm" not in text


@pytest.mark.parametrize("render", [telegram_form.render, zalo_bot_form.render], ids=["Telegram", "Zalo Bot"])
def test_a_door_that_may_always_write_promises_the_officer_s_answer_without_a_day(read, render):
    text, _ = read(render, "gặp cán bộ")
    assert text.endswith(messages_staff.answer_comes_here())
    assert "ngày" not in text


def test_a_door_that_is_shut_after_days_says_so_and_what_to_do_then(read):
    text, _ = read(zalo_oa_form.render, "nuôi rồng lửa")
    assert messages_staff.answer_comes_here(7) in text
    assert messages_staff.answer_comes_here() not in text
    assert text.endswith(messages.MARK)


def test_citizen_and_officer_are_told_the_same_days():
    assert f"{zalo_oa_form.REACH_DAYS} ngày" in staff_delivery.TOO_LATE


@pytest.mark.parametrize("render", [*WITH_BUTTONS, zalo_bot_form.render], ids=[*NAMES, "Zalo Bot"])
def test_an_answer_that_no_officer_has_promises_nothing(read, render):
    text, _ = read(render, "đăng ký khai sinh cần gì")
    assert "Cán bộ trả lời" not in text
