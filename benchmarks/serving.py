"""A server under test: a process of its own on a copy of an office, with the two doors that are asked for."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from benchmarks.office import ROOT
from tests.fake_messengers import telegram, zalo_bot

SECRET = "mot-bi-mat-du-dai"
_TICKS = os.sysconf("SC_CLK_TCK")
_STOP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs: its process, its address, and how long it took to open."""

    pid: int
    url: str
    start_seconds: float

    def health(self) -> dict[str, Any]:
        """Return what /healthz tells this machine."""
        found: dict[str, Any] = httpx.get(f"{self.url}/healthz", timeout=30).json()
        return found

    def is_idle(self) -> bool:
        """Say whether nothing waits to be answered or sent."""
        health = self.health()
        waits = [health["inbox"].get("new", 0), *(health["outbox"].get(s, 0) for s in ("queued", "sending"))]
        return health["backlog"] == 0 and not any(waits)

    def cpu_seconds(self) -> float:
        """Return how long its processes worked so far."""
        return sum(int(ticks) for pid in self._pids() for ticks in _stat(pid)[11:13]) / _TICKS

    def resident_mib(self) -> float:
        """Return how much memory its processes hold; what they share is counted for each."""
        return sum(_resident_kib(pid) for pid in self._pids()) / 1024

    def open_files(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))  # noqa: PTH208 - as fast as it can be

    def _pids(self) -> list[int]:
        """Return the server's process and those that it began."""
        pids = [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdecimal()]
        return [self.pid, *(pid for pid in pids if _parent(pid) == self.pid)]


def _stat(pid: int) -> list[str]:
    """Return what /proc tells of process *pid*, from its state on."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()


def _parent(pid: int) -> int | None:
    try:
        return int(_stat(pid)[1])
    except OSError:  # gone meanwhile
        return None


def _resident_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise LookupError(pid)


def copy_office(home: Path, to: Path) -> Path:
    """Copy the store and the index of the office at *home* to the folder *to*, and return it."""
    to.mkdir(parents=True)
    shutil.copy2(home / "danhoi.db", to)
    shutil.copytree(home / "index", to / "index", symlinks=True)
    os.sync()  # or the server's first commits would wait for the copy
    return to


@contextmanager
def serving(
    home: Path,
    telegram_url: str = "",
    zalo_url: str = "",
    *arguments: str,
    program: str = "benchmarks.unhurried",
) -> Iterator[Server]:
    """Run a server on the office at *home* for the time of the block; both messengers call its webhooks."""
    url = f"http://127.0.0.1:{_free_port()}"
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", program, *arguments],
        cwd=ROOT,
        env=_environment(home, url, telegram_url, zalo_url),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            if not process.stdout.readline():
                raise RuntimeError("the server did not start")
            yield Server(process.pid, url, time.perf_counter() - started)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(_STOP_SECONDS)


def _environment(home: Path, url: str, telegram_url: str, zalo_url: str) -> Mapping[str, str]:
    found = {name: value for name, value in os.environ.items() if not name.startswith("DANHOI_")}
    found |= {"DANHOI_HOME": str(home), "DANHOI_PORT": url.rpartition(":")[2], "DANHOI_PUBLIC_URL": url}
    if telegram_url:
        found |= {
            "DANHOI_TELEGRAM_TOKEN": telegram.TOKEN,
            "DANHOI_TELEGRAM_BASE_URL": telegram_url,
            "DANHOI_TELEGRAM_MODE": "webhook",
            "DANHOI_TELEGRAM_SECRET": SECRET,
        }
    if zalo_url:
        found |= {
            "DANHOI_ZALO_BOT_TOKEN": zalo_bot.TOKEN,
            "DANHOI_ZALO_BOT_BASE_URL": zalo_url,
            "DANHOI_ZALO_BOT_SECRET": SECRET,
            "DANHOI_ZALO_BOT_MONTHLY_QUOTA": str(10**9),
        }
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
