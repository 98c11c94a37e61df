"""
Goals R1 and R2: a server that is killed again and again loses no question and doubles no answer.

Citizens write on Telegram (polled) and on Zalo Bot (webhook) while servers are killed by SIGKILL at
moments drawn by chance. A question counts from the moment it is acknowledged: Telegram keeps what was
not, Zalo's call is repeated as whoever sends it would.
"""

from __future__ import annotations

import json
import random
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import httpx
import pytest

from handlers.messages_doors import SENT_AGAIN, TYPING
from tests.fake_messengers.server import running
from tests.fake_messengers.telegram import FakeTelegram
from tests.fake_messengers.zalo_bot import FakeZaloBot
from tests.killed_server import TRADES, Killing, home_for
from tests.serving import SECRET, settings_for

CHATS = 6
_TITLE = "Cơ quan trả lời – Ghi danh "
KILLS_IN_MAKE_TEST = 300
KILLS_IN_SOAK = 10_000


@dataclass
class Crowd:
    """Citizens who ask one question after the other, each chat in its own order."""

    telegram: FakeTelegram
    zalo_url: str
    asked: dict[str, list[str]] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)
    # Not from what is seen: the kills are drawn by chance too.
    draw: random.Random = field(default_factory=lambda: random.Random(7))

    def on_telegram(self) -> None:
        while not self.stop.is_set():
            for chat in range(1, CHATS + 1):
                trade = self.draw.choice(TRADES)
                self.asked.setdefault(f"tg{chat}", []).append(trade)
                self.telegram.text(chat, f"ghi danh {trade}")
            self.stop.wait(0.05)

    def on_zalo(self, line: int) -> None:
        chat, number = f"zb{line}", 0
        with httpx.Client(timeout=5) as client:
            while not self.stop.is_set():
                number += 1
                trade = TRADES[(line * 7 + number) % len(TRADES)]
                self._until_acknowledged(client, chat, number, trade)
                self.asked.setdefault(chat, []).append(trade)

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
        while True:
            try:
                if client.post(self.zalo_url, content=body, headers=headers).status_code == 200:
                    return
            except httpx.TransportError:
                self.stop.wait(0.02)  # the server is dead: who calls tries again


def trades_in(texts: list[str]) -> list[str]:
    """Return which trade each answer is about, in order."""
    return [text.split(_TITLE)[1].split()[0] for text in texts if _TITLE in text]


def killed(tmp_path, kills: int, end: int = signal.SIGKILL):
    """Let the crowd ask while *kills* servers end by *end*; return asked, and what each chat shows."""
    draw = random.Random(11)
    telegram, zalo = FakeTelegram(overall=10**9, per_chat=10**9), FakeZaloBot(per_second=10**9, quota=10**9)
    with running(telegram) as telegram_url, running(zalo) as zalo_url:
        for line in range(CHATS):
            zalo.chats[f"zb{line}"] = []
        settings = settings_for(home_for(tmp_path), telegram=telegram_url, zalo_bot=zalo_url)
        crowd = Crowd(telegram, f"{settings.public_url}/zalo-bot")
        threads = [threading.Thread(target=crowd.on_telegram)]
        threads += [threading.Thread(target=crowd.on_zalo, args=(line,)) for line in range(CHATS)]
        killing = Killing(settings)
        for thread in threads:
            thread.start()
        try:
            for _ in range(kills):
                with killing.server(end):
                    time.sleep(draw.uniform(0.0, 0.15))
        finally:
            # The last server has to be there for who is not acknowledged yet.
            with killing.server(signal.SIGTERM):
                crowd.stop.set()
                for thread in threads:
                    thread.join(60)
                telegram.wait_for(lambda: everything_is_answered(crowd, telegram, zalo), timeout=300)
        return crowd.asked, screens(crowd, telegram, zalo), telegram


def screens(crowd: Crowd, telegram: FakeTelegram, zalo: FakeZaloBot) -> dict[str, list[str]]:
    return {
        chat: telegram.answers(int(chat[2:])) if chat.startswith("tg") else zalo.answers(chat)
        for chat in crowd.asked
    }


def everything_is_answered(crowd: Crowd, telegram: FakeTelegram, zalo: FakeZaloBot) -> bool:
    return all(
        len(trades_in(texts)) >= len(crowd.asked[chat])
        for chat, texts in screens(crowd, telegram, zalo).items()
    )


def check(asked, shown, kills: int) -> Counter[str]:
    """Assert that nothing is lost and nothing doubled; return what happened."""
    seen: Counter[str] = Counter()
    for chat, trades in asked.items():
        seen["questions"] += len(trades)
        if chat.startswith("tg"):
            assert trades_in(shown[chat]) == trades, f"{chat}: lost, doubled or out of order"
            seen["orphans"] += shown[chat].count(TYPING)
            continue
        # A marked repeat may be the first copy that arrived: in order, each answer once or twice.
        answered = iter(
            [(trade, text.startswith(SENT_AGAIN)) for text in shown[chat] for trade in trades_in([text])]
        )
        current = next(answered, None)
        for trade in trades:
            assert current is not None, f"{chat}: lost"
            assert current[0] == trade, f"{chat}: lost or out of order"
            seen["marked"] += current[1]
            current = next(answered, None)
            if current is not None and current == (trade, True):
                seen["repeats"] += 1
                seen["marked"] += 1
                current = next(answered, None)
        assert current is None, f"{chat}: doubled without a mark"
    assert seen["marked"] <= kills, "more than one repeat for a kill"
    return seen


def test_three_hundred_kills_lose_no_question_and_double_no_answer(tmp_path, record_property):
    asked, shown, _ = killed(tmp_path, KILLS_IN_MAKE_TEST)

    seen = check(asked, shown, KILLS_IN_MAKE_TEST)
    assert seen["questions"] > KILLS_IN_MAKE_TEST
    record_property("seen", dict(seen))


def test_servers_that_are_asked_to_stop_double_nothing_at_all(tmp_path):
    asked, shown, _ = killed(tmp_path, 20, signal.SIGTERM)

    seen = check(asked, shown, 0)
    assert seen["repeats"] == seen["marked"] == 0
    assert seen["questions"] > 20


@pytest.mark.soak
def test_ten_thousand_kills_lose_no_question_and_double_no_answer(tmp_path):
    asked, shown, _ = killed(tmp_path, KILLS_IN_SOAK)

    assert check(asked, shown, KILLS_IN_SOAK)["questions"] >= 40_000
