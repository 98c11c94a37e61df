"""Inbox, outbox and chats on a real SQLite file."""

from __future__ import annotations

import asyncio
import threading
from datetime import date

import pytest

from bot.doors.door import Update
from bot.messaging import staff_delivery
from bot.messaging.buckets import Bucket
from bot.messaging.inbox import TRIES
from bot.messaging.lanes import Lanes
from bot.messaging.model import Outgoing
from bot.messaging.staff_delivery import enqueue_staff_answer
from bot.messaging.tables import open_tables
from bot.serving.housekeeping import keep_house
from bot.serving.writer import Writer
from handlers.state import RETENTION_DAYS
from knowledge.database import write_transaction
from knowledge.errors import DatabaseRefused

NOW = 1_800_000_000_000
HOUR = 3_600_000


@pytest.fixture
def path(tmp_path):
    return tmp_path / "danhoi.db"


@pytest.fixture
def tables(path):
    return open_tables(path)


def an_update(key="1", lane="77", raw='{"text": "khai sinh"}'):
    return Update(key, lane, raw)


# --- inbox ---------------------------------------------------------------------------------------


def test_an_update_delivered_twice_is_stored_once(tables):
    first = tables.inbox.add("telegram", [an_update()], NOW)
    second = tables.inbox.add("telegram", [an_update(), an_update("2", "88")], NOW)

    assert [one.lane for one in first] == ["77"]
    assert [one.lane for one in second] == ["88"]


def test_the_same_key_at_another_door_is_another_update(tables):
    tables.inbox.add("telegram", [an_update()], NOW)

    assert len(tables.inbox.add("zalo_bot", [an_update()], NOW)) == 1


def test_a_settled_update_is_recognised_and_leaves_no_word_in_the_file(tables, path):
    with write_transaction(tables.database):
        (waiting,) = tables.inbox.add("telegram", [an_update(lane="chim-hoàng-yến")], NOW)
    with write_transaction(tables.database):
        tables.inbox.settle(waiting.number)
    tables.database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    assert tables.inbox.add("telegram", [an_update()], NOW) == []
    assert tables.inbox.raw(waiting.number) is None
    assert tables.inbox.waiting() == []
    for word in ("khai sinh", "chim-hoàng-yến"):
        assert word.encode() not in path.read_bytes()


def test_an_update_that_keeps_failing_is_given_up_and_shown_to_staff(tables):
    (waiting,) = tables.inbox.add("telegram", [an_update()], NOW)

    counted = [tables.inbox.note_failure(waiting.number) for _ in range(TRIES)]

    assert counted == [1, 2, 3]
    assert tables.inbox.waiting() == []
    assert tables.inbox.counts() == {"failed": 1}


def test_a_number_is_not_given_again_after_all_updates_were_deleted(tables):
    (first,) = tables.inbox.add("telegram", [an_update()], NOW)
    tables.inbox.settle(first.number)
    tables.inbox.forget_before(NOW + 1)

    (second,) = tables.inbox.add("telegram", [an_update("2")], NOW)

    assert second.number > first.number


def test_an_update_that_waits_is_kept_as_long_as_a_question_is(tables):
    tables.inbox.add("telegram", [an_update()], NOW)

    tables.inbox.forget_before(NOW + 1000 * HOUR)
    assert len(tables.inbox.waiting()) == 1
    tables.inbox.expire(NOW + 1)
    assert tables.inbox.waiting() == []


def test_an_hour_of_housekeeping_deletes_what_a_shut_door_left_behind(tables, path):
    day = 24 * HOUR
    with write_transaction(tables.database):
        tables.inbox.add("telegram", [an_update()], NOW)
        number, _ = tables.chats.seen("telegram", "77", "ps", NOW)
        tables.outbox.put("in:1", number, "telegram", "77", [Outgoing("chim hoàng yến")], NOW)

    keep_house(path, date(2027, 1, 15), NOW + RETENTION_DAYS * day)
    assert len(tables.outbox.due()) == 1
    keep_house(path, date(2027, 1, 15), NOW + RETENTION_DAYS * day + 1)

    assert tables.inbox.waiting() == []
    assert tables.outbox.due() == []
    assert tables.chats.of("ps") is None


# --- both ----------------------------------------------------------------------------------------


def test_what_a_server_asks_again_and_again_reads_no_row_that_is_settled(tables):
    asked: list[str] = []
    tables.database.conn.set_trace_callback(asked.append)
    tables.inbox.waiting()
    tables.inbox.counts()
    tables.inbox.forget_lane("telegram", "77")
    tables.outbox.due()
    tables.outbox.repair()
    tables.outbox.close("telegram", "77")
    tables.outbox.counts()
    tables.chats.forget_if_wished(1)
    tables.database.conn.set_trace_callback(None)

    indexed = ("INDEX idx_inbox_new", "INDEX idx_outbox_due", "COVERING INDEX", "INTEGER PRIMARY KEY")
    for sql in (sql for sql in asked if not sql.startswith("BEGIN")):
        plan = [step for (*_, step) in tables.database.execute(f"EXPLAIN QUERY PLAN {sql}")]
        read = [step for step in plan if " inbox " in f"{step} " or " outbox " in f"{step} "]
        assert all(any(way in step for way in indexed) for step in read), (sql, plan)


# --- outbox --------------------------------------------------------------------------------------


def put(tables, key="in:1", address="77", text="Mời ông/bà"):
    return tables.outbox.put(key, 1, "telegram", address, [Outgoing(text), Outgoing("hai")], NOW)


def test_messages_are_due_in_order_and_stored_once_under_their_key(tables):
    first = put(tables)

    assert [one.number for one in first] == [1, 2]
    assert put(tables) == []
    assert tables.outbox.due() == first
    assert tables.outbox.parcel(1).outgoing == Outgoing("Mời ông/bà")


def test_a_sent_message_leaves_its_key_and_no_word(tables, path):
    with write_transaction(tables.database):
        put(tables, text="chim hoàng yến")
    with write_transaction(tables.database):
        tables.outbox.is_sent(1, "m1")
    tables.database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    assert [one.number for one in tables.outbox.due()] == [2]
    assert tables.outbox.parcel(1) is None
    assert put(tables) == []
    assert "chim hoàng yến".encode() not in path.read_bytes()


def test_what_was_being_sent_at_a_crash_may_have_arrived(tables):
    put(tables)
    tables.outbox.is_being_sent(1)

    assert tables.outbox.repair() == 1
    assert tables.outbox.parcel(1).again
    assert not tables.outbox.parcel(2).again


def test_a_placeholder_is_remembered_over_tries(tables):
    put(tables)
    tables.outbox.is_placed(1, "m9")
    tables.outbox.try_later(1, again=False)

    parcel = tables.outbox.parcel(1)
    assert (parcel.message_id, parcel.again, parcel.attempts) == ("m9", False, 1)


def test_closing_a_chat_settles_what_is_due_there_and_nothing_else(tables):
    put(tables)
    put(tables, "in:2", "88")

    tables.outbox.close("telegram", "77")

    assert [one.address for one in tables.outbox.due()] == ["88", "88"]
    assert tables.outbox.counts() == {"failed": 2, "queued": 2}


# --- chats ---------------------------------------------------------------------------------------


def test_a_chat_is_greeted_until_it_was(tables):
    number, noticed = tables.chats.seen("telegram", "77", "ps", NOW)
    assert not noticed
    tables.chats.is_noticed(number)

    assert tables.chats.seen("telegram", "77", "ps", NOW + 1) == (number, True)


def test_who_blocked_us_is_reachable_again_after_writing_and_greeted_anew(tables):
    """The greeting may be what could not be delivered: Zalo refuses one to a new follower."""
    number, _ = tables.chats.seen("telegram", "77", "ps", NOW)
    tables.chats.is_noticed(number)
    tables.chats.close("telegram", "77")
    assert tables.chats.of("ps").closed

    assert tables.chats.seen("telegram", "77", "ps", NOW + 1) == (number, False)

    assert not tables.chats.of("ps").closed


def test_messages_are_counted_by_month_and_since_the_citizen_wrote(tables):
    number, _ = tables.chats.seen("zalo_oa", "77", "ps", NOW)
    tables.chats.count_sent(number, "zalo_oa", "2026-11")
    tables.chats.count_sent(number, "zalo_oa", "2026-11")

    assert tables.chats.sent_in("zalo_oa", "2026-11") == 2
    assert tables.chats.sent_in("zalo_oa", "2026-12") == 0
    assert tables.chats.of("ps").sent_since == 2
    tables.chats.seen("zalo_oa", "77", "ps", NOW + 1)
    assert tables.chats.of("ps").sent_since == 0


def test_a_chat_that_asked_to_be_forgotten_goes_after_its_last_message(tables):
    number, _ = tables.chats.seen("telegram", "77", "ps", NOW)
    tables.outbox.put("in:1", number, "telegram", "77", [Outgoing("Đã xóa")], NOW)
    tables.chats.forget_soon(number)

    tables.chats.forget_if_wished(number)
    assert tables.chats.of("ps") is not None
    tables.outbox.is_sent(1, "m")
    tables.chats.forget_if_wished(number)
    assert tables.chats.of("ps") is None


def test_a_chat_that_did_not_ask_to_be_forgotten_stays_after_its_last_message(tables):
    number, _ = tables.chats.seen("telegram", "77", "ps", NOW)

    tables.chats.forget_if_wished(number)

    assert tables.chats.of("ps") is not None


def test_a_silent_chat_with_no_question_left_is_forgotten_by_its_age(tables):
    tables.chats.seen("telegram", "77", "ps", NOW)

    assert tables.chats.forget_unused(NOW) == 0
    assert tables.chats.forget_unused(NOW + 1) == 1


# --- an officer's answer -------------------------------------------------------------------------


def test_an_officers_answer_is_queued_once_on_the_door_used(tables):
    tables.chats.seen("telegram", "77", "ps", NOW)

    told = [enqueue_staff_answer(tables.database, "ps", "DH-7K3M", 1, "Ông/bà mang", NOW) for _ in range(2)]

    assert told == ["Đã chuyển để gửi qua Telegram."] * 2
    assert len(tables.outbox.due()) == 1


def test_a_corrected_answer_is_another_message(tables):
    tables.chats.seen("telegram", "77", "ps", NOW)
    for revision in (1, 2):
        enqueue_staff_answer(tables.database, "ps", "DH-7K3M", revision, "Ông/bà mang", NOW)

    assert len(tables.outbox.due()) == 2


@pytest.mark.parametrize(
    ("door", "hours", "sentence"),
    [
        ("web", 1, staff_delivery.ON_THE_PAGE),
        ("zalo_oa", 200, staff_delivery.TOO_LATE),
        ("zalo_oa", 17, "Đã chuyển để gửi qua Zalo OA. Còn 31 giờ và 8 tin miễn phí."),
        (
            "zalo_oa",
            50,
            "Đã chuyển để gửi qua Zalo OA. Đã hết 48 giờ hoặc 8 tin miễn phí: "
            "Zalo tính tin này vào gói dịch vụ.",
        ),
    ],
)
def test_the_officer_is_told_where_the_answer_goes_and_within_which_limits(tables, door, hours, sentence):
    tables.chats.seen(door, "77", "ps", NOW)

    assert enqueue_staff_answer(tables.database, "ps", "DH-7K3M", 1, "Mời", NOW + hours * HOUR) == sentence


def test_nobody_is_written_to_who_cannot_be_reached(tables):
    tables.chats.seen("telegram", "77", "blocked", NOW)
    tables.chats.close("telegram", "77")

    assert enqueue_staff_answer(tables.database, "gone", "A", 1, "x", NOW) == staff_delivery.NO_WAY_BACK
    assert enqueue_staff_answer(tables.database, "blocked", "B", 1, "x", NOW) == staff_delivery.CLOSED
    assert tables.outbox.due() == []


@pytest.mark.parametrize(
    ("hours", "sentence"), [(50, staff_delivery.REFUSED_FOR_NOW), (200, staff_delivery.TOO_LATE)]
)
def test_of_an_account_that_may_not_write_for_now_nobody_is_told_that_the_citizen_blocked_it(
    tables, hours, sentence
):
    tables.chats.seen("zalo_oa", "77", "ps", NOW)
    tables.chats.close("zalo_oa", "77")

    assert enqueue_staff_answer(tables.database, "ps", "A", 1, "x", NOW + hours * HOUR) == sentence


@pytest.mark.parametrize(
    ("settle", "word"),
    [
        (lambda outbox, number: None, "Đang chờ"),
        (lambda outbox, number: outbox.is_being_sent(number), "Đang gửi"),
        (lambda outbox, number: outbox.is_sent(number, "m"), "Đã gửi"),
        (lambda outbox, number: outbox.is_unsure(number), "Chưa chắc"),
        (lambda outbox, number: outbox.close("zalo_oa", "77"), "Không đến được"),
    ],
)
def test_staff_can_see_what_became_of_each_of_their_answers(tables, settle, word):
    tables.chats.seen("zalo_oa", "77", "ps", NOW)
    for revision in (1, 11):
        enqueue_staff_answer(tables.database, "ps", "DH-7K3M", revision, "Mời bà", NOW)
    first, _ = tables.outbox.due()
    tables.outbox.is_sent(tables.outbox.due()[1].number, "m")

    settle(tables.outbox, first.number)

    went = [staff_delivery.how_it_went(tables.database, "DH-7K3M", revision) for revision in (1, 11, 2)]
    assert went[0].startswith(word)
    assert went[1:] == ["Đã gửi đến công dân.", ""]


def test_an_answer_of_which_one_part_did_not_arrive_did_not_arrive(tables):
    tables.chats.seen("zalo_oa", "77", "ps", NOW)
    enqueue_staff_answer(tables.database, "ps", "A", 1, "Một câu khá dài. " * 300, NOW)
    first, *others = tables.outbox.due()
    assert others

    tables.outbox.is_sent(first.number, "m")
    tables.outbox.close("zalo_oa", "77")

    assert staff_delivery.how_it_went(tables.database, "A", 1).startswith("Không đến được")


# --- the writing thread ----------------------------------------------------------------------------


def test_jobs_that_wait_together_share_a_commit_and_one_that_fails_fails_alone(path):
    async def scenario():
        writer = Writer(path)
        gate = threading.Event()
        first = asyncio.create_task(writer.run(lambda _: gate.wait(10)))  # the others gather meanwhile
        jobs = [
            asyncio.create_task(writer.run(lambda t, n=n: t.inbox.add("web", [an_update(str(n))], NOW)))
            for n in range(5)
        ]
        bad = asyncio.create_task(writer.run(lambda _: 1 // 0))
        await asyncio.sleep(0)
        gate.set()
        await first
        added = await asyncio.gather(*jobs)
        with pytest.raises(ZeroDivisionError):
            await bad
        kept = await writer.run(lambda t: len(t.inbox.waiting()))
        writer.close()
        return added, kept

    added, kept = asyncio.run(scenario())

    assert all(len(one) == 1 for one in added)
    assert kept == 5


def test_a_store_that_cannot_be_opened_is_refused_at_once(tmp_path):
    (tmp_path / "danhoi.db").write_text("không phải cơ sở dữ liệu, " * 100, encoding="utf-8")

    with pytest.raises(DatabaseRefused):
        Writer(tmp_path / "danhoi.db")


# --- lanes and buckets -----------------------------------------------------------------------------


def test_lanes_take_turns_and_keep_their_order():
    async def scenario():
        lanes = Lanes()
        for number in (1, 2, 3):
            lanes.put("an", number)
        lanes.put("binh", 4)
        taken = []
        while lanes:
            lane, number = await lanes.take()
            taken.append(number)
            lanes.finish(lane)
        await lanes.drained()
        return taken

    assert asyncio.run(scenario()) == [1, 4, 2, 3]


def test_a_number_put_back_is_the_next_of_its_lane_once_its_time_has_come():
    async def scenario():
        later = []
        lanes = Lanes(lambda seconds, call: later.append((seconds, call)))
        lanes.put("an", 1)
        lanes.put("an", 2)
        lane, number = await lanes.take()
        lanes.put_back(lane, 5.0)
        ((seconds, call),) = later
        call()
        again = await lanes.take()
        lanes.finish(lane)
        return number, seconds, again, await lanes.take()

    assert asyncio.run(scenario()) == (1, 5.0, ("an", 1), ("an", 2))


def test_a_lane_that_must_pause_after_its_last_number_takes_new_ones_after_the_pause():
    async def scenario():
        later = []
        lanes = Lanes(lambda _, call: later.append(call))
        lanes.put("an", 1)
        await lanes.take()
        lanes.finish("an", after=1.0)
        lanes.put("an", 2)
        lanes.put("binh", 3)
        first = await lanes.take()
        later.pop()()
        return first, await lanes.take(), len(lanes)

    assert asyncio.run(scenario()) == (("binh", 3), ("an", 2), 2)


def test_a_bucket_gives_a_burst_then_its_pace():
    bucket = Bucket(3, 2.0)

    assert [bucket.try_take(5.0) for _ in range(4)] == [True, True, True, False]
    assert bucket.try_take(5.5)
    assert bucket.is_full(105.0)
