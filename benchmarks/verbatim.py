"""
Check the whole catalogue: every figure of every composed answer stands in its record.

    python -m benchmarks.verbatim CATALOGUE

For each public procedure, each facet, short and full. Prints the exceptions and the counts, and ends
with status 1 when there is any exception.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from handlers.composing import compose_procedure
from handlers.sections import SECTION_CHARACTERS
from handlers.verbatim import facts_of, unsupported
from knowledge.passages import Facet
from knowledge.portal_file import read_portal
from knowledge.records import Procedure

_TOLD = 40  # exceptions named one by one


@dataclass(slots=True)
class Checked:
    """What was checked; ``exceptions`` and ``lengths`` by facet and form, ``examples`` for a reader."""

    procedures: int = 0
    answers: int = 0
    long_sections: int = 0
    exceptions: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    lengths: dict[str, list[int]] = field(default_factory=dict)


def answers(procedure: Procedure) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (facet and form, sections) of every answer the bot can give on one procedure."""
    for facet in Facet:
        for form in ("short", "full"):
            composed = compose_procedure(procedure, (facet,), full=form == "full")
            yield f"{facet} {form}", composed.sections


def check(catalogue: Path) -> Checked:
    """Compose and check every answer on the public procedures of *catalogue*."""
    checked = Checked()
    for item in read_portal(catalogue):
        if isinstance(item, tuple) and item[0].is_public:
            checked.procedures += 1
            _check(item[0], checked)
    return checked


def _check(procedure: Procedure, checked: Checked) -> None:
    facts = facts_of(procedure)
    for name, sections in answers(procedure):
        text = "\n\n".join(sections)
        checked.answers += 1
        checked.long_sections += sum(len(section) > SECTION_CHARACTERS for section in sections)
        checked.lengths.setdefault(name, []).append(len(text))
        for fact in unsupported(text, facts):
            checked.exceptions[name] += 1
            checked.examples.append(f"{procedure.code} {name}: {fact!r}")


def main() -> int:
    """Run over the catalogue named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("catalogue", type=Path)
    checked = check(parser.parse_args().catalogue)
    print("\n".join(checked.examples[:_TOLD]))
    print(f"procedures {checked.procedures}, answers {checked.answers}")
    print(f"exceptions {checked.exceptions.total()}, sections too long {checked.long_sections}")
    for name, lengths in checked.lengths.items():
        lengths.sort()
        median, p95 = statistics.median(lengths), lengths[int(len(lengths) * 0.95)]
        print(f"{name:18} median {median:6.0f} characters, p95 {p95}")
    return 1 if checked.exceptions else 0


if __name__ == "__main__":
    sys.exit(main())
