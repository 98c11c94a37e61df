"""
The lexicon of citizens' language: how people name a procedure, its papers and the events that lead to it.

One YAML file per field in ``lexicon/concepts/``, for a clerk to edit; an entry names procedure codes, the
official concept, and phrases (``phrases.py`` says how they are written)::

    - codes: ["1.000656"]
      means: đăng ký khai tử
      says:
        - khai tử
        - (bố|mẹ|ông|bà) … (mới|vừa|) mất

But: a phrase is evidence among other evidence, never an answer by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import msgspec
import yaml

from knowledge.phrases import PhraseBook, covered, typed_syllables

FOLDER = Path(__file__).parent / "lexicon" / "concepts"


class Concept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry: the procedures ``codes`` are meant by each of the phrases in ``says``."""

    codes: tuple[str, ...]
    means: str
    says: tuple[str, ...]


def read_concepts(folder: Path = FOLDER) -> Iterator[Concept]:
    """
    Give the entries of the files in *folder*, file by file in order of their names.

    Raises:
        ValueError: an entry lacks a field or holds another; the text names file and place.
    """
    for path in sorted(folder.glob("*.yaml")):
        try:
            entries = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # gives text only
            # A key without a value is "" to this loader; an entry may have no phrase yet.
            yield from msgspec.convert([_without_blanks(entry) for entry in entries or []], list[Concept])
        except (yaml.YAMLError, msgspec.ValidationError) as error:
            raise ValueError(f"{path.name}: {error}") from error


def _without_blanks(entry: object) -> object:
    if not isinstance(entry, dict):
        return entry
    return {key: value if value != "" else [] for key, value in entry.items()}


class Lexicon:
    """All entries, ready to be found in what somebody typed."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.concepts = tuple(concepts)
        self._book = PhraseBook({str(place): concept.says for place, concept in enumerate(self.concepts)})

    def named(self, text: str) -> dict[str, float]:
        """
        Return the codes that *text* names, each with the share, 0..1, of its syllables that do.

        The longest phrase counts: what "cấp lại căn cước" covers goes before what "căn cước" covers.
        ``{}`` when nothing is named.

        >>> lexicon = Lexicon([Concept(("1.000656",), "đăng ký khai tử", ("khai tử",))])
        >>> lexicon.named("lam khai tu")
        {'1.000656': 0.6666666666666666}
        """
        typed = typed_syllables(text)
        found: dict[str, float] = {}
        for match in self._book.find(typed):
            share = len(covered([match])) / len(typed)
            for code in self.concepts[int(match.label)].codes:
                found[code] = max(share, found.get(code, 0.0))
        return found


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the lexicon that ships with the project."""
    return Lexicon(read_concepts())
