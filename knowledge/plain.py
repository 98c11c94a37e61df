"""
Our own formats, which an office clerk edits by hand: YAML, CSV and Markdown (``docs/formats.md``).

One bad record becomes a `Problem` with its line; a file whose syntax is wrong is refused whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from knowledge import files
from knowledge.errors import KnowledgeError, Problem
from knowledge.plain_checks import check_record
from knowledge.plain_csv import parse_csv
from knowledge.plain_tree import Items, Mistake, Pairs, Text, Tree, build, convert
from knowledge.plain_yaml import parse_yaml
from knowledge.records import QA, Contact, Guide, Office, Origin, Procedure, Record

RECORD_TYPES: dict[str, type[Procedure | Contact | QA | Office]] = {
    "procedures": Procedure,
    "contacts": Contact,
    "qa": QA,
    "office": Office,
}
_LARGEST = 2**20
_ORIGIN_KEYS = frozenset({"sample", "crawled_on"})
_FENCE = "---"
_FRONT_MATTER = "hướng dẫn phải bắt đầu bằng dòng ---, các dòng tên: giá trị, rồi lại dòng ---"


def read_yaml(path: Path, record_type: type[Any]) -> Iterator[Record | Problem]:
    """
    Yield the records of a YAML file: one, or a list of them.

    Raises:
        KnowledgeError: too large, not UTF-8, or wrong YAML, at the first record.
    """
    tree = _parsed(path, _text(path))
    for entry in tree.items if isinstance(tree, Items) else (tree,):
        yield _record(path, entry, record_type, "plain-yaml")


def read_csv(path: Path, record_type: type[Any]) -> Iterator[Record | Problem]:
    """Yield the records of a CSV file, one a row; raises as `read_yaml`."""
    try:
        for row in parse_csv(_text(path)):
            if isinstance(row, Mistake):
                yield row.in_file(path.name)
            else:
                yield _record(path, row, record_type, "plain-csv")
    except Mistake as mistake:
        raise _refusal(path, mistake) from mistake


def read_guide(path: Path) -> Iterator[Record | Problem]:
    """Yield the one guide of a Markdown file with YAML front matter; raises as `read_yaml`."""
    lines = _text(path).split("\n")
    ends = [number for number, line in enumerate(lines) if line.rstrip() == _FENCE]
    if len(ends) < 2 or ends[0] != 0:
        raise files.refuse(path, "dòng 1", _FRONT_MATTER)
    head = _parsed(path, "\n".join(lines[1 : ends[1]]), first_line=2)
    body = Text(ends[1] + 2, "\n".join(lines[ends[1] + 1 :]))
    if isinstance(head, Pairs):
        head = Pairs(head.line, (*head.pairs, (Text(body.line, "body"), body)))
    yield _record(path, head, Guide, "plain-markdown")


def _text(path: Path) -> str:
    return files.whole(path, _LARGEST).decode("utf-8").replace("\r\n", "\n")


def _parsed(path: Path, text: str, first_line: int = 1) -> Tree:
    try:
        return parse_yaml(text, first_line)
    except Mistake as mistake:
        raise _refusal(path, mistake) from mistake


def _record(path: Path, tree: Tree, record_type: type[Any], form: str) -> Record | Problem:
    try:
        values = build(tree, record_type, extra=_ORIGIN_KEYS)
        record: Record = record_type(**values, origin=_origin(path, tree, form))
        check_record(record, tree)
    except Mistake as mistake:
        return mistake.in_file(path.name)
    return record


def _origin(path: Path, tree: Tree, form: str) -> Origin:
    sample, crawled_on = (_extra(tree, name) for name in ("sample", "crawled_on"))
    return Origin(
        source=path.name,
        format=form,
        crawled_on=convert(crawled_on, date, "crawled_on") if crawled_on else None,
        sample=convert(sample, bool, "sample") if sample else False,
    )


def _extra(tree: Tree, name: str) -> Text | None:
    found = tree.get(name) if isinstance(tree, Pairs) else None
    if found is None or (isinstance(found, Text) and not found.value):
        return None
    if not isinstance(found, Text):
        raise Mistake(found.line, name, "", "chỗ này chỉ ghi một giá trị")
    return found


def _refusal(path: Path, mistake: Mistake) -> KnowledgeError:
    return files.refuse(path, f"dòng {mistake.line}", mistake.remedy, mistake.field, mistake.value)
