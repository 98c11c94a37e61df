"""
What ``danhoi serve`` bears: a crowd at both messengers, a flood, a dead channel, the platforms' pace.

The server is a process of its own; the messengers and the citizens share another, on the same cores.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np

from benchmarks.crowd import TELEGRAM, ZALO, Answered, Crowd, answered, messengers
from benchmarks.flood import CHATS, flood
from benchmarks.messages import CONVERSATION, NEW, conversations, questions
from benchmarks.office import Bench
from benchmarks.results import Figure, at_least, at_most
from benchmarks.serving import Server, copy_office, serving
from tests.fake_messengers.faults import EVERY_METHOD, Fault
from tests.paced_sending import send_all
from tests.simulated_time import run_simulated

_CHATS, _EACH = 100, 20
_LONG_EACH = 200  # messages of each chat where memory is watched
_LIMIT_SECONDS = 170.0
_PACED = {"telegram": 60_000, "zalo_bot": 20_000, "zalo_oa": 20_000}
_PACED_CHATS = 400
_QUIET_RATE, _QUIET_SECONDS = 10.0, 15.0  # messages a second of those whose channel is well
_ABUSE_RATE = 200.0
_PAGES = 100


def measure(bench: Bench) -> tuple[Figure, ...]:
    """Return every figure; each run is at most three minutes long."""
    with tempfile.TemporaryDirectory(prefix="danhoi-load-") as folder:
        sample = _sample_office(bench, Path(folder) / "sample")
        figures: list[Figure] = []
        parts: tuple[Callable[[], Iterator[Figure]], ...] = (
            lambda: _throughput(bench.home, "national catalogue, conversations", CONVERSATION, 150),
            lambda: _throughput(bench.home, "national catalogue, every message new", (NEW,), None),
            lambda: _throughput(sample, "sample office, conversations", CONVERSATION, 150),
            lambda: _memory(sample),
            lambda: _flood(bench.home),
            lambda: _neighbours(bench.home),
            lambda: _page(bench.home),
            lambda: _pace(Path(folder)),
        )
        for part in parts:
            for figure in part():
                print(f"  {figure.name}: {figure.value} {figure.goal}", flush=True)
                figures.append(figure)
        return tuple(figures)


def _sample_office(bench: Bench, home: Path) -> Path:
    Bench(bench.data, home).danhoi("setup")
    return home


# --- how much ----------------------------------------------------------------------------------


def _throughput(home: Path, name: str, pattern: Sequence[str], goal: float | None) -> Iterator[Figure]:
    with _crowd_at(home) as (crowd, server, database):
        begun, busy = time.monotonic(), server.cpu_seconds()
        crowd.talk(conversations(_CHATS, _EACH, pattern), _LIMIT_SECONDS)
        _until(server.is_idle)
        answers = answered(crowd, database)
        wall, busy = time.monotonic() - begun, server.cpu_seconds() - busy
        rate = len(answers) / (max(a.shown for a in answers) - min(a.sent for a in answers))
        told = f"{rate:.0f}/s ({_load()})"
        yield at_least(f"answers, {name}", rate, goal, told) if goal else Figure(f"answers, {name}", told)
        missing = len(crowd.asked) - len(answers)
        yield at_most(f"unanswered of {_CHATS * _EACH}, {name}", missing, 0, "")
        seconds = [answer.seconds for answer in answers]
        yield Figure(f"answer read after, p50 / p95, {name}", _pair(seconds, 50, 95, "s", 1))
        yield _acknowledged(f"webhook acknowledged, p99, {name}", crowd.acknowledged(), 500)
        busy_ms = 1000 * busy / len(answers)
        yield Figure(
            f"server's processor time, {name}", f"{busy_ms:.1f} ms an answer, {busy / wall:.2f} cores"
        )


def _memory(home: Path) -> Iterator[Figure]:
    with _crowd_at(home) as (crowd, server, _):
        half = conversations(_CHATS, _LONG_EACH // 2)
        crowd.talk(half, _LIMIT_SECONDS)
        _until(server.is_idle)
        before, files = server.resident_mib(), server.open_files()
        crowd.talk(half, _LIMIT_SECONDS)
        _until(server.is_idle)
        after = server.resident_mib()
        count = _CHATS * _LONG_EACH
        yield at_most(f"memory gained from message {count // 2} to {count}", after - before, 10, "MiB")
        yield Figure(f"open files after {count // 2} / {count} messages", f"{files} / {server.open_files()}")


def _flood(home: Path) -> Iterator[Figure]:
    """L1 asks for ten minutes; this is a fraction of one. Nobody is limited, so every update is searched."""
    crowd = Crowd()
    crowd.zalo.chats.update((chat, []) for chat in CHATS)
    with tempfile.TemporaryDirectory() as folder, messengers(crowd) as (_, zalo):
        office = copy_office(home, Path(folder) / "office")
        with serving(office, "", zalo) as server:
            _until(lambda: bool(server.health()["doors"][ZALO]["open"]))
            busy, own = server.cpu_seconds(), time.process_time()
            seen = flood(server.url, rate=1000, seconds=15, texts=questions(3))
            busy, own = server.cpu_seconds() - busy, time.process_time() - own
            inbox = server.health()["inbox"]
        yield at_least(
            "durable acknowledgements", seen.per_second, 1000, f"{seen.per_second:.0f}/s ({_load()})"
        )
        yield _acknowledged("acknowledged in a flood, p99", seen.seconds, 50)
        yield at_most("calls in a flood that were not taken", seen.refused, 0, "")
        calls = len(seen.seconds)
        told = f"{1000 * busy / calls:.2f} ms a call, those who call {1000 * own / calls:.2f} ms"
        yield Figure("server's processor time in a flood, answers included", told)
        yield Figure("still to be answered after the flood", f"{inbox.get('new', 0)} of {len(seen.seconds)}")


# --- beside trouble ------------------------------------------------------------------------------


def _neighbours(home: Path) -> Iterator[Figure]:
    with _crowd_at(home, "--messages-at-once", "20") as (crowd, server, database):
        # Both channels are in use all the time; each chat writes too little for the limit on one person.
        chats = [chat for n in range(1, 61) for chat in ((ZALO, f"quiet{n}"), (TELEGRAM, str(n)))]
        texts = questions(5)

        def talked() -> list[float]:
            crowd.forget()
            crowd.keep_talking(chats, texts, 2 * _QUIET_RATE, _QUIET_SECONDS)
            mine = {key for door, key in crowd.asked if door == ZALO}

            def of_mine() -> list[Answered]:
                return [answer for answer in answered(crowd, database) if answer.door == ZALO]

            _until(lambda: len(of_mine()) >= len(mine))
            return [answer.seconds for answer in of_mine()]

        alone = talked()
        crowd.telegram.faults.always(EVERY_METHOD, Fault("black_hole"))
        beside_dead = talked()
        crowd.telegram.faults.clear()
        crowd.telegram.release()
        _until(server.is_idle)
        with _abuse(crowd):
            beside_abuse = talked()
        usual = float(np.percentile(alone, 95))
        yield Figure("answer read after, p95, at rest", f"{1000 * usual:.0f} ms ({_load()})")
        for name, seconds, goal in (
            ("other channel a black hole", beside_dead, 1.1),
            (f"one citizen sends {_ABUSE_RATE:.0f}/s", beside_abuse, 1.2),
        ):
            yield at_most(
                f"p95 against at rest, {name}", float(np.percentile(seconds, 95)) / usual, goal, "x"
            )


@contextmanager
def _abuse(crowd: Crowd) -> Iterator[None]:
    over = threading.Event()

    def write() -> None:
        begun, number = time.monotonic(), 0
        while not over.is_set():
            number += 1
            time.sleep(max(0.0, begun + number / _ABUSE_RATE - time.monotonic()))
            crowd.telegram.text(777, "làm khai sinh cho con cần giấy tờ gì")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


# --- the page ------------------------------------------------------------------------------------


def _page(home: Path) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        office = copy_office(home, Path(folder) / "office")
        with serving(office) as server, httpx.Client(base_url=server.url) as client:
            yield Figure(
                "start of `danhoi serve` until it answers", f"{server.start_seconds:.1f} s ({_load()})"
            )
            yield Figure("resident memory after the start", f"{server.resident_mib():.0f} MiB")
            client.get("/")
            yield Figure(
                "page loaded, p50 / p95", _pair(_timed(lambda _: client.get("/")), 50, 95, "ms", 1000)
            )
            texts = questions(4)
            headers = {"Sec-Fetch-Site": "same-origin", "X-Requested-With": "danhoi"}

            def ask(number: int) -> httpx.Response:
                if number % 10 == 0:  # somebody else, before the limit for one
                    client.cookies.clear()
                    client.get("/")
                return client.post("/hoi", data={"hoi": next(texts), "ma": f"{number:016}"}, headers=headers)

            yield Figure("question on the page answered, p50 / p95", _pair(_timed(ask), 50, 95, "ms", 1000))
            yield at_most("resident memory after that", server.resident_mib(), 700, "MiB")


def _timed(call: Callable[[int], httpx.Response]) -> list[float]:
    found = []
    for number in range(_PAGES):
        begun = time.perf_counter()
        call(number).raise_for_status()
        found.append(time.perf_counter() - begun)
    return found


# --- the pace --------------------------------------------------------------------------------------


def _pace(folder: Path) -> Iterator[Figure]:
    sent, seconds = run_simulated(send_all(folder, _PACED, _PACED_CHATS))
    count = sum(sent.messages.values())
    told = ", ".join(f"{door} {messages}" for door, messages in sent.messages.items())
    yield Figure("messages sent in simulated time", f"{count} ({told}) in {seconds / 3600:.1f} h")
    yield at_most("messages too fast for strict messengers", len(sent.broken), 0, "")


# --- shared ----------------------------------------------------------------------------------------


@contextmanager
def _crowd_at(home: Path, *arguments: str) -> Iterator[tuple[Crowd, Server, Path]]:
    """Let a crowd stand before a server on a copy of the office at *home*, warm."""
    crowd = Crowd()
    with tempfile.TemporaryDirectory() as folder, messengers(crowd) as addresses:
        office = copy_office(home, Path(folder) / "office")
        with serving(office, *addresses, *arguments) as server:
            crowd.talk(conversations(10, 5), _LIMIT_SECONDS)
            _until(server.is_idle)
            crowd.forget()
            yield crowd, server, office / "danhoi.db"


def _until(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + _LIMIT_SECONDS
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError("the server is not ready")
        time.sleep(0.1)


def _acknowledged(name: str, seconds: Sequence[float], goal_ms: float) -> Figure:
    return at_most(name, 1000 * float(np.percentile(seconds, 99)), goal_ms, "ms")


def _pair(values: Sequence[float], low: int, high: int, unit: str, times: float) -> str:
    first, second = (times * float(np.percentile(values, percent)) for percent in (low, high))
    return f"{first:.3g} / {second:.3g} {unit}"


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f}"
