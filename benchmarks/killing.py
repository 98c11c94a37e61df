"""
Kill servers over and over, and see what is lost; start them again, and see how long nobody is answered.

    python -m benchmarks.kills [--kills 10000] [--restarts 20] [--home HOME]

The kills are those of ``tests/bot/test_killed_serving.py`` (goals R1, R2). The restarts (goal R6) are of
``danhoi serve`` itself, on the bundled sample or on a copy of the office at HOME: a question waits at
Telegram, and is timed from the start of the command to its answer.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.office import ROOT
from benchmarks.results import Figure, Result, at_least, at_most, goals, machine, save
from bot.app import App
from bot.evaluation_tables import Grid
from bot.sample import load_sample
from bot.settings import Settings
from tests.bot.test_killed_serving import killed
from tests.fake_messengers.server import running
from tests.fake_messengers.telegram import TOKEN, FakeTelegram
from tests.serving import free_port

PART = "serving-kills"
STOPS = 200
PATIENCE_S = 60.0
_QUESTION = "làm khai sinh cho con cần giấy tờ gì"
_LIBRARIES = ("python-telegram-bot", "python-zalo-bot", "starlette", "uvicorn", "httpx", "pysqlite3")


def main() -> None:
    """Kill, restart, and write down what happened."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=10_000)
    parser.add_argument("--stops", type=int, default=STOPS)
    parser.add_argument("--restarts", type=int, default=20)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="danhoi-kills-") as name:
        folder = Path(name)
        figures, tables = kill(folder, given.kills, given.stops)
        restarts = time_restarts(an_office(folder / "home", given.home), given.restarts)
    figures += restart_figures(restarts, "an office" if given.home else "the sample")
    shown = [f"--kills {given.kills}", f"--stops {given.stops}", f"--restarts {given.restarts}"]
    shown += ["--home HOME"] if given.home else []
    command = shlex.join(["python", "-m", "benchmarks.kills", *" ".join(shown).split()])
    print(goals(figures).plain())
    for table in tables:
        print(f"\n{table.plain()}")
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    versions = {"python": ".".join(map(str, sys.version_info[:3]))}
    versions |= {name: version(name) for name in ("danhoi", *_LIBRARIES)}
    save(Result(PART, command, made_at, machine(), versions, {}, figures, tables))


def kill(folder: Path, kills: int, stops: int) -> tuple[tuple[Figure, ...], tuple[Grid, ...]]:
    """Return what SIGKILL and SIGTERM did; a question that was lost or doubled ends the program."""
    rows, found = [], {}
    for name, end, times in (("SIGKILL", signal.SIGKILL, kills), ("SIGTERM", signal.SIGTERM, stops)):
        place = folder / name
        place.mkdir()
        began = time.monotonic()
        seen = found[name] = killed(place, times, end)
        told = ("questions", "orphans", "repeats", "marked zalo_bot", "marked zalo_oa", "renewals", "logins")
        counted = [seen[what] for what in told]
        rows.append([name, *map(str, (times, *counted)), f"{time.monotonic() - began:.0f}"])
    head = [
        "",
        "servers ended",
        "questions",
        "placeholders left",
        "repeats",
        "sent again, Zalo Bot",
        "sent again, Zalo OA",
        "tokens renewed",
        "log-ins needed",
        "seconds",
    ]
    figures = (
        Figure("questions lost", "0", "0", met=True),
        Figure("answers doubled on Telegram, or anywhere without a mark", "0", "0", met=True),
        at_least("questions for a kill", found["SIGKILL"]["questions"] / kills, 4),
        at_most("sent again on Zalo Bot for a kill", found["SIGKILL"]["marked zalo_bot"] / kills, 1, ""),
        at_most("sent again on Zalo OA for a kill", found["SIGKILL"]["marked zalo_oa"] / kills, 4, ""),
        at_most("repeats on Zalo for a SIGTERM", found["SIGTERM"]["marked"] / stops, 0, ""),
    )
    return figures, (Grid("Servers ended under load", tuple(head), tuple(map(tuple, rows))),)


def an_office(home: Path, office: Path | None) -> Path:
    """Return *home* with a copy of *office*, or with the sample and its index."""
    if office:
        home.mkdir()
        shutil.copy2(office / "danhoi.db", home)
        shutil.copytree(office / "index", home / "index", symlinks=True)
        return home
    app = App(Settings(home))
    with app.open_store() as store:
        load_sample(store)
    app.build_index(lambda progress: None)
    return home


def time_restarts(home: Path, times: int) -> list[float]:
    """Return for each start of ``danhoi serve`` after a SIGKILL the seconds to its first answer."""
    telegram = FakeTelegram(overall=10**9, per_chat=10**9)
    seconds = []
    with running(telegram) as url:
        for chat in range(1, times + 2):
            telegram.text(chat, _QUESTION)
            began = time.perf_counter()
            with subprocess.Popen(
                [sys.executable, "-m", "bot", "serve"],
                cwd=ROOT,
                env=_environment(home, url),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            ) as process:
                # The second message of a new chat: the greeting comes first.
                telegram.wait_for(lambda chat=chat: _is_answered(telegram, chat), PATIENCE_S)  # type: ignore[misc]
                seconds.append(time.perf_counter() - began)
                process.kill()
    return seconds[1:]  # the first one makes the tables


def _is_answered(telegram: FakeTelegram, chat: int) -> bool:
    return any("khai sinh" in text and "Nguồn:" in text for text in telegram.answers(chat))


def restart_figures(seconds: list[float], where: str) -> tuple[Figure, ...]:
    """Return how long nobody was answered after a SIGKILL."""
    return (
        at_most(f"from start to first answer, median ({where})", statistics.median(seconds), 5, "s"),
        at_most(f"from start to first answer, worst of {len(seconds)} ({where})", max(seconds), 10, "s"),
    )


def _environment(home: Path, url: str) -> dict[str, str]:
    found = {name: value for name, value in os.environ.items() if not name.startswith("DANHOI_")}
    return found | {
        "DANHOI_HOME": str(home),
        "DANHOI_PORT": str(free_port()),
        "DANHOI_TELEGRAM_TOKEN": TOKEN,
        "DANHOI_TELEGRAM_BASE_URL": url,
    }
