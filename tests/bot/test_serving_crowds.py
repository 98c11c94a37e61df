"""Who writes too much or what cannot be answered holds up nobody else; a backlog is drained in order."""

from __future__ import annotations

import json
import random
import signal
import threading
from contextlib import closing

import pytest

from bot.doors.door import Update
from bot.messaging.inbox import TRIES, Inbox
from bot.messaging.tables import open_tables
from bot.serving.limiting import MESSAGES_AT_ONCE
from bot.serving.service import now_ms
from handlers.messages_doors import COULD_NOT_READ, TOO_FAST
from knowledge.database import open_database, write_transaction
from tests.fake_messengers.server import running
from tests.fake_messengers.telegram import FakeTelegram
from tests.killed_server import TRADES, Killing, home_for, wait_until
from tests.quick_server import TitlesApp, TitlesSearcher, hurry, town, trades_in, until
from tests.serving import settings_for

ABUSER, FLOOD = 666, 200
CITIZENS = range(1, 21)
BACKLOG, BACKLOG_CHATS = 5_000, 50


class CountingSearcher(TitlesSearcher):
    """Fails on one word, and can be held up until everybody has written."""

    def __init__(self) -> None:
        super().__init__()
        self.tries = 0
        self.may_go = threading.Event()
        self.may_go.set()

    def rank(self, query: str, top_k: int = 10, **more):
        self.may_go.wait(60)
        if "nổ" in query:
            self.tries += 1
            raise RuntimeError("the search fails")
        return super().rank(query, top_k, **more)


def test_what_cannot_be_answered_is_given_up_alone_and_the_chat_goes_on(tmp_path, monkeypatch):
    hurry(monkeypatch)
    searcher = CountingSearcher()
    with town(tmp_path / "var", app=lambda settings: TitlesApp(settings, searcher)) as here:
        for text in ("ghi danh gốm", "ghi danh nổ", "ghi danh sơn"):
            here.telegram.text(1, text)
        for number, text in enumerate(("ghi danh gốm", "ghi danh nổ", "ghi danh sơn")):
            here.tell_by_zalo("z1", text, f"z-{number}")
        here.telegram.text(2, "ghi danh nón")

        until(lambda: here.on_telegram(1) == here.on_zalo("z1") == ["gốm", "sơn"])
        until(lambda: here.on_telegram(2) == ["nón"])
        assert searcher.tries == 2 * TRIES
        for shown in (here.telegram.answers(1), here.zalo.answers("z1")):
            assert [text for text in shown if COULD_NOT_READ in text] == [shown[-2]]
        assert here.health()["inbox"] == {"failed": 2}


def test_an_update_that_cannot_even_be_given_up_holds_up_its_own_chat_only(tmp_path, monkeypatch):
    hurry(monkeypatch)
    usual, failures = Inbox.note_failure, iter(range(6))

    def failing(self: Inbox, number: int) -> int:
        if next(failures, None) is not None:
            raise RuntimeError("a mistake of ours")
        return usual(self, number)

    monkeypatch.setattr(Inbox, "note_failure", failing)
    with town(tmp_path / "var", app=lambda settings: TitlesApp(settings, CountingSearcher())) as here:
        here.telegram.text(1, "ghi danh nổ")
        here.telegram.text(1, "ghi danh sơn")
        for citizen in CITIZENS:
            here.telegram.text(citizen + 1, "ghi danh gốm")

        until(lambda: all(here.on_telegram(citizen + 1) == ["gốm"] for citizen in CITIZENS))
        until(lambda: here.on_telegram(1) == ["sơn"])


def test_a_message_that_cannot_be_read_any_more_holds_up_its_own_chat_only(tmp_path, monkeypatch):
    hurry(monkeypatch)
    put_unreadable = (
        "INSERT INTO outbox (key, chat, door, address, payload, created_ms) VALUES ('x', 0, ?, '77', '{', 0)"
    )
    with town(tmp_path / "var") as here:
        with closing(open_database(here.settings.database)) as database, write_transaction(database):
            for door in ("telegram", "zalo_bot"):
                database.execute(put_unreadable.replace("'x'", f"'{door}'"), [door])
        until(lambda: here.health()["outbox"] == {"queued": 2})
        for citizen in CITIZENS:
            here.telegram.text(citizen, "ghi danh gốm")
            here.tell_by_zalo(f"z{citizen}", "ghi danh nón", f"z-{citizen}")

        until(lambda: all(here.on_telegram(citizen) == ["gốm"] for citizen in CITIZENS))
        until(lambda: all(here.on_zalo(f"z{citizen}") == ["nón"] for citizen in CITIZENS))


def test_who_floods_waits_for_the_flood_and_is_told_once(tmp_path, monkeypatch):
    hurry(monkeypatch)
    searcher = CountingSearcher()
    order: list[int] = []
    with town(
        tmp_path / "var", app=lambda settings: TitlesApp(settings, searcher), at_once=MESSAGES_AT_ONCE
    ) as here:
        searcher.may_go.clear()
        for number in range(FLOOD):
            here.telegram.text(ABUSER, f"ghi danh {TRADES[number % len(TRADES)]}")
        for citizen in CITIZENS:
            here.telegram.text(citizen, "ghi danh gốm")
        until(lambda: here.health()["backlog"] == FLOOD + len(CITIZENS))
        searcher.may_go.set()

        until(lambda: all(here.on_telegram(citizen) == ["gốm"] for citizen in CITIZENS))
        until(lambda: here.health()["backlog"] == 0)
        until(lambda: not {"queued", "sending"} & here.health()["outbox"].keys())
        with closing(open_database(here.settings.database)) as database:
            order = [int(chat) for (chat,) in database.execute(_ANSWERED_IN_ORDER)]
    first_of_each = {citizen: order.index(citizen) for citizen in CITIZENS}
    ahead = [order[:place].count(ABUSER) for place in first_of_each.values()]

    # One of the flood may go before each turn of all the others, and what was in work already.
    assert max(ahead) <= 4
    told = here.telegram.answers(ABUSER)
    assert sum(TOO_FAST in text for text in told) == 1
    assert len(trades_in(told)) == MESSAGES_AT_ONCE


# Addresses are gone from what was sent; the chat says whose it was.
_ANSWERED_IN_ORDER = (
    "SELECT chats.address FROM outbox JOIN chats ON chats.id = outbox.chat"
    " WHERE key LIKE 'in:%:0' ORDER BY outbox.id"
)


def fill_inbox(database, chats: int, updates: int) -> dict[int, list[str]]:
    """Store *updates* as Telegram's door would; return what each chat asked, in order."""
    draw, asked = random.Random(3), {}
    tables = open_tables(database)
    with closing(tables.database), write_transaction(tables.database):
        for number in range(updates):
            chat, trade = draw.randrange(1, chats + 1), draw.choice(TRADES)
            asked.setdefault(chat, []).append(trade)
            message = {
                "message_id": number + 1,
                "date": 1_790_000_000,
                "chat": {"id": chat, "type": "private"},
                "from": {"id": chat, "is_bot": False, "first_name": "An"},
                "text": f"ghi danh {trade}",
            }
            raw = json.dumps({"update_id": number + 1, "message": message})
            tables.inbox.add("telegram", [Update(str(number + 1), str(chat), raw)], now_ms())
    return asked


def drain_under_kills(tmp_path, updates: int, chats: int, kills: int) -> None:
    """Goal R6: whatever waits on disk is answered in the order of its chat, by servers that die meanwhile."""
    telegram = FakeTelegram(overall=10**9, per_chat=10**9)
    with running(telegram) as url:
        settings = settings_for(home_for(tmp_path), telegram=url)
        asked = fill_inbox(settings.database, chats, updates)
        for chat in asked:
            telegram.chats[chat] = {}
        killing = Killing(settings)
        edits = telegram.rules.counts

        for kill in range(1, kills + 1):
            with killing.server():
                assert wait_until(lambda kill=kill: edits["edits"] >= kill * updates / (kills + 1))
        with killing.server(signal.SIGTERM):
            everything = updates + len(asked)  # each chat is greeted too
            assert wait_until(lambda: edits["edits"] >= everything, seconds=300)

        assert {chat: trades_in(telegram.answers(chat)) for chat in asked} == asked


def test_a_backlog_is_drained_in_the_order_of_each_chat_though_servers_die(tmp_path):
    drain_under_kills(tmp_path, updates=500, chats=20, kills=3)


@pytest.mark.soak
def test_a_backlog_of_five_thousand_is_drained_in_the_order_of_each_chat_though_servers_die(tmp_path):
    drain_under_kills(tmp_path, BACKLOG, BACKLOG_CHATS, kills=10)
