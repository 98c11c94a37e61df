"""
What ``danhoi serve`` bears: a crowd at both messengers, a flood, a dead channel, the platforms' pace.

The server is a process of its own; the messengers and the citizens share another, on the same cores.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
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
_ROUNDS = 3  # the median is held against the goal: the disk here stalls now and then
_SYNCS = 5000
_LONG_EACH = 200  # messages of each chat where memory is watched
_LIMIT_SECONDS = 170.0
_PACED = {"telegram": 60_000, "zalo_bot": 20_000, "zalo_oa": 20_000}
_PACED_CHATS = 400
_QUIET_RATE, _QUIET_SECONDS = 10.0, 40.0  # messages a second of those whose channel is well
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
    rates, missing, seconds, acknowledged = [], 0, [], []
    with _crowd_at(home) as (crowd, server, database):
        begun, busy = time.monotonic(), server.cpu_seconds()
        for _ in range(_ROUNDS):
            crowd.forget()
            crowd.talk(conversations(_CHATS, _EACH, pattern), _LIMIT_SECONDS)
            _until(server.is_idle)
            answers = answered(crowd, database)
            rates.append(len(answers) / (max(a.shown for a in answers) - min(a.sent for a in answers)))
            missing += len(crowd.asked) - len(answers)
            seconds += [answer.seconds for answer in answers]
            acknowledged += crowd.acknowledged()
        wall, busy = time.monotonic() - begun, server.cpu_seconds() - busy
    told = f"{_each(rates, '/s')} ({_load()})"
    rate = statistics.median(rates)
    yield at_least(f"answers, {name}", rate, goal, told) if goal else Figure(f"answers, {name}", told)
    yield at_most(f"unanswered of {_ROUNDS * _CHATS * _EACH}, {name}", missing, 0, "")
    yield Figure(f"answer read after, p50 / p95, {name}", _pair(seconds, 50, 95, "s", 1))
    yield _acknowledged(f"webhook acknowledged, p99, {name}", acknowledged, 500)
    busy_ms = 1000 * busy / len(seconds)
    yield Figure(f"server's processor time, {name}", f"{busy_ms:.1f} ms an answer, {busy / wall:.2f} cores")


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
    """
    L1 asks for ten minutes; these are three quarters of one, in rounds.

    Nobody is limited, so every update is searched. Each round has a server of its own: the last one's is
    busy with answers for minutes.
    """
    rates, p99s, stalls, refused, calls, busy, own, left = [], [], [], 0, 0, 0.0, 0.0, []
    for number in range(_ROUNDS):
        crowd = Crowd()
        crowd.zalo.chats.update((chat, []) for chat in CHATS)
        with tempfile.TemporaryDirectory() as folder, messengers(crowd) as (_, zalo):
            office = copy_office(home, Path(folder) / "office")
            with serving(office, "", zalo) as server:
                _until(partial(_is_open, server))
                busy, own = busy - server.cpu_seconds(), own - time.process_time()
                seen = flood(server.url, rate=1000, seconds=15, texts=questions(3 + number))
                busy, own = busy + server.cpu_seconds(), own + time.process_time()
                left.append(server.health()["inbox"].get("new", 0))
        rates.append(seen.per_second)
        p99s.append(1000 * float(np.percentile(seen.seconds, 99)))
        stalls.append(1000 * max(seen.seconds))
        refused, calls = refused + seen.refused, calls + len(seen.seconds)
    rate, p99 = statistics.median(rates), statistics.median(p99s)
    yield at_least("durable acknowledgements", round(rate), 1000, f"{_each(rates, '/s')} ({_load()})")
    yield Figure("acknowledged in a flood, p99", _each(p99s, " ms"), "≤ 50 ms", p99 <= 50)
    yield Figure("longest acknowledgement of each flood", _each(stalls, " ms"))
    yield at_most("calls in a flood that were not taken", refused, 0, "")
    told = f"{1000 * busy / calls:.2f} ms a call, those who call {1000 * own / calls:.2f} ms"
    yield Figure("server's processor time in a flood, answers included", told)
    yield Figure("still to be answered after each flood", f"{_each(left)} of {calls // _ROUNDS}")
    yield Figure("the disk alone: one sync, p50 / p99.9 / longest", _disk())


def _is_open(server: Server) -> bool:
    return bool(server.health()["doors"][ZALO]["open"])


def _disk() -> str:
    """Return how long the disk takes to keep one page, asked some thousand times and by nobody else."""
    seconds = []
    with tempfile.TemporaryFile(buffering=0) as file:
        for _ in range(_SYNCS):
            file.write(bytes(4096))
            begun = time.perf_counter()
            os.fdatasync(file.fileno())
            seconds.append(time.perf_counter() - begun)
            time.sleep(0.002)
    percentiles = (1000 * float(np.percentile(seconds, percent)) for percent in (50, 99.9, 100))
    return " / ".join(f"{found:.2f}" for found in percentiles) + " ms"


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


def _each(values: Sequence[float], unit: str = "") -> str:
    return ", ".join(f"{value:.0f}" for value in values) + unit


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f}"
