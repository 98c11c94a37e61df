"""
Shorthand written out: chat spellings, abbreviations and dialect, word by word, from a list a clerk edits.

The list is ``knowledge/lexicon/shorthand.yaml``: one word, or two in a row, to what it stands for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import yaml

SHORTHAND = Path(__file__).parent / "lexicon" / "shorthand.yaml"


def write_out(words: Sequence[str]) -> Iterator[str]:
    """
    Give *words*, lower case, with shorthand written out; a longer entry goes before a shorter one.

    >>> list(write_out(["bn", "tiền", "j"]))
    ['bao', 'nhiêu', 'tiền', 'gì']
    """
    shorthand = read_shorthand()
    position = 0
    while position < len(words):
        pair = " ".join(words[position : position + 2])
        if pair in shorthand:
            yield from shorthand[pair].split()
            position += 2
        else:
            yield from shorthand.get(words[position], words[position]).split()
            position += 1


@lru_cache(maxsize=1)
def read_shorthand() -> dict[str, str]:
    """Return what each entry of the list stands for."""
    with SHORTHAND.open(encoding="utf-8") as file:
        return {str(short): str(full) for short, full in yaml.safe_load(file).items()}
