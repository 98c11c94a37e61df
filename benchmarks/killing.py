"""
Kill servers over and over, and see what is lost; ``benchmarks.restarts`` sees how soon they are back.

    python -m benchmarks.kills [--kills 10000] [--stops 200]

The kills are those of ``tests/bot/test_killed_serving.py`` (goals R1, R2).
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.results import Figure, Result, at_least, at_most, goals, machine, save
from bot.evaluation_tables import Grid
from tests.bot.test_killed_serving import killed

PART = "serving-kills"
STOPS = 200
_LIBRARIES = ("python-telegram-bot", "python-zalo-bot", "starlette", "uvicorn", "httpx", "pysqlite3")


def main() -> None:
    """Kill, and write down what happened."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=10_000)
    parser.add_argument("--stops", type=int, default=STOPS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="danhoi-kills-") as name:
        figures, tables = kill(Path(name), given.kills, given.stops)
    command = f"python -m benchmarks.kills --kills {given.kills} --stops {given.stops}"
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
        at_most("sent again on Zalo OA for a kill", found["SIGKILL"]["marked zalo_oa"] / kills, 1, ""),
        at_most("repeats on Zalo for a SIGTERM", found["SIGTERM"]["marked"] / stops, 0, ""),
    )
    return figures, (Grid("Servers ended under load", tuple(head), tuple(map(tuple, rows))),)
