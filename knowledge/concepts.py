"""
The lexicon of citizens' language: how people name a procedure, its papers and the events that lead to it.

One YAML file per field in ``lexicon/concepts/``, and the office's own beside them, for a clerk to edit; an
entry names procedure codes, the official concept, and phrases (``phrases.py`` says how they are written)::

    - codes: ["1.000656"]
      means: đăng ký khai tử
      says:
        - khai tử
        - (bố|mẹ|ông|bà) … (mới|vừa|) mất

But: a phrase is evidence among other evidence, never an answer by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from knowledge.errors import Problem
from knowledge.phrases import PhraseBook, covered, typed_syllables
from knowledge.plain_checks import CODE_FORM, looks_like_a_code
from knowledge.plain_tree import Items, Mistake, Pairs, Tree, build
from knowledge.plain_yaml import parse_yaml

FOLDER = Path(__file__).parent / "lexicon" / "concepts"

_LIST_FORM = "tệp phải là một danh sách, mỗi mục bắt đầu bằng: - codes:"
_UNREADABLE = "không đọc được tệp; hãy lưu lại bằng bảng mã UTF-8 và cho phép đọc"
_NEEDED = "mục này còn thiếu; hãy bổ sung"
_PHRASE_FORM = (
    "cụm từ chưa đúng cách viết; mỗi ngoặc mở cần một ngoặc đóng, dấu | chỉ đứng trong ngoặc, và cụm phải "
    "bắt đầu bằng một từ, không bằng … hay phần có thể bỏ"
)


@dataclass(frozen=True, slots=True)
class Concept:
    """The procedures ``codes`` are meant by each of the phrases in ``says``."""

    codes: tuple[str, ...]
    means: str
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A concept, and the line of its file where it begins."""

    line: int
    concept: Concept


@dataclass(frozen=True, slots=True)
class ConceptFile:
    """What one file holds: the entries that are right, and what is wrong with the others."""

    name: str
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]


def read_tree(path: Path) -> Tree:
    """
    Return what the YAML file *path* says.

    Raises:
        Mistake: it is no YAML, or cannot be read as UTF-8 text.
    """
    try:
        return parse_yaml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Mistake(1, "", "", _UNREADABLE) from error


def read_file(path: Path) -> ConceptFile:
    """Return the entries of *path*; a file that cannot be read at all has a problem and no entry."""
    try:
        tree = read_tree(path)
        if not isinstance(tree, Items):
            raise Mistake(tree.line, "", "", _LIST_FORM)
    except Mistake as mistake:
        return ConceptFile(path.name, (), (mistake.in_file(path.name),))
    entries, problems = [], []
    for item in tree.items:
        try:
            entries.append(Entry(item.line, _concept(item)))
        except Mistake as mistake:
            problems.append(mistake.in_file(path.name))
    return ConceptFile(path.name, tuple(entries), tuple(problems))


def read_folder(folder: Path) -> tuple[ConceptFile, ...]:
    """Return the ``*.yaml`` files of *folder*, which need not exist, in order of their names."""
    return tuple(read_file(path) for path in sorted(folder.glob("*.yaml")))


def read_concepts(folder: Path = FOLDER) -> Iterator[Concept]:
    """
    Give the entries of the files in *folder*, file by file in order of their names.

    Raises:
        ValueError: something in them is wrong; the text names file and line.
    """
    for file in read_folder(folder):
        if file.problems:
            raise ValueError(str(file.problems[0]))
        yield from (entry.concept for entry in file.entries)


def phrase_fault(written: str) -> str:
    """
    Return what staff have to do before *written* is a phrase; "" when it is one.

    >>> phrase_fault("khai (tử|sinh)")
    ''
    """
    try:
        PhraseBook({"": [written]})
    except ValueError:
        return _PHRASE_FORM
    return ""


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

    def with_concepts(self, concepts: Iterable[Concept]) -> Lexicon:
        """Return a lexicon that holds *concepts* too; this one itself when there are none."""
        more = tuple(concepts)
        return Lexicon(self.concepts + more) if more else self


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the lexicon that ships with the project."""
    return Lexicon(read_concepts())


def office_lexicon(files: Iterable[ConceptFile]) -> Lexicon:
    """Return the shipped lexicon and the office's *files*; a file with a problem is left out whole."""
    right = (file for file in files if not file.problems)
    return lexicon().with_concepts(entry.concept for file in right for entry in file.entries)


def _concept(item: Tree) -> Concept:
    concept = Concept(**build(item, Concept))
    for field in ("codes", "means"):
        if not getattr(concept, field):
            raise Mistake(item.line, field, "", _NEEDED)
    for line, code in _lines(item, "codes", concept.codes):
        if not looks_like_a_code(code):
            raise Mistake(line, "codes", code, CODE_FORM)
    for line, phrase in _lines(item, "says", concept.says):
        if remedy := phrase_fault(phrase):
            raise Mistake(line, "says", phrase, remedy)
    return concept


def _lines(item: Tree, field: str, values: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    found = item.get(field) if isinstance(item, Pairs) else None
    places = found.items if isinstance(found, Items) else ()
    return ((place.line, value) for place, value in zip(places, values, strict=True))
