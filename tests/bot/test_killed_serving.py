"""
Goals R1 and R2: a server that is killed again and again loses no question and doubles no answer.

Citizens write on Telegram (polled) and on Zalo Bot (webhook) while servers are killed by SIGKILL at
moments drawn by chance. A question counts from the moment it is acknowledged: Telegram keeps what was
not, Zalo's call is repeated as whoever sends it would.
"""

from __future__ import annotations

import json
import os
import queue
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import zip_longest

import httpx
import pytest

from handlers.messages_doors import SENT_AGAIN, TYPING
from tests.fake_messengers.server import running
from tests.fake_messengers.telegram import FakeTelegram
from tests.fake_messengers.zalo_bot import FakeZaloBot
from tests.killed_server import TRADES, Killing, home_for, wait_until
from tests.serving import SECRET, settings_for

CHATS = 6  # at each messenger
WAITING_AT_ONCE = 12  # questions; more are asked as these are answered
MOST_CALLS = 34  # that a server makes before it is killed; eight of them open its doors
KILLED_WHILE_STARTING = 0.1
KILLS_IN_MAKE_TEST = 300
KILLS_IN_SOAK = int(os.environ.get("SOAK_KILLS", "10000"))
_TITLE = "Cơ quan trả lời – Ghi danh "


class Crowd:
    """Citizens who ask one question after the other, each chat in its own order."""

    def __init__(self, telegram: FakeTelegram, zalo: FakeZaloBot, zalo_url: str) -> None:
        self.asked: dict[str, list[str]] = {}
        self._telegram, self._zalo, self._zalo_url = telegram, zalo, zalo_url
        self._draw = random.Random(7)
        self._lines = [queue.SimpleQueue() for _ in range(CHATS)]
        for line in range(CHATS):
            zalo.chats[f"zb{line}"] = []

    def calls(self) -> int:
        return len(self._telegram.calls) + len(self._zalo.calls)

    def forget_calls(self) -> None:
        for fake in (self._telegram, self._zalo):
            with fake.lock:
                fake.calls.clear()

    def waiting(self) -> int:
        """Return how many answers are missing, or fewer: a repeated one is counted twice."""
        answered = self._telegram.rules.counts["edits"] + self._zalo.rules.counts["messages"]
        return sum(map(len, self.asked.values())) - answered

    def ask(self) -> None:
        place, trade = self._draw.randrange(CHATS), self._draw.choice(TRADES)
        if self._draw.random() < 0.5:
            self.asked.setdefault(f"tg{place}", []).append(trade)
            self._telegram.text(place + 1, f"ghi danh {trade}")
            return
        trades = self.asked.setdefault(f"zb{place}", [])
        if trades and trades[-1] == trade:  # a repeated answer shall be known from the next one
            trade = TRADES[TRADES.index(trade) - 1]
        trades.append(trade)
        self._lines[place].put((f"zb{place}", len(trades), trade))

    def keep_asking(self, until_calls: int) -> None:
        """Ask until the server has made so many calls."""

        def is_enough() -> bool:
            if self.waiting() < WAITING_AT_ONCE:
                self.ask()
            return self.calls() >= until_calls

        assert wait_until(is_enough), "the server does nothing any more"

    @contextmanager
    def on_zalo(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._call_webhook, args=(line,)) for line in self._lines]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            for line in self._lines:
                line.put(None)
            for thread in threads:
                thread.join(60)

    def _call_webhook(self, line: queue.SimpleQueue[tuple[str, int, str] | None]) -> None:
        with httpx.Client(timeout=5) as client:
            while (asked := line.get()) is not None:
                self._until_acknowledged(client, *asked)

    def _until_acknowledged(self, client: httpx.Client, chat: str, number: int, trade: str) -> None:
        message = {
            "message_id": f"{chat}-{number}",
            "date": 1_790_000_000_000 + number,
            "chat": {"id": chat, "chat_type": "PRIVATE"},
            "from": {"id": chat, "display_name": "An", "is_bot": False},
            "text": f"ghi danh {trade}",
        }
        body = json.dumps({"event_name": "message.text.received", "message": message})
        headers = {"X-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}

        def is_acknowledged() -> bool:
            try:
                return client.post(self._zalo_url, content=body, headers=headers).status_code == 200
            except httpx.TransportError:
                return False  # the server is dead: who calls tries again

        wait_until(is_acknowledged)

    def screens(self) -> dict[str, list[str]]:
        return {
            chat: self._telegram.answers(int(chat[2:]) + 1)
            if chat.startswith("tg")
            else self._zalo.answers(chat)
            for chat in self.asked
        }

    def is_answered(self) -> bool:
        if self.waiting() > 0:
            return False
        return all(len(trades_in(texts)) >= len(self.asked[chat]) for chat, texts in self.screens().items())


def copies_in(texts: list[str]) -> list[list[tuple[str, bool]]]:
    """Return for each answer in a chat its copies: which trade, and whether it is marked as sent again."""
    copies: list[list[tuple[str, bool]]] = []
    for text in texts:
        for trade in trades_in([text]):
            one = trade, text.startswith(SENT_AGAIN)
            if one[1] and copies and copies[-1][0][0] == trade:
                copies[-1].append(one)
            else:
                copies.append([one])
    return copies


def trades_in(texts: list[str]) -> list[str]:
    """Return which trade each answer is about, in order."""
    return [text.split(_TITLE)[1].split()[0] for text in texts if _TITLE in text]


def killed(tmp_path, kills: int, end: int = signal.SIGKILL) -> Crowd:
    """Let a crowd ask while *kills* servers end by *end*; return it when a last one has answered all."""
    draw = random.Random(11)
    telegram, zalo = FakeTelegram(overall=10**9, per_chat=10**9), FakeZaloBot(per_second=10**9, quota=10**9)
    with running(telegram) as telegram_url, running(zalo) as zalo_url:
        settings = settings_for(home_for(tmp_path), telegram=telegram_url, zalo_bot=zalo_url)
        crowd = Crowd(telegram, zalo, f"{settings.public_url}/zalo-bot")
        killing = Killing(settings)
        with crowd.on_zalo():
            for _ in range(kills):
                crowd.forget_calls()
                is_early = end == signal.SIGKILL and draw.random() < KILLED_WHILE_STARTING
                with killing.server(end, until_open=not is_early):
                    if not is_early:
                        crowd.keep_asking(draw.randrange(MOST_CALLS))
                    time.sleep(draw.uniform(0, 0.02))  # between two calls too
            with killing.server(signal.SIGTERM):
                wait_until(crowd.is_answered, seconds=120)
        return crowd


def check(crowd: Crowd) -> Counter[str]:
    """Assert that nothing is lost and nothing doubled; return what happened."""
    seen: Counter[str] = Counter()
    shown = crowd.screens()
    for chat, trades in crowd.asked.items():
        seen["questions"] += len(trades)
        if chat.startswith("tg"):
            assert trades_in(shown[chat]) == trades, f"{chat}: lost, doubled or out of order"
            seen["orphans"] += shown[chat].count(TYPING)
            continue
        for trade, copies in zip_longest(trades, copies_in(shown[chat])):
            assert copies is not None, f"{chat}: lost"
            # A marked one may be the first that arrived; every further one needs a kill of its own.
            (answered, _), *repeats = copies
            assert answered == trade, f"{chat}: lost, doubled without a mark or out of order"
            seen["repeats"] += len(repeats)
            seen["marked"] += sum(is_marked for _, is_marked in copies)
    return seen


def figures(kills: int, seen: Counter[str], seconds: float) -> str:
    """Return what was counted as a line of JSON."""
    counted = {"kills": kills, "questions": seen["questions"], "lost": 0, "doubled": 0}
    told = {name: seen[name] for name in ("orphans", "repeats", "marked")}
    return json.dumps({**counted, **told, "seconds": round(seconds)})


def kill_and_check(tmp_path, record_property, kills: int, end: int = signal.SIGKILL) -> Counter[str]:
    began = time.monotonic()
    seen = check(killed(tmp_path, kills, end))
    line = figures(kills, seen, time.monotonic() - began)
    record_property("figures", line)
    print(line)  # noqa: T201 - for benchmarks/results
    return seen


def test_three_hundred_kills_lose_no_question_and_double_no_answer(tmp_path, record_property):
    seen = kill_and_check(tmp_path, record_property, KILLS_IN_MAKE_TEST)

    assert seen["questions"] >= 4 * KILLS_IN_MAKE_TEST
    assert seen["marked"] <= KILLS_IN_MAKE_TEST, "more than one repeat for a kill"


def test_servers_that_are_asked_to_stop_double_nothing_at_all(tmp_path, record_property):
    seen = kill_and_check(tmp_path, record_property, 20, signal.SIGTERM)

    assert seen["marked"] == seen["orphans"] == 0
    assert seen["questions"] > 20


@pytest.mark.soak
def test_ten_thousand_kills_lose_no_question_and_double_no_answer(tmp_path, record_property):
    seen = kill_and_check(tmp_path, record_property, KILLS_IN_SOAK)

    assert seen["questions"] >= 4 * KILLS_IN_SOAK
    assert seen["marked"] <= KILLS_IN_SOAK, "more than one repeat for a kill"


@pytest.mark.soak
def test_two_hundred_servers_that_are_asked_to_stop_double_nothing_at_all(tmp_path, record_property):
    seen = kill_and_check(tmp_path, record_property, 200, signal.SIGTERM)

    assert seen["marked"] == seen["orphans"] == 0
