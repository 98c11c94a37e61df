"""
Citizens who write on Telegram and Zalo, each the next message when the answer to the last one shows.

The messengers run in this process, the server in one of its own. When an answer had arrived whole is read
from the server's tables afterwards: a long one comes as several messages, and only they know which.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.fake_messengers.server import running
from tests.fake_messengers.telegram import FakeTelegram
from tests.fake_messengers.webhooks import CallingFake
from tests.fake_messengers.wire import Params, Reply, Request
from tests.fake_messengers.zalo_bot import FakeZaloBot

TELEGRAM, ZALO = "telegram", "zalo_bot"
_MANY = 10**9
Shown = Callable[[str, str, str], None]  # door, chat, message


class TellingTelegram(FakeTelegram):
    """Telegram without limits that tells when a citizen can read an answer."""

    def __init__(self, shown: Shown) -> None:
        super().__init__(overall=_MANY, per_chat=_MANY, per_group_minute=_MANY)
        self.shows = shown

    async def perform(self, method: str, params: Params, request: Request) -> Reply:
        reply = await super().perform(method, params, request)
        if method == "editMessageText":
            self.shows(TELEGRAM, str(params["chat_id"]), str(params["message_id"]))
        return reply


class TellingZalo(FakeZaloBot):
    """Zalo without limits that tells when a citizen can read an answer."""

    def __init__(self, shown: Shown) -> None:
        super().__init__(per_second=_MANY, quota=_MANY)
        self.shows = shown

    async def perform(self, method: str, params: Params, request: Request) -> Reply:
        reply = await super().perform(method, params, request)
        if method == "sendMessage":
            self.shows(ZALO, str(params["chat_id"]), json.loads(reply.body)["result"]["message_id"])
        return reply


@dataclass
class Crowd:
    """
    Chats at both messengers; the first half of the conversations is held on Telegram.

    Attributes:
        asked: When each update was sent, by door and its key in the server's inbox.
        shown: When each message of ours could be read, by door and its name.
    """

    telegram: TellingTelegram = field(init=False)
    zalo: TellingZalo = field(init=False)
    asked: dict[tuple[str, str], float] = field(default_factory=dict)
    shown: dict[tuple[str, str], float] = field(default_factory=dict)
    _unsaid: dict[tuple[str, str], deque[str]] = field(default_factory=dict)
    _unanswered: set[tuple[str, str]] = field(default_factory=set)
    _all_seen: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self.telegram, self.zalo = TellingTelegram(self._show), TellingZalo(self._show)

    def talk(self, conversations: Sequence[Sequence[str]], within_s: float) -> None:
        """
        Hold *conversations* side by side; return when each has seen an answer to its last message.

        Raises:
            TimeoutError: that took too long.
        """
        half = len(conversations) // 2
        self._unsaid.clear()
        for number, messages in enumerate(conversations):
            chat = (TELEGRAM, str(1 + number)) if number < half else (ZALO, f"c{number}")
            self._unsaid[chat] = deque(messages)
        for chat in list(self._unsaid):
            self._say_next(chat)
        with self._all_seen:
            if not self._all_seen.wait_for(lambda: not self._unanswered, within_s):
                raise TimeoutError(f"{len(self._unanswered)} of {len(conversations)} were not answered")

    def keep_talking(
        self, chats: Sequence[tuple[str, str]], texts: Iterator[str], rate: float, seconds: float
    ) -> None:
        """Let *chats* write in turn, *rate* messages a second, whether they are answered or not."""
        begun = time.monotonic()
        for number in range(int(rate * seconds)):
            time.sleep(max(0.0, begun + number / rate - time.monotonic()))
            self.say(chats[number % len(chats)], next(texts))

    def say(self, chat: tuple[str, str], text: str) -> None:
        """Send one message."""
        door, name = chat
        sent = time.monotonic()
        key = str(self.telegram.text(int(name), text)) if door == TELEGRAM else self.zalo.text(name, text)
        self.asked[door, key] = sent

    def _say_next(self, chat: tuple[str, str]) -> None:
        self._unanswered.add(chat)
        self.say(chat, self._unsaid[chat].popleft())

    def _show(self, door: str, name: str, message: str) -> None:
        self.shown[door, message] = time.monotonic()
        chat = (door, name)
        if self._unsaid.get(chat):
            self._say_next(chat)
            return
        with self._all_seen:
            self._unanswered.discard(chat)
            self._all_seen.notify_all()

    def forget(self) -> None:
        """Begin to count anew; what waits to be answered is not counted any more."""
        self.asked.clear()
        for fake in (self.telegram, self.zalo):
            fake.attempts.clear()
            fake.calls.clear()

    def acknowledged(self) -> list[float]:
        """Return the seconds of every webhook call."""
        fakes: tuple[CallingFake, ...] = (self.telegram, self.zalo)
        return [attempt.seconds for fake in fakes for attempt in fake.attempts]

    def refused(self) -> int:
        """Return how many webhook calls were not taken, to be made again."""
        fakes: tuple[CallingFake, ...] = (self.telegram, self.zalo)
        return sum(not attempt.taken for fake in fakes for attempt in fake.attempts)


@contextmanager
def messengers(crowd: Crowd) -> Iterator[tuple[str, str]]:
    """Let the crowd's messengers be reached for the time of the block; gives their addresses."""
    with ExitStack() as stack:
        yield stack.enter_context(running(crowd.telegram)), stack.enter_context(running(crowd.zalo))


@dataclass(frozen=True, slots=True)
class Answered:
    """One message that was answered: when it was sent, and when the whole answer could be read."""

    door: str
    sent: float
    shown: float
    parts: int

    @property
    def seconds(self) -> float:
        return self.shown - self.sent


def answered(crowd: Crowd, database: Path) -> list[Answered]:
    """Return every message that was answered whole, in the order of sending."""
    found: dict[tuple[str, str], list[float | None]] = {}
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.execute("BEGIN")  # both tables as of one moment: the server goes on
        keys = {
            number: (door, key)
            for number, door, key in connection.execute("SELECT id, door, update_key FROM inbox")
        }
        for key, door, message in connection.execute(
            "SELECT key, door, message_id FROM outbox WHERE state = 'sent'"
        ):
            kind, number, _ = key.split(":")
            if kind == "in":
                found.setdefault(keys[int(number)], []).append(crowd.shown.get((door, message)))
    answers = [
        Answered(key[0], crowd.asked[key], max(times), len(times))  # type: ignore[type-var]
        for key, times in found.items()
        if key in crowd.asked and None not in times
    ]
    return sorted(answers, key=lambda answer: answer.sent)
