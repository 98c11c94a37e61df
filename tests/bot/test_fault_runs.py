"""
Goal R8, the long form: thirteen faults at three doors, two hundred runs each.

A run is one citizen's three questions, of whose answers the network harms one call, the first, second or
third of its kind. Many runs go on at once in one server, and several servers side by side; the citizens
at the other doors must not notice.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fault_table import FAULTS, REFUSED, SENDS, ZALO
from tests.killed_server import TRADES, wait_until
from tests.quick_server import Citizen, Town, hurry, town, until
from tests.told import copies_in

RUNS = 200
SERVERS = 2  # for each door
BYSTANDERS = 5  # at each door
QUESTIONS = 3
PATIENCE_S = 600.0  # on a machine that does much else
ANSWER_SECONDS = 1.0  # a messenger that does not answer has to be told from one that many runs keep busy
KINDS = {"telegram": ("sendMessage", "editMessageText")} | {door: (SENDS[door],) for door in ZALO}


def run_all(folder: Path, door: str, name: str, runs: int, seed: int) -> Counter[str]:
    """Let *runs* citizens meet the fault *name* at *door*, in one server; return what was seen."""
    draw = random.Random(seed)
    with town(folder, answer_seconds=ANSWER_SECONDS) as here:
        here.bring_patiently()
        faults = here.messengers[door].faults
        asked, lacking = {}, {}
        for _ in range(runs):
            citizen, place = here.citizen(door), draw.randrange(QUESTIONS)
            faults.aim(draw.choice(KINDS[door]), str(citizen.chat), place + 1, FAULTS[name])
            asked[citizen] = draw.sample(TRADES, QUESTIONS)
            lacking[citizen] = asked[citizen][place] if name == REFUSED and door in ZALO else ""
        others = [here.citizen(one) for one in here.messengers for _ in range(BYSTANDERS)]
        asked |= {citizen: draw.sample(TRADES, QUESTIONS) for citizen in others}
        if door == "telegram":
            faults.randomly("getUpdates", FAULTS[name], share=0.1, seed=seed)
        for citizen, trades in asked.items():
            citizen.asks(*trades)
        expected = {
            citizen: [trade for trade in trades if trade != lacking.get(citizen)]
            for citizen, trades in asked.items()
        }
        wait_until(lambda: not _lacking(expected), PATIENCE_S)
        assert not _lacking(expected), f"not answered: {_lacking(expected)}; {here.health()}"
        until(lambda: not {"queued", "sending"} & here.health()["outbox"].keys(), PATIENCE_S)
        seen = Counter(runs=runs)
        for citizen, told in expected.items():
            seen += _checked(citizen, told)
        _check_calls(here, door, list(lacking), others)
        if door == "zalo_oa":
            _renew_tokens(here, name)
    return seen


def _lacking(expected: dict[Citizen, list[str]]) -> dict[int | str, set[str]]:
    """Return by chat what its citizen was not told of."""
    left = {citizen.chat: set(told) - set(citizen.knows()) for citizen, told in expected.items()}
    return {chat: trades for chat, trades in left.items() if trades}


def _checked(citizen: Citizen, trades: list[str]) -> Counter[str]:
    """Assert that *citizen* was told of each of *trades*, in order, and of none twice without a mark."""
    copies = copies_in(citizen.sees())
    assert [group[0][0] for group in copies] == trades, f"{citizen.chat}: lost, doubled or out of order"
    marked = sum(is_marked for group in copies for _, is_marked in group)
    assert not (marked and isinstance(citizen.chat, int)), "a repeat on Telegram"
    return Counter(questions=len(trades), repeats=sum(map(len, copies)) - len(copies), marked=marked)


def _check_calls(here: Town, door: str, harmed: list[Citizen], others: list[Citizen]) -> None:
    """Assert that each harm cost one call more at most, and that nobody came back before time."""
    fake = here.messengers[door]
    sends = [call for call in fake.calls if call.method in KINDS[door]]
    calls = Counter(fake.caller(call.method, call.params)[1] for call in sends)
    usual = max(calls[str(one.chat)] for one in others if one.fake is fake)
    broken_off = sum(call.outcome == "gone" for call in sends)  # this machine was slow
    more = sum(calls[str(citizen.chat)] - usual for citizen in harmed)
    assert more <= len(harmed) + broken_off, f"{more} calls more for {len(harmed)} harms"
    assert fake.rules.violations == []


def _renew_tokens(here: Town, name: str) -> None:
    """Harm the renewal of the account's tokens too; a pair that was granted unheard is lost, so none is."""
    here.oa.expire_access_token()
    here.oa.faults.queue("oauth", replace(FAULTS[name], accepted=False))
    citizen = here.citizen("zalo_oa")
    citizen.asks("gốm")
    until(lambda: citizen.knows() == ["gốm"])


def run_side_by_side(folder: Path, name: str, runs: int, servers: int) -> Counter[str]:
    """Run *runs* at each door, in *servers* servers for each."""
    places = [(door, number) for number in range(servers) for door in KINDS]
    with ThreadPoolExecutor(len(places)) as pool:
        running = [
            pool.submit(run_all, folder / f"{door}{number}", door, name, runs // servers, number)
            for door, number in places
        ]
        return sum((run.result() for run in running), Counter())


def _tell(record_property, name: str, seen: Counter[str], began: float) -> None:
    line = json.dumps({"fault": name, **seen, "lost": 0, "seconds": round(time.monotonic() - began)})
    record_property("figures", line)
    print(line)  # noqa: T201 - for who runs the long form


def test_a_few_runs_at_each_door_lose_nothing_and_double_nothing(tmp_path, monkeypatch, record_property):
    hurry(monkeypatch)
    began = time.monotonic()
    seen = run_side_by_side(tmp_path, "dropped after", 5, 1)

    assert seen["runs"] == 5 * len(KINDS)
    assert seen["marked"] >= seen["repeats"] >= 5 * len(ZALO)
    _tell(record_property, "dropped after", seen, began)


@pytest.mark.soak
@pytest.mark.parametrize("name", FAULTS)
def test_two_hundred_runs_at_each_door_lose_nothing_and_double_nothing(
    tmp_path, monkeypatch, record_property, name
):
    hurry(monkeypatch)
    began = time.monotonic()
    seen = run_side_by_side(tmp_path, name, RUNS, SERVERS)

    assert seen["runs"] == RUNS * len(KINDS)
    _tell(record_property, name, seen, began)
