"""One stored update to its answer, at a door that shows plainly what it was given."""

from __future__ import annotations

import itertools
import json

import pytest

from bot.doors.door import Update
from bot.messaging.model import Incoming, Outgoing, Reply
from bot.messaging.tables import open_tables
from bot.serving.attending import Attended, Attending
from bot.serving.finding import FinderHere
from bot.serving.limiting import MESSAGES_AT_ONCE, Limiter
from handlers import messages
from handlers.messages_doors import TOO_FAST
from handlers.state import RETENTION_DAYS
from knowledge.database import write_transaction
from tests.answering_samples import OFFICE, RECORDS
from tests.fakes_handlers import TODAY, FakeSearcher

NOW_MS = 1_800_000_000_000
DOOR, CHAT = "telegram", "77"


class PlainDoor:
    def read(self, raw: str) -> Incoming:
        return Incoming(CHAT, text=json.loads(raw))

    def render(self, reply: Reply) -> tuple[Outgoing, ...]:
        return tuple(Outgoing(text) for text in (reply.notice, *reply.sections) if text)


@pytest.fixture
def tables(tmp_path):
    opened = open_tables(tmp_path / "danhoi.db")
    yield opened
    opened.database.close()


@pytest.fixture
def attending(tables) -> Attending:
    searcher = FakeSearcher([*RECORDS, OFFICE])
    return Attending(
        tables,
        FinderHere(searcher, lambda: TODAY).prepare,
        {DOOR: PlainDoor()},
        Limiter(),
        now_ms=lambda: NOW_MS,
        privacy_link="https://hoi.mau.vn",
    )


@pytest.fixture
def say(tables, attending):
    """Write to the bot, so many seconds after opening time; gives what it says."""
    keys = map(str, itertools.count(1))

    def say(text: str, after_s: float = 0) -> list[str]:
        with write_transaction(tables.database):
            came_ms = NOW_MS + int(after_s * 1000)
            (stored,) = tables.inbox.add(DOOR, [Update(next(keys), CHAT, json.dumps(text))], came_ms)
        store = attending.attend(stored)
        with write_transaction(tables.database):
            due = store(tables).due
        return [tables.outbox.parcel(one.number).outgoing.text for one in due]

    return say


GREETING = messages.greeting(RETENTION_DAYS, "https://hoi.mau.vn")


def test_whoever_greets_is_greeted_with_the_way_to_the_notice_each_time(say):
    assert say("xin chào") == [GREETING]
    assert say("xin chào") == [GREETING]


def test_whoever_greets_with_a_personal_number_is_warned_of_it_too(say):
    assert say("xin chào 0912345678") == [GREETING, messages.PERSONAL_DATA]


def test_a_chat_is_forgotten_with_what_was_asked_in_it(say, tables):
    say("khai sinh cần giấy tờ gì")
    assert say("/xoa")[-1] == messages.FORGOTTEN
    chat = tables.chats.of(tables.conversations.pseudonym(f"{DOOR}/{CHAT}"))
    # What was told last is still on its way, and the chat goes with it.
    (wished,) = tables.database.execute("SELECT forget FROM chats WHERE id = ?", [chat.number]).fetchone()
    assert wished


@pytest.mark.parametrize("text", ["khai sinh cần giấy tờ gì", "xin chào"])
def test_what_is_deleted_while_it_is_being_answered_stays_deleted(tables, attending, text):
    with write_transaction(tables.database):
        (stored,) = tables.inbox.add(DOOR, [Update("1", CHAT, json.dumps(text))], NOW_MS)
    store = attending.attend(stored)

    attending.forget(DOOR, CHAT, f"{DOOR}/{CHAT}")
    with write_transaction(tables.database):
        attended = store(tables)

    assert attended == Attended()
    for table in ("questions", "answers", "outbox", "chats"):
        assert tables.database[table].count == 0


def test_whoever_leaves_before_the_answer_leaves_no_question_behind(say, tables, attending):
    say("khai sinh cần giấy tờ gì")
    with write_transaction(tables.database):
        text = json.dumps("khai sinh cần giấy tờ gì")
        asked = tables.inbox.add(DOOR, [Update(key, CHAT, text) for key in "ab"], NOW_MS)
    store = attending.attend(asked[0])

    attending.leave(DOOR, CHAT, f"{DOOR}/{CHAT}")
    with write_transaction(tables.database):
        store(tables)

    assert tables.inbox.waiting() == []
    assert tables.database["questions"].count == 0


def test_a_chat_that_asks_what_deleting_means_is_kept(say, tables):
    say("xóa hộ khẩu thường trú cần gì")
    chat = tables.chats.of(tables.conversations.pseudonym(f"{DOOR}/{CHAT}"))
    (wished,) = tables.database.execute("SELECT forget FROM chats WHERE id = ?", [chat.number]).fetchone()
    assert not wished


def test_whoever_waited_for_us_is_not_taken_for_somebody_in_a_hurry(say):
    said = [say("khai sinh cần giấy tờ gì", after_s=4 * n) for n in range(3 * MESSAGES_AT_ONCE)]

    assert all(said)
    assert not any(TOO_FAST in texts for texts in said)


def test_whoever_goes_on_without_a_pause_is_told_once_and_after_a_pause_again(say):
    hurried = [say("khai sinh cần giấy tờ gì", after_s=n / 10) for n in range(300)]
    later = [say("khai sinh cần giấy tờ gì", after_s=1000 + n / 10) for n in range(30)]

    assert sum(TOO_FAST in texts for texts in hurried) == 1
    assert sum(TOO_FAST in texts for texts in later) == 1
    answered = MESSAGES_AT_ONCE + 29 // 3  # 20 a minute, for half of one
    assert len([texts for texts in hurried if texts]) == answered + 1


def test_whoever_waits_for_a_full_disk_is_not_taken_for_somebody_in_a_hurry(tables, attending):
    with write_transaction(tables.database):
        (stored,) = tables.inbox.add(DOOR, [Update("1", CHAT, json.dumps("xin chào"))], NOW_MS)

    tries = [attending.attend(stored) for _ in range(3 * MESSAGES_AT_ONCE)]  # none of them could be stored

    with write_transaction(tables.database):
        assert not tries[-1](tables).too_fast


def test_whoever_is_told_to_slow_down_is_told_so_though_the_disk_was_full(say, tables, attending):
    for _ in range(MESSAGES_AT_ONCE):
        say("xin chào")
    with write_transaction(tables.database):
        (stored,) = tables.inbox.add(DOOR, [Update("one more", CHAT, json.dumps("xin chào"))], NOW_MS)

    tries = [attending.attend(stored) for _ in range(3)]

    with write_transaction(tables.database):
        (due,) = tries[-1](tables).due
    assert tables.outbox.parcel(due.number).outgoing.text == TOO_FAST
