"""
Measure everything on the national catalogue and write it down: ``make bench``.

    python -m benchmarks.run [--only PART]… [--shared DATA] [--home HOME]

DATA is the folder of the shared data (``DANHOI_SHARED``, by default ../shared/data). The office is made
in a folder that is thrown away, unless HOME names one to keep, or to use again where speed is not asked.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shlex
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.office import CATALOGUE, QUESTIONS, ROOT, Bench
from benchmarks.results import (
    EVALUATION,
    PARTS,
    Figure,
    Result,
    goals,
    machine,
    save,
    write_between,
    write_page,
)
from bot.evaluation_run import versions
from bot.evaluation_tables import Grid

Measured = tuple[tuple[Figure, ...], tuple[Grid, ...]]


def main() -> int:
    """Measure the parts asked for; end with status 1 when a goal is missed."""
    arguments = _arguments()
    command = shlex.join(["python", "-m", "benchmarks.run", *(f"--only={part}" for part in arguments.only)])
    missed = 0
    with tempfile.TemporaryDirectory(prefix="danhoi-bench-") as folder:
        bench = Bench(arguments.shared, arguments.home or Path(folder) / "home")
        for part in [part for part in PARTS if part in (arguments.only or PARTS)]:
            figures, tables = _MEASURE[part](bench)
            save(_result(part, command, arguments.shared, figures, tables))
            print(f"\n{part}")
            if figures:
                print(goals(figures).plain())
            missed += sum(figure.met is False for figure in figures)
            for table in tables:
                print(f"\n{table.plain()}")
            write_page()  # after every part: a later one may fail
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", action="append", choices=PARTS, default=[])
    shared = os.environ.get("DANHOI_SHARED") or ROOT.parent / "shared" / "data"
    parser.add_argument("--shared", type=Path, default=Path(shared))
    parser.add_argument("--home", type=Path)
    arguments = parser.parse_args()
    if not (arguments.shared / CATALOGUE).exists():
        parser.error(f"{arguments.shared} holds no {CATALOGUE}; name the data folder with --shared")
    return arguments


def _result(
    part: str, command: str, data: Path, figures: tuple[Figure, ...], tables: tuple[Grid, ...]
) -> Result:
    return Result(
        part=part,
        command=command,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=machine(),
        versions=versions() | {name: version(name) for name in ("bm25s", "scikit-learn", "pysqlite3")},
        data_sha256={
            name: hashlib.sha256((data / name).read_bytes()).hexdigest() for name in (CATALOGUE, QUESTIONS)
        },
        figures=figures,
        tables=tables,
    )


# --- parts; each imports what it needs when it is its turn -----------------------------------------


def _speed(bench: Bench) -> Measured:
    from benchmarks.speed import measure

    return measure(bench), ()


def _load(bench: Bench) -> Measured:
    from benchmarks.load import measure

    bench.prepare()
    return measure(bench), ()


def _accuracy(bench: Bench) -> Measured:
    from benchmarks.accuracy import evaluate, figures, tables

    bench.prepare()
    run = evaluate(bench, "python -m benchmarks.run --only=accuracy")
    found = tables(run)
    write_between(EVALUATION, "accuracy", (goals(figures(run)), *found))
    return figures(run), found


def _half(bench: Bench) -> Measured:
    from benchmarks.half import run

    return run(bench)


def _ablation(bench: Bench) -> Measured:
    from benchmarks.ablation import ablate

    bench.prepare()
    tables = ablate(bench)
    write_between(EVALUATION, "ablation", tables)
    return (), tables


def _rivals(bench: Bench) -> Measured:
    from benchmarks.rivals import compare

    bench.prepare()
    compared = compare(bench)
    return compared.figures(), compared.tables


def _zalo(bench: Bench) -> Measured:
    from benchmarks.zalo import run

    return run(bench.data)


def _verbatim(bench: Bench) -> Measured:
    from benchmarks.verbatim import check

    found = check(bench.data / CATALOGUE)
    exceptions = Figure("exceptions", str(found.exceptions.total()), "0", not found.exceptions)
    return (exceptions, Figure("answers checked", f"{found.answers} of {found.procedures} procedures")), ()


_MEASURE: dict[str, Callable[[Bench], Measured]] = {
    "half": _half,
    "speed": _speed,
    "load": _load,
    "accuracy": _accuracy,
    "ablation": _ablation,
    "rivals": _rivals,
    "zalo": _zalo,
    "verbatim": _verbatim,
}


if __name__ == "__main__":
    sys.exit(main())
