"""
Labelled questions: what a question ought to find, as people judged it.

One JSON object a line: ``{id, question, gold[], also_ok[], facets[], kind, style, source}``; all but
``question`` may be missing.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from knowledge.errors import DanhoiError

ANSWERABLE = "procedure"
AMBIGUOUS = "ambiguous"
MISSING = "abolished_or_missing"
OFF_TOPIC = ("chitchat_or_out_of_scope", "refuse")
EVERYDAY = "everyday"
_EVERYDAY_SOURCES = ("seeds", "handwritten", "persona")


class LabelsRefused(DanhoiError):
    """A file of labelled questions cannot be read."""


class LabelledQuestion(msgspec.Struct, frozen=True):
    """
    One question with its labels.

    ``gold`` are the codes a competent officer would open first, ``also_ok`` near variants that still
    help; both are empty when no procedure answers. Any of ``facets`` is right.
    """

    question: str
    id: str = ""
    gold: tuple[str, ...] = ()
    also_ok: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    kind: str = ANSWERABLE
    style: str = ""
    source: str = ""

    @property
    def helpful(self) -> frozenset[str]:
        """Every code that counts leniently."""
        return frozenset((*self.gold, *self.also_ok))

    @property
    def group(self) -> str:
        """Return "everyday" for citizens' own language, else the source."""
        return EVERYDAY if self.source in _EVERYDAY_SOURCES else self.source

    @property
    def gains(self) -> dict[str, float]:
        """Return the gain of each code for nDCG: 1 for gold, a half for what still helps."""
        return dict.fromkeys(self.also_ok, 0.5) | dict.fromkeys(self.gold, 1.0)


def read_labelled(path: Path) -> tuple[LabelledQuestion, ...]:
    """
    Return the questions in *path*, in order; one without an id gets its line's number.

    Raises:
        LabelsRefused: the file cannot be read, or a line is no labelled question; the text names it.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise LabelsRefused(f"Không đọc được {path}: {error.strerror}.") from error
    return tuple(_question(path, number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _question(path: Path, number: int, line: bytes) -> LabelledQuestion:
    try:
        question = msgspec.json.decode(line, type=LabelledQuestion)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LabelsRefused(f"{path}, dòng {number}: không phải câu hỏi có nhãn ({error}).") from error
    return question if question.id else msgspec.structs.replace(question, id=str(number))
