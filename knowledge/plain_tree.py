"""
What a clerk wrote, as a tree of texts with line numbers, and the tree as a record.

YAML, CSV and front matter all become the same tree first. Every value is a text there, so that
"1.004220" keeps its zero and "0203 …" its first digit; it becomes a number, a day or a choice only
where the record's field says so. Keys are the field names of the record. A key that is left out
or left empty is ``""``, ``()`` or ``None``, unless the record makes no sense without it.
"""

from __future__ import annotations

import difflib
import types
from collections.abc import Hashable
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from knowledge.errors import Problem
from knowledge.records import (
    QA,
    Contact,
    Form,
    Guide,
    LegalDocument,
    Office,
    PhoneNumber,
    Procedure,
    ProcedureStatus,
    RequiredDocument,
    Stage,
    TimeUnit,
)
from knowledge.text import clean

_REQUIRED = {
    Procedure: {"code", "title"},
    Contact: {"contact_id", "name"},
    Guide: {"guide_id", "title", "body"},
    QA: {"qa_id", "question", "answer"},
    Office: {"name"},
    Stage: {"text"},
    RequiredDocument: {"name"},
    Form: {"name"},
    LegalDocument: {"title"},
    PhoneNumber: {"number"},
}
# Left out, these two mean something that is no guess: published and in force; no unit was given.
_DEFAULTS: dict[object, StrEnum] = {ProcedureStatus: ProcedureStatus.ACTIVE, TimeUnit: TimeUnit.UNSTATED}
_LARGEST_NUMBER = 1e15


@dataclass(frozen=True, slots=True)
class Text:
    """One value as written; ``None`` when the place was left empty."""

    line: int
    value: str | None


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    line: int
    items: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Keys with their values, in the order written; a key may stand there twice, which is refused later."""

    line: int
    pairs: tuple[tuple[Text, Tree], ...]

    def get(self, key: str) -> Tree | None:
        return next((value for name, value in self.pairs if name.value == key), None)


Tree = Text | Items | Pairs


class Mistake(Exception):
    """One wrong value: on which line, in which field, and what to do; a `Problem` without its file."""

    def __init__(self, line: int, field: str, value: str, remedy: str) -> None:
        self.line, self.field, self.value, self.remedy = line, field, value, remedy
        super().__init__(line, field, value, remedy)

    def in_file(self, name: str) -> Problem:
        """Return the mistake as a `Problem` of the file *name*."""
        return Problem(name, f"dòng {self.line}", self.field, self.value, self.remedy)


def build(tree: Tree, record_type: type[Any], extra: frozenset[str] = frozenset()) -> dict[str, Any]:
    """
    Return the fields of *record_type* that *tree* gives, converted and filled; ``origin`` is left out.

    Args:
        tree: what stands in the file.
        record_type: a dataclass of ``records.py``.
        extra: keys that are allowed besides its fields; the caller reads them.

    Raises:
        Mistake: an unknown, double or missing key, or a value of another type.
    """
    if not isinstance(tree, Pairs):
        raise Mistake(tree.line, "", "", "chỗ này phải gồm các dòng dạng tên: giá trị")
    known = {field.name: field for field in fields(record_type) if field.name != "origin"}
    _check_keys(tree, known.keys() | extra)
    hints = _hints(record_type)  # type: ignore[arg-type]  # classes are hashable; mypy doubts it
    required = _REQUIRED.get(record_type, set())
    return {name: _field(tree, field, hints[name], name in required) for name, field in known.items()}


def convert(tree: Text, wanted: type[Any], name: str) -> Any:
    """Return the text as *wanted*: str, int, float, bool, date or an enumeration. Raises `Mistake`."""
    written = clean(tree.value or "").strip()
    if wanted is str:
        return written
    try:
        value = msgspec.convert(written, wanted, strict=False)
    except msgspec.ValidationError as error:
        raise Mistake(tree.line, name, written, _form_of(wanted, written)) from error
    if isinstance(value, float | int) and not 0 <= value <= _LARGEST_NUMBER:  # refuses nan as well
        raise Mistake(tree.line, name, written, "số phải từ 0 trở lên và không quá lớn; hãy kiểm tra lại")
    return value


def _check_keys(tree: Pairs, known: set[str]) -> None:
    seen: set[str] = set()
    for key, _ in tree.pairs:
        name = key.value or ""
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1) or [", ".join(sorted(known))]
            raise Mistake(key.line, "tên trường", name, f"không có trường này; có lẽ là {near[0]}")
        if name in seen:
            raise Mistake(key.line, "tên trường", name, "trường này được ghi hai lần; hãy giữ một")
        seen.add(name)


def _field(tree: Pairs, field: Field[Any], wanted: Any, required: bool) -> Any:
    value = tree.get(field.name)
    if value is None or _is_empty(value):
        return _default(tree, field, wanted, required)
    return _value(value, wanted, field.name)


def _is_empty(tree: Tree) -> bool:
    return isinstance(tree, Text) and not (tree.value or "").strip()


def _default(tree: Pairs, field: Field[Any], wanted: Any, required: bool) -> Any:
    if field.default is not MISSING:
        return field.default
    if wanted in _DEFAULTS:
        return _DEFAULTS[wanted]
    if not required:
        if wanted is str:
            return ""
        if get_origin(wanted) is tuple:
            return ()
        if type(None) in get_args(wanted):
            return None
    raise Mistake(tree.line, field.name, "", "trường này bắt buộc; hãy bổ sung")


def _value(tree: Tree, wanted: Any, name: str) -> Any:
    if get_origin(wanted) is tuple:
        if not isinstance(tree, Items):
            raise Mistake(
                tree.line, name, _shown(tree), "chỗ này phải là danh sách, mỗi dòng bắt đầu bằng dấu -"
            )
        return tuple(_value(item, get_args(wanted)[0], name) for item in tree.items)
    if is_dataclass(wanted) and isinstance(wanted, type):
        return wanted(**build(tree, wanted))
    if not isinstance(tree, Text):
        raise Mistake(tree.line, name, "", "chỗ này chỉ ghi một giá trị, không phải danh sách")
    return convert(tree, _without_none(wanted), name)


def _without_none(wanted: Any) -> Any:
    if get_origin(wanted) in {Union, types.UnionType}:
        return next(option for option in get_args(wanted) if option is not type(None))
    return wanted


def _form_of(wanted: type[Any], written: str) -> str:
    if issubclass(wanted, StrEnum):
        near = difflib.get_close_matches(written, list(wanted), n=1)
        return f"có lẽ là {near[0]}" if near else f"chỉ ghi một trong các giá trị: {', '.join(wanted)}"
    if wanted is date:
        return "hãy ghi ngày dạng 2026-07-18 (năm-tháng-ngày)"
    if wanted is bool:
        return "hãy ghi true hoặc false"
    return "hãy ghi riêng con số, ví dụ 15 hoặc 2.5, không kèm đơn vị"


def _shown(tree: Tree) -> str:
    return (tree.value or "") if isinstance(tree, Text) else ""


@cache
def _hints(record_type: Hashable) -> dict[str, Any]:
    return get_type_hints(record_type)
