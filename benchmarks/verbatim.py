"""
Check the whole catalogue: every figure of every composed answer stands in its record.

    python benchmarks/verbatim.py CATALOGUE

For each public procedure, each facet, short and full, and the whole procedure. Prints the counts
and ends with status 1 when there is any exception.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from handlers.composing import compose_procedure
from handlers.cutting import SECTION_CHARACTERS
from handlers.verbatim import facts_of, unsupported
from knowledge.passages import Facet
from knowledge.portal_file import read_portal
from knowledge.records import Procedure


def answers(procedure: Procedure) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield (facet, form, sections) of every answer the bot can give on one procedure."""
    for facet in Facet:
        for form in ("short", "full"):
            yield facet, form, compose_procedure(procedure, (facet,), full=form == "full").sections


def main() -> int:
    """Run over the catalogue named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("catalogue", type=Path)
    started = time.perf_counter()
    checked, exceptions, long_sections, figures = 0, Counter[str](), 0, 0
    lengths: dict[str, list[int]] = {}
    procedures = [item[0] for item in read_portal(parser.parse_args().catalogue) if isinstance(item, tuple)]
    public = [procedure for procedure in procedures if procedure.is_public]
    for procedure in public:
        facts = facts_of(procedure)
        for facet, form, sections in answers(procedure):
            text = "\n\n".join(sections)
            checked += 1
            figures += sum(character.isdigit() for character in text)
            long_sections += sum(len(section) > SECTION_CHARACTERS for section in sections)
            lengths.setdefault(f"{facet} {form}", []).append(len(text))
            for fact in unsupported(text, facts):
                exceptions[f"{facet} {form}"] += 1
                if exceptions.total() <= 40:
                    print(f"{procedure.code} {facet} {form}: {fact!r}")
    seconds = time.perf_counter() - started
    print(f"procedures {len(public)}, answers {checked}, exceptions {exceptions.total()}, {seconds:.0f} s")
    print(f"digits {figures}, sections over {SECTION_CHARACTERS} characters: {long_sections}")
    for name, values in lengths.items():
        values.sort()
        print(f"{name:18} median {statistics.median(values):6.0f}  p95 {values[int(len(values) * 0.95)]:7}")
    return 1 if exceptions else 0


if __name__ == "__main__":
    sys.exit(main())
