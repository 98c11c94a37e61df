"""Goal R3 for inbox, outbox and chats: a power cut loses nothing acknowledged."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.doors.door import UnreadableUpdate, Update
from bot.messaging.inbox import Waiting
from bot.messaging.migrations import messaging_migrations
from bot.messaging.model import Event, Incoming, Outgoing, Reply
from bot.messaging.staff_delivery import enqueue_staff_answer
from bot.messaging.tables import Tables, tables_on
from bot.serving.attending import Attending
from bot.serving.finding import FinderHere
from bot.serving.limiting import Limiter
from handlers.conversations import Conversations
from handlers.migrations import conversation_migrations
from handlers.state import RETENTION_DAYS
from knowledge.database import configure, migrate, write_transaction
from tests import power_loss
from tests.fakes_handlers import FakeSearcher
from tests.killed_server import trade_procedures

Act = power_loss.Step
Write = Callable[[Tables], object]

NOW_MS = 1_800_000_000_000
TODAY = date(2027, 1, 15)
TELEGRAM, ZALO = "telegram", "zalo_bot"
SEARCHER = FakeSearcher(trade_procedures())


class PlainDoor:
    """Reads and writes what every door does, without a platform's forms."""

    def read(self, raw: str) -> Incoming:
        said = json.loads(raw)
        if said["event"] not in list(Event):
            raise UnreadableUpdate(said["event"])
        return Incoming(said["chat"], Event(said["event"]), said["text"])

    def render(self, reply: Reply) -> tuple[Outgoing, ...]:
        return tuple(Outgoing(text) for text in (reply.notice, *reply.sections) if text)


def make_tables(database: Database) -> None:
    """Without ``tables_on``, which would give a store that lost its key another one."""
    migrate(database, conversation_migrations)
    migrate(database, messaging_migrations)


# --- steps, each acknowledged when it returns --------------------------------------------------------


def written(write: Write) -> Act:
    """As ``Writer`` does what a door or the sending asks for."""

    def act(database: Database) -> None:
        tables = tables_on(database)
        with write_transaction(database):
            write(tables)

    return act


def came(door: str, *said: tuple[int, str, str], event: str = "message") -> Act:
    """Store the updates of one fetch: key, chat and text; the platform is told afterwards."""
    updates = [
        Update(str(key), chat, json.dumps({"chat": chat, "event": event, "text": text}))
        for key, chat, text in said
    ]
    return written(lambda tables: tables.inbox.add(door, updates, NOW_MS + int(updates[0].key)))


def attending(tables: Tables) -> Attending:
    doors = {TELEGRAM: PlainDoor(), ZALO: PlainDoor()}
    limiter = Limiter()
    finder = FinderHere(SEARCHER, lambda: TODAY)
    return Attending(tables, finder.prepare, doors, limiter, now_ms=lambda: NOW_MS)


def answered(door: str, *keys: int) -> Act:
    """Find the answers to the updates *keys* and store all of them in one commit."""

    def act(database: Database) -> None:
        tables = tables_on(database)
        stores = [attending(tables).attend(waiting(tables, door, key)) for key in keys]
        with write_transaction(database):
            for store in stores:
                store(tables)

    return act


def failed(door: str, key: int, chat: str) -> Act:
    def act(database: Database) -> None:
        tables = tables_on(database)
        update = waiting(tables, door, key)
        with pytest.raises(UnreadableUpdate):
            attending(tables).attend(update)
        attending(tables).give_up(update.number, door, chat)

    return act


def messages(door: str, key: int, write: Callable[[Tables, int], object]) -> Act:
    """Let *write* note something on every message that answers update *key*, in one commit."""

    def act(tables: Tables) -> None:
        pattern = f"%:{number_of(tables, door, key)}:%"
        numbers = tables.database.execute("SELECT id FROM outbox WHERE key LIKE ?", [pattern]).fetchall()
        assert numbers
        for (number,) in numbers:
            write(tables, number)

    return written(act)


def is_sent(tables: Tables, number: int) -> None:
    """As ``Sender`` settles a message that the platform has."""
    parcel = tables.outbox.parcel(number)
    assert parcel is not None
    tables.outbox.is_sent(number, f"m{number}")
    tables.chats.count_sent(parcel.chat, TELEGRAM, "2027-01")
    tables.chats.forget_if_wished(parcel.chat)


def chat_closed(door: str, chat: str) -> Act:
    def act(tables: Tables) -> None:
        tables.chats.close(door, chat)
        tables.outbox.close(door, chat)

    return written(act)


def officer_answers(last: int) -> Act:
    """Answer the question that was handed over last, as ``danhoi questions answer`` does."""

    def act(database: Database) -> None:
        conversations = Conversations(database)
        receipt = conversations.unanswered()[-1].receipt

        def also(question: object, pseudonym: str) -> None:
            enqueue_staff_answer(database, pseudonym, receipt, 1, f"Mời đến bàn số {last}.", NOW_MS)

        conversations.answer_by_staff(receipt, f"Mời đến bàn số {last}.", "Bà Lan", also)

    return act


def kept_house(now_ms: int) -> Act:
    def act(tables: Tables) -> None:
        tables.inbox.forget_before(now_ms)
        tables.inbox.expire(now_ms - 1)
        tables.outbox.forget_before(now_ms - 1)
        tables.chats.forget_unused(now_ms - 1)

    return written(act)


def questions_expired(database: Database) -> None:
    in_a_while = datetime.now(UTC) + timedelta(days=RETENTION_DAYS + 1)
    Conversations(database).forget_expired(in_a_while.date())


def number_of(tables: Tables, door: str, key: int) -> int:
    found = tables.database.execute(
        "SELECT id FROM inbox WHERE door = ? AND update_key = ?", [door, str(key)]
    )
    (number,) = found.fetchone()
    return int(number)


def waiting(tables: Tables, door: str, key: int) -> Waiting:
    number = number_of(tables, door, key)
    return next(update for update in tables.inbox.waiting() if update.number == number)


def messaging_workload(rounds: int) -> Sequence[Act]:
    """Chats come, ask, are answered, block, delete what they wrote; servers end in between and mend it."""
    steps: list[Act] = [Conversations]  # makes the key of the pseudonyms
    for n in range(rounds):
        steps += _round(n)
    return steps


def _round(n: int) -> Iterator[Act]:
    k, an, binh, chi = 100 * n, f"{3 * n + 1}", f"{3 * n + 2}", f"z{n}"
    # An and Bình on Telegram, by placeholders; one update comes twice.
    yield came(TELEGRAM, (k, an, "ghi danh thêu"), (k + 1, binh, "ghi danh gốm"), (k + 2, an, "gặp cán bộ"))
    yield came(TELEGRAM, (k + 2, an, "gặp cán bộ"), (k + 3, binh, "Xin chào " * 300))
    yield answered(TELEGRAM, k, k + 1)
    yield messages(TELEGRAM, k, lambda tables, number: tables.outbox.is_placed(number, f"p{number}"))
    yield messages(TELEGRAM, k, is_sent)
    yield answered(TELEGRAM, k + 2)
    yield messages(TELEGRAM, k + 1, lambda tables, number: tables.outbox.try_later(number, again=False))
    # Chi on Zalo, where nothing can be edited: a try is noted before it is made.
    yield came(ZALO, (k, chi, "ghi danh mộc"))
    yield answered(ZALO, k)
    yield messages(ZALO, k, lambda tables, number: tables.outbox.is_being_sent(number))
    yield written(lambda tables: tables.outbox.repair())  # the server was killed and is back
    yield messages(ZALO, k, lambda tables, number: tables.outbox.is_being_sent(number))
    yield messages(ZALO, k, lambda tables, number: tables.outbox.try_later(number, again=True))
    yield messages(ZALO, k, lambda tables, number: tables.outbox.is_unsure(number))
    # What no door can read is given up at the third try, with an apology.
    yield came(ZALO, (k + 1, chi, ""), event="telepathy")
    yield from (failed(ZALO, k + 1, chi) for _ in range(3))
    yield messages(ZALO, k + 1, lambda tables, number: tables.outbox.has_failed(number))
    # An officer answers An; Bình blocks us, with messages on their way.
    yield officer_answers(n)
    yield chat_closed(TELEGRAM, binh)
    yield came(TELEGRAM, (k + 4, binh, ""), event="blocked")
    yield answered(TELEGRAM, k + 4, k + 3)
    # Chi withdraws consent with a message waiting; An deletes all, and is told so.
    yield came(ZALO, (k + 2, chi, "ghi danh nón"))
    yield came(ZALO, (k + 3, chi, ""), event="withdrawn")
    yield answered(ZALO, k + 3)
    yield came(TELEGRAM, (k + 5, an, "/xoa"))
    yield answered(TELEGRAM, k + 5)
    yield messages(TELEGRAM, k + 5, is_sent)
    yield kept_house(NOW_MS + k)
    yield questions_expired


def examined(
    folder: Path, steps: Sequence[Act], variants: int, prepare: Act = configure
) -> tuple[power_loss.Recording, power_loss.Verdict]:
    recorded, rebuilt = folder / "recorded", folder / "rebuilt"
    recorded.mkdir()
    rebuilt.mkdir()
    recording = power_loss.record(make_tables, steps, recorded, prepare)
    return recording, power_loss.check(recording, make_tables, rebuilt, variants=variants)


def test_no_power_cut_loses_an_update_or_sends_again_what_was_settled(tmp_path):
    recording, verdict = examined(tmp_path, messaging_workload(1), variants=2)

    assert len(set(recording.contents)) >= len(recording.contents) - 2  # steps that write what can be lost
    assert verdict.examples == []
    assert verdict.states > 1_000


@pytest.mark.soak
def test_no_power_cut_of_fifty_thousand_loses_an_update_or_sends_again_what_was_settled(tmp_path):
    _, verdict = examined(tmp_path, messaging_workload(8), variants=6)

    assert verdict.examples == []
    assert verdict.states >= 50_000


def test_updates_would_be_lost_if_only_checkpoints_were_synced(tmp_path):
    """The workload is one that can lose something: the same test finds it without synchronous=FULL."""

    def weakly(database: Database) -> None:
        configure(database)
        database.execute("PRAGMA synchronous = NORMAL")

    _, verdict = examined(tmp_path, messaging_workload(1)[:4], variants=2, prepare=weakly)
    assert verdict.lost > 0


def test_an_answer_stored_apart_from_its_messages_would_be_found_half_done(tmp_path):
    def apart(database: Database) -> None:
        tables = tables_on(database)
        number = number_of(tables, TELEGRAM, 1)
        with write_transaction(database):
            tables.inbox.settle(number)
        with write_transaction(database):
            tables.outbox.put(f"in:{number}", 1, TELEGRAM, "1", [Outgoing("Mời ông/bà")], NOW_MS)

    steps = [Conversations, came(TELEGRAM, (1, "1", "ghi danh thêu")), apart]
    _, verdict = examined(tmp_path, steps, variants=2)
    assert verdict.corrupt == 0
    assert verdict.lost > 0
