"""
Every error that is meant for staff, and nothing else.

    DanhoiError                 any error whose text a member of staff can act on
    └── KnowledgeError          about published records, their files or their store
        ├── ImportRefused       an import that saved nothing; carries the problems found
        └── DatabaseRefused     the SQLite file cannot be used as it is

The text of these errors is Vietnamese, names the file and the remedy, and is shown without a
traceback. A programmer's mistake is a plain ``ValueError`` or ``TypeError`` in English.
"""

from __future__ import annotations

from dataclasses import dataclass

_LONGEST_VALUE = 80


class DanhoiError(Exception):
    """Base of every error meant for staff."""


class KnowledgeError(DanhoiError):
    """Published records, their files or their store cannot be used."""


class DatabaseRefused(KnowledgeError):
    """The SQLite file cannot be opened, read or written."""


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One thing wrong in one file, with what to do about it.

    ``str()`` is one line for staff. ``field`` may be "" when the whole record or file is meant;
    ``value`` is kept whole here and shortened only when shown.

    >>> print(Problem("thu-tuc.jsonl", "dòng 14", "processing_time", "7 ngày", "hãy ghi riêng con số, 7"))
    thu-tuc.jsonl, dòng 14: processing_time là "7 ngày"; hãy ghi riêng con số, 7.
    >>> print(Problem("thu-tuc.jsonl", "", "", "", "tệp rỗng; hãy tải lại tệp"))
    thu-tuc.jsonl: tệp rỗng; hãy tải lại tệp.
    """

    source: str  # file name, without a path
    place: str  # "dòng 14", "bản ghi 3 (1.001193)", or "" for the whole file
    field: str  # the field's name as the file spells it
    value: str  # what stands there
    remedy: str  # what to do, as a sentence without its full stop

    def __str__(self) -> str:
        where = ", ".join(filter(None, (self.source, self.place)))
        what = f'{self.field} là "{_shown(self.value)}"; ' if self.field else ""
        return f"{where}: {what}{' '.join(self.remedy.split()).rstrip('.')}."


class ImportRefused(KnowledgeError):
    """Nothing of an import was saved; ``problems`` says why, in the order they were met."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(
            "\n".join(["Chưa nhập bản ghi nào vì dữ liệu có lỗi:", *(str(problem) for problem in problems)])
        )


def _shown(value: str) -> str:
    text = " ".join(value.split())
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
