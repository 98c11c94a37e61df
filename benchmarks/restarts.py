"""
Kill ``danhoi serve`` and start it again: how long is nobody answered, and what becomes of those who wait?

    python -m benchmarks.restarts [--home HOME] [--restarts 100] [--store-mb 1000] [--backlog 5000]

Goal R6, on a copy of the office at HOME (the bundled sample without it) whose store was filled with a month
of questions. A restart is timed from SIGKILL to the first answer that a citizen reads. Then a server finds
so many messages that were taken in and not answered.
"""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite3

from benchmarks.growing import grow
from benchmarks.messages import questions
from benchmarks.results import Figure, Result, at_most, goals, machine, save
from benchmarks.serving import copy_office, serving
from bot.app import App
from bot.doors.telegram import TelegramDoor
from bot.doors.telegram_updates import update_of
from bot.evaluation_tables import Grid
from bot.messaging.tables import open_tables
from bot.sample import load_sample
from bot.serving.service import now_ms
from bot.settings import Settings
from handlers.messages_doors import TYPING
from knowledge.database import write_transaction
from tests.fake_messengers.server import running
from tests.fake_messengers.telegram import FakeTelegram

PART = "restarts"
PATIENCE_S = 60.0
_MANY = 10**9
_QUESTION = "làm khai sinh cho con cần giấy tờ gì"
_FIRST_CHAT = 1_000_000
_EACH = 10  # messages of one chat in the backlog
_LIBRARIES = ("python-telegram-bot", "starlette", "uvicorn", "httpx", "pysqlite3", "faiss-cpu", "tantivy")


def main() -> None:
    """Grow, kill, restart, and write down what happened."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--restarts", type=int, default=100)
    parser.add_argument("--store-mb", type=int, default=1000)
    parser.add_argument("--backlog", type=int, default=5000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="danhoi-restarts-") as name:
        app = an_office(Path(name) / "home", given.home)
        rows = grow(app, given.store_mb)
        size = app.settings.database.stat().st_size
        passages = len(app.open_generation().passages)
        telegram = FakeTelegram(overall=_MANY, per_chat=_MANY)
        with running(telegram) as url:
            seconds = time_restarts(app.settings.home, telegram, url, given.restarts)
            print(goals(restart_figures(seconds)).plain(), flush=True)
            drained = drain(app.settings.home, telegram, url, given.backlog)
    figures = (
        *restart_figures(seconds),
        *drained.figures(),
        Figure("size of the store", f"{size / 1e6:.0f} MB"),
        Figure("passages in the index", f"{passages}"),
    )
    tables = (_grid(rows),)
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    shown = ["--home HOME"] if given.home else []
    shown += [f"--restarts {given.restarts}", f"--store-mb {given.store_mb}", f"--backlog {given.backlog}"]
    command = shlex.join(["python", "-m", "benchmarks.restarts", *" ".join(shown).split()])
    versions = {"python": ".".join(map(str, sys.version_info[:3]))}
    versions |= {name: version(name) for name in ("danhoi", *_LIBRARIES)}
    save(Result(PART, command, made_at, machine(), versions, {}, figures, tables))
    for table in (goals(figures), *tables):
        print(f"\n{table.plain()}")


def an_office(home: Path, office: Path | None) -> App:
    """Make *home* a copy of *office*, or the sample with its index."""
    app = App(Settings(home))
    if office:
        copy_office(office, home)
    else:
        with app.open_store() as store:
            load_sample(store)
        app.build_index(lambda progress: None)
    return app


def time_restarts(home: Path, telegram: FakeTelegram, url: str, times: int) -> list[float]:
    """Return for each SIGKILL the seconds from it to the first answer of the next server."""
    seconds = []
    killed = 0.0
    for chat in range(1, times + 2):
        telegram.text(chat, _QUESTION)
        with serving(home, url, "", "serve", program="bot") as server:
            telegram.wait_for(lambda chat=chat: _is_answered(telegram, chat), PATIENCE_S)  # type: ignore[misc]
            seconds.append(time.perf_counter() - killed)
            killed = time.perf_counter()
            os.kill(server.pid, signal.SIGKILL)
    return seconds[1:]  # no server was killed before the first one


def _is_answered(telegram: FakeTelegram, chat: int) -> bool:
    return any("khai sinh" in text.lower() for text in telegram.answers(chat))


@dataclass(frozen=True, slots=True)
class Drained:
    """What became of a backlog: how many messages waited, and how they were answered."""

    waiting: int
    chats: int
    first_seconds: float  # from the start to the first answer
    seconds: float  # from the start to the last one
    unanswered: int
    out_of_order: int

    def figures(self) -> tuple[Figure, ...]:
        """Return the same beside the goals."""
        return (
            Figure(f"messages that were taken in and not answered, in {self.chats} chats", f"{self.waiting}"),
            at_most("start to the first of their answers", self.first_seconds, 10, "s"),
            Figure("start to the last of their answers", f"{self.seconds:.0f} s"),
            at_most("of them without an answer", self.unanswered, 0, ""),
            at_most("of them answered after a later one of their chat", self.out_of_order, 0, ""),
        )


def drain(home: Path, telegram: FakeTelegram, url: str, backlog: int) -> Drained:
    """Start a server while *backlog* messages wait that were acknowledged by one that is dead."""
    chats = range(_FIRST_CHAT, _FIRST_CHAT + backlog // _EACH)
    with closing(_reader(home)) as store:
        (before,) = store.execute("SELECT max(id) FROM inbox").fetchone()
        _take_in(home, telegram, backlog, chats)
        began = time.perf_counter()
        with serving(home, url) as server:
            telegram.wait_for(lambda: _answers(telegram, chats) > 0, PATIENCE_S)
            first_seconds = time.perf_counter() - began
            while not server.is_idle():
                time.sleep(1.0)
            seconds = time.perf_counter() - began
        unanswered, out_of_order = _judged(store, telegram, before)
    return Drained(backlog, len(chats), first_seconds, seconds, unanswered, out_of_order)


def _take_in(home: Path, telegram: FakeTelegram, count: int, chats: Sequence[int]) -> None:
    """Let *chats* write *count* messages in turn, and store them as the door does before it acknowledges."""
    texts = questions(seed=2)
    telegram.pause()
    for number in range(count):
        telegram.text(chats[number % len(chats)], next(texts))
    with telegram.lock:
        updates = [update_of(update.body) for update in telegram.pending]
        telegram.pending.clear()
    telegram.resume()
    tables = open_tables(home / "danhoi.db")
    with closing(tables.database), write_transaction(tables.database):
        tables.inbox.add(TelegramDoor.name, updates, now_ms())


def _answers(telegram: FakeTelegram, chats: Sequence[int]) -> int:
    return sum(text != TYPING for chat in chats for text in telegram.answers(chat))


def _reader(home: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{home / 'danhoi.db'}?mode=ro", uri=True)


def _judged(store: sqlite3.Connection, telegram: FakeTelegram, before: int) -> tuple[int, int]:
    """
    Return how many updates numbered above *before* have no whole answer on the citizen's screen, and how many
    answers stand there before that to an earlier question.
    """
    messages: dict[int, list[int]] = {}
    for key, message in store.execute("SELECT key, message_id FROM outbox WHERE state = 'sent' ORDER BY id"):
        kind, number, _ = key.split(":")
        if kind == "in" and int(number) > before:
            messages.setdefault(int(number), []).append(int(message))
    asked = [number for (number,) in store.execute("SELECT id FROM inbox WHERE id > ?", [before])]
    shown = {
        message: chat
        for chat in telegram.chats
        for message, text in ((one.wire["message_id"], one.text) for one in telegram.shown(chat))
        if text != TYPING
    }
    unanswered = sum(not shown.keys() >= set(messages.get(number, [0])) for number in asked)
    latest: dict[int, int] = {}
    out_of_order = 0
    for number in sorted(messages):
        places = messages[number]
        chat = shown.get(places[0], 0)
        out_of_order += places != sorted(places) or places[0] < latest.get(chat, 0)
        latest[chat] = places[-1]
    return unanswered, out_of_order


def restart_figures(seconds: Sequence[float]) -> tuple[Figure, ...]:
    """Return how long nobody was answered after a SIGKILL."""
    return (
        at_most("SIGKILL to first answer, median", statistics.median(seconds), 5, "s"),
        at_most(f"SIGKILL to first answer, worst of {len(seconds)}", max(seconds), 10, "s"),
    )


def _grid(rows: Mapping[str, int]) -> Grid:
    return Grid("Rows of the store", ("", "rows"), tuple((name, f"{count}") for name, count in rows.items()))


if __name__ == "__main__":
    main()
