"""
What is wrong or doubtful in the files of the lexicon, entry by entry, for the clerk who writes them.

But: nothing is corrected, and a doubt may be meant; only an error keeps an entry from being used.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path

from knowledge.concepts import ConceptFile, Entry, read_tree
from knowledge.errors import Problem
from knowledge.patterns import variants
from knowledge.phrasings import Phrasing
from knowledge.plain_tree import Mistake, Pairs, Text
from knowledge.reach import Reach, common_words, reach
from knowledge.spelling import Syllable
from knowledge.text import fold, syllables

LEAST_MATCHED = 3  # fewer wordings say nothing on how precise a phrase is
_COMMON = 1 / 500  # a word that stands in this share of the wordings names nothing
_MOST_VARIANTS = 500  # of one phrase; the rest of a larger one is not compared with other entries
_CODES_NAMED = 5

_NO_KEY = "không dùng tên này; có thể dùng: {}"
_TWICE = "tên này được ghi hai lần, chỉ dòng sau có tác dụng; hãy giữ một"


class Weight(StrEnum):
    """How much a finding matters: only an error has to be mended."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class LexiconFinding:
    """One thing to look at, with what to do about it."""

    weight: Weight
    problem: Problem


_Place = tuple[ConceptFile, Entry]


def as_error(path: Path, mistake: Mistake) -> LexiconFinding:
    """Return *mistake*, made in the file *path*, as a finding."""
    return LexiconFinding(Weight.ERROR, mistake.in_file(path.name))


def check_keys(tree: Pairs, known: Collection[str]) -> Iterator[Mistake]:
    """Give a mistake for each key of *tree* that is not *known* or stands there twice; "*" allows any."""
    seen: set[str] = set()
    for key, _ in tree.pairs:
        name = key.value or ""
        if name not in known and "*" not in known:
            yield Mistake(key.line, "tên", name, _NO_KEY.format(", ".join(sorted(known))))
        elif name in seen:
            yield Mistake(key.line, "tên", name, _TWICE)
        seen.add(name)


def check_concepts(
    files: Sequence[ConceptFile],
    phrasings: Sequence[Phrasing],
    office_codes: Collection[str] | None,
    progress: Callable[[int], None] = lambda done: None,
) -> Iterator[LexiconFinding]:
    """
    Give what is to be said on *files*: errors, then doubts about phrases, then unknown codes.

    Args:
        files: what was read.
        phrasings: what people said, to measure phrases on.
        office_codes: the procedures of this office's index; None when there is no index to compare with.
        progress: called with 1 after each of *phrasings*.
    """
    for file in files:
        yield from (LexiconFinding(Weight.ERROR, problem) for problem in file.problems)
    entries = [(file, entry) for file in files for entry in file.entries]
    yield from _said_twice(entries)
    yield from _bare_words(entries, common_words(phrasings, _COMMON))
    yield from _imprecise(entries, phrasings, progress)
    if office_codes is not None:
        yield from filter(None, (_not_here(file, office_codes) for file in files))


def check_shorthand(path: Path, official: Iterable[str]) -> Iterator[LexiconFinding]:
    """Give what is wrong with the shorthand in *path*; *official* texts show which words are ordinary."""
    try:
        tree = read_tree(path)
        if not isinstance(tree, Pairs):
            raise Mistake(tree.line, "", "", "tệp phải gồm các dòng dạng viết tắt: viết đủ")
    except Mistake as mistake:
        yield as_error(path, mistake)
        return
    found = (*check_keys(tree, {"*"}), *_wrong_shorthand(tree))
    yield from (as_error(path, wrong) for wrong in found)
    written = {word for text in official for word in syllables(text.lower())}
    ordinary = written | {fold(word) for word in written}
    for key, value in tree.pairs:
        if key.value in ordinary and isinstance(value, Text) and key.value != value.value:
            remedy = f"“{key.value}” cũng là một từ thường dùng và sẽ luôn bị đọc thành “{value.value}”"
            yield _doubt(path.name, key.line, "viết tắt", key.value, f"{remedy}; hãy bỏ hoặc ghi hai từ liền")


def _wrong_shorthand(tree: Pairs) -> Iterator[Mistake]:
    for key, value in tree.pairs:
        name = key.value or ""
        if not 1 <= len(name.split()) <= 2 or name != name.lower():
            yield Mistake(key.line, "viết tắt", name, "hãy ghi một hoặc hai từ, bằng chữ thường")
        if not isinstance(value, Text) or not (value.value or "").strip():
            yield Mistake(key.line, name, "", "chưa ghi viết đủ là gì; hãy ghi sau dấu hai chấm")


def _said_twice(entries: Iterable[_Place]) -> Iterator[LexiconFinding]:
    first: dict[tuple[bool, tuple[Syllable | None, ...]], _Place] = {}
    for file, entry in entries:
        told = set()
        for phrase in entry.concept.says:
            for wording in islice(variants(phrase), _MOST_VARIANTS):
                other_file, other = first.setdefault((phrase.startswith("="), wording), (file, entry))
                if set(other.concept.codes).isdisjoint(entry.concept.codes) and other not in told:
                    told.add(other)
                    remedy = (
                        f"{other_file.name}, dòng {other.line} ({other.concept.means}) cũng nhận cách nói "
                        "này, nên máy coi là cả hai; nếu không cố ý, hãy bỏ ở một nơi"
                    )
                    yield _doubt(file.name, entry.line, "says", phrase, remedy)


def _bare_words(entries: Iterable[_Place], common: Collection[str]) -> Iterator[LexiconFinding]:
    for file, entry in entries:
        for phrase in entry.concept.says:
            bare = [wording[0] for wording in islice(variants(phrase), _MOST_VARIANTS) if len(wording) == 1]
            if any(word and word.folded in common for word in bare):
                remedy = "một từ đứng riêng mà người dân dùng trong nhiều việc; hãy thêm từ cho rõ"
                yield _doubt(file.name, entry.line, "says", phrase, remedy)


def _imprecise(
    entries: Iterable[_Place], phrasings: Iterable[Phrasing], progress: Callable[[int], None]
) -> Iterator[LexiconFinding]:
    places = [(file, entry, phrase) for file, entry in entries for phrase in entry.concept.says]
    reached = reach([(phrase, entry.concept.codes) for _, entry, phrase in places], phrasings, progress)
    for (file, entry, phrase), found in zip(places, reached, strict=True):
        if found.matched >= LEAST_MATCHED and 2 * len(found.right) < found.matched:
            yield _doubt(file.name, entry.line, "says", phrase, _imprecision(found))


def _imprecision(found: Reach) -> str:
    return (
        f"khớp {found.matched} câu mẫu nhưng chỉ {len(found.right)} câu hỏi thủ tục này "
        f"(khớp nhầm: “{found.wrong[0].q}”); hãy viết rõ hơn hoặc bỏ"
    )


def _not_here(file: ConceptFile, office_codes: Collection[str]) -> LexiconFinding | None:
    missing = [c for entry in file.entries for c in entry.concept.codes if c not in office_codes]
    if not missing:
        return None
    named = ", ".join(missing[:_CODES_NAMED]) + (", …" if len(missing) > _CODES_NAMED else "")
    remedy = f"{len(missing)} mã chưa có trong chỉ mục của cơ quan nên chưa có tác dụng ({named})"
    return LexiconFinding(Weight.NOTE, Problem(file.name, "", "", "", remedy))


def _doubt(file: str, line: int, field: str, value: str, remedy: str) -> LexiconFinding:
    return LexiconFinding(Weight.WARNING, Problem(file, f"dòng {line}", field, value, remedy))
