"""
What a benchmark leaves: one JSON file per part and day, and one page of all parts, ``RESULTS.md``.

The page is written anew from the latest file of each part, so that a part can be measured by itself.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bot.evaluation_tables import Grid

HERE = Path(__file__).parent
FOLDER = HERE / "results"
EVALUATION = HERE.parent / "docs" / "evaluation.md"
PAGE = HERE / "RESULTS.md"
PARTS = (
    "speed",
    "load",
    "serving-kills",
    "restarts",
    "accuracy",
    "half",
    "ablation",
    "rivals",
    "zalo",
    "verbatim",
)
_TITLES = {
    "speed": "Speed and size, national catalogue",
    "load": "The server under load, messengers and citizens on the same cores",
    "serving-kills": "Servers killed and stopped while a crowd asks (python -m benchmarks.kills)",
    "restarts": "Servers started again after SIGKILL, a month's store (python -m benchmarks.restarts)",
    "accuracy": "Accuracy, development questions, national catalogue",
    "half": "An office with half of the procedures, asked for all",
    "ablation": "What each part of the ranking brings",
    "rivals": "Rivals on the same questions in the same run",
    "zalo": "Law questions (zalo2021_lite)",
    "verbatim": "Every figure of every answer stands in its record",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its goal ("≤ 60 s", "" for none); ``met`` is None when there is no goal."""

    name: str
    value: str
    goal: str = ""
    met: bool | None = None


class Result(msgspec.Struct, frozen=True):
    """What one part found, and by what it was made."""

    part: str
    command: str
    made_at: str
    machine: str
    versions: dict[str, str]
    data_sha256: dict[str, str]
    figures: tuple[Figure, ...]
    tables: tuple[Grid, ...] = ()


def at_most(name: str, value: float, goal: float, unit: str) -> Figure:
    """Return a figure that should not be larger than *goal*."""
    return Figure(name, f"{value:.4g} {unit}".strip(), f"≤ {goal:g} {unit}".strip(), value <= goal)


def at_least(name: str, value: float, goal: float, told: str = "") -> Figure:
    """Return a figure that should not be smaller than *goal*; *told* is how the value reads."""
    return Figure(name, told or f"{value:.3f}", f"≥ {goal:g}", value >= goal)


def machine() -> str:
    """Return cores, memory, processor and load of this machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {_processor()}, {platform.system()}, load {load:.1f}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def save(result: Result) -> Path:
    """Write *result* into its file of the day and return the path."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{datetime.now(UTC):%Y-%m-%d}-{result.part}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=1) + b"\n")
    return path


def write_page() -> None:
    """Write ``RESULTS.md`` from the latest result of each part."""
    sections = ["# Results of `make bench`", "Written by the command; do not edit."]
    for part in PARTS:
        files = sorted(FOLDER.glob(f"*-{part}.json"))
        if files:
            sections += _section(msgspec.json.decode(files[-1].read_bytes(), type=Result))
    PAGE.write_text("\n\n".join(sections) + "\n", encoding="utf-8")


def write_between(page: Path, name: str, tables: Sequence[Grid]) -> None:
    """
    Write *tables* between the marks ``<!-- name -->`` and ``<!-- /name -->`` of *page*.

    Raises:
        ValueError: the marks are not there.
    """
    before, start, rest = page.read_text(encoding="utf-8").partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition(f"<!-- /{name} -->")
    if not (start and end):
        raise ValueError(f"{page} has no marks <!-- {name} --> … <!-- /{name} -->")
    written = "\n\n".join(table.markdown() for table in tables)
    page.write_text(f"{before}{start}\n{written}\n\n{end}{after}", encoding="utf-8")


def _section(result: Result) -> Iterator[str]:
    made_by = ", ".join(f"{name} {number}" for name, number in result.versions.items())
    data = ", ".join(f"{name} {digest[:12]}" for name, digest in result.data_sha256.items())
    yield f"## {_TITLES[result.part]}"
    yield f"`{result.command}`, {result.made_at}; {result.machine}; {made_by}. Data (SHA-256): {data}."
    if result.figures:
        yield goals(result.figures).markdown().split("\n\n", 1)[1]
    for table in result.tables:
        yield table.markdown()


def goals(figures: Sequence[Figure]) -> Grid:
    """Return *figures* as a table."""
    told = {True: "yes", False: "**no**", None: ""}
    rows = tuple((figure.name, figure.value, figure.goal, told[figure.met]) for figure in figures)
    return Grid("Goals", ("", "measured", "goal", "met"), rows)
