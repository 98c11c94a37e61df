"""How long importing, building, rebuilding and answering take, and how large it all is."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import msgspec

from benchmarks.answering import Answering
from benchmarks.office import CATALOGUE, ROOT, Bench
from benchmarks.results import Figure, at_most
from index.generation import current_folder

_CHANGED = 10
_STARTS = 5
_QUESTION = "làm khai sinh cho con cần giấy tờ gì"


def measure(bench: Bench) -> tuple[Figure, ...]:
    """Return every figure; the office must be new. Its knowledge is left as the catalogue has it."""
    imported = bench.danhoi("knowledge", "import", str(bench.data / CATALOGUE))
    built = bench.danhoi("index", "build")
    return (
        at_most("import of the catalogue", imported, 60, "s"),
        at_most("full index build", built, 180, "s"),
        at_most(f"rebuild after {_CHANGED} changed procedures", _rebuild(bench), 5, "s"),
        *_size(bench),
        *_answering(bench),
        at_most("start to first answer (`danhoi ask`)", _start(bench), 6, "s"),
    )


def _rebuild(bench: Bench) -> float:
    """Change a few procedures, build, put them back, build; return the slower build's seconds."""
    with bench.app.open_store() as store:
        originals = list(islice(store.procedures(), _CHANGED))
        store.save(replace(one, conditions=f"{one.conditions}\nBổ sung.") for one in originals)
    there = bench.danhoi("index", "build")
    with bench.app.open_store() as store:
        store.save(originals)
    return max(there, bench.danhoi("index", "build"))


def _size(bench: Bench) -> Iterator[Figure]:
    folder = current_folder(bench.home / "index")
    if folder is None:
        raise ValueError(f"{bench.home} has no index")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    yield at_most("index on disk", size / 1e6, 200, "MB")
    manifest = bench.app.open_generation().manifest
    yield Figure("records", str(sum(manifest.records.values())))
    parts = ", ".join(f"{part} {count}" for part, count in sorted(manifest.passages.items()))
    yield Figure("passages", f"{sum(manifest.passages.values())} ({parts})")


def _answering(bench: Bench) -> Iterator[Figure]:
    command = [sys.executable, "-m", "benchmarks.answering", str(bench.home), str(bench.questions)]
    output = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE).stdout
    found = msgspec.json.decode(output, type=Answering)
    yield at_most("`answer`, p50, one thread", found.p50_ms, 15, "ms")
    yield at_most("`answer`, p99, one thread", found.p99_ms, 60, "ms")
    yield at_most("understanding and ranking, p50", found.steps_p50_ms, 15, "ms")
    yield at_most("understanding and ranking, p99", found.steps_p99_ms, 50, "ms")
    first_round = f"{found.first_round_p50_ms:.3g} / {found.first_round_p99_ms:.3g} ms"
    yield Figure("`answer`, p50 / p99 of the first round", first_round)
    yield Figure("very first answer of a process", f"{found.first_answer_ms:.3g} ms")
    yield Figure("opening index and model", f"{found.open_seconds:.2f} s")
    yield at_most("resident memory while answering", found.resident_mib, 700, "MiB")
    yield Figure("peak memory", f"{found.peak_mib:.0f} MiB")


def _start(bench: Bench) -> float:
    return statistics.median(bench.danhoi("ask", _QUESTION) for _ in range(_STARTS))
