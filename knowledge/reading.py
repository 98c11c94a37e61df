"""
Files to records: the one way in for everything that is imported.

A file's name says what it holds (``docs/formats.md``); its bytes are trusted in nothing. One bad
record becomes a `Problem` and the next one is read; a file that cannot be read at all raises
before its first record.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path

from knowledge import files, plain
from knowledge.errors import KnowledgeError, Problem
from knowledge.portal_file import read_portal
from knowledge.records import Record


class FileKind(StrEnum):
    """What a file holds, by its name."""

    PORTAL = "portal"
    PROCEDURES = "procedures"
    CONTACTS = "contacts"
    QA = "qa"
    OFFICE = "office"
    GUIDE = "guide"


_TABLES = {FileKind.CONTACTS, FileKind.QA}
_KNOWN_NAMES = (
    "tên tệp không cho biết trong tệp có gì; hãy đặt tên procedures….yaml, contacts….yaml hoặc .csv, "
    "qa….yaml hoặc .csv, office….yaml, guides/….md, hoặc .json, .jsonl, .gz cho dữ liệu của Cổng"
)


def file_kind(path: Path) -> FileKind | None:
    """
    Return what *path* holds by its name and folder; None when the name does not tell.

    >>> [str(file_kind(Path(name))) for name in ("qa-2026.csv", "procedures/khai-sinh.yaml", "a.xlsx")]
    ['qa', 'procedures', 'None']
    """
    name, suffix = path.name.lower(), path.suffix.lower()
    if suffix in {".json", ".jsonl", ".gz"}:
        return FileKind.PORTAL
    if suffix == ".md":
        return FileKind.GUIDE
    if suffix not in {".yaml", ".yml", ".csv"}:
        return None
    kinds = (kind for kind in FileKind if name.startswith(kind) or path.parent.name.lower() == kind)
    kind = next(kinds, None)
    if kind is FileKind.PORTAL or kind is FileKind.GUIDE or (suffix == ".csv" and kind not in _TABLES):
        return None
    return kind


def expand(paths: Iterable[Path]) -> tuple[Path, ...]:
    """
    Return the files of *paths*, folders walked in sorted order.

    In a folder, files whose names tell nothing are passed over, and so are Markdown files outside a
    folder named "guides"; a file that is named itself is always kept.

    Raises:
        KnowledgeError: a folder holds nothing that could be imported.
    """
    return tuple(file for path in paths for file in (_walk(path) if path.is_dir() else [path]))


def read_records(path: Path) -> Iterator[tuple[Record, bytes | None] | Problem]:
    """
    Return (record, published JSON or None) or a `Problem` for each record of *path*, in order.

    Raises:
        KnowledgeError: the file cannot be read at all: at the call when it is missing, empty, too
            large, damaged or of an unknown kind, at the first record when its syntax is wrong.
    """
    files.check_text_file(path)
    kind = file_kind(path)
    if kind is None:
        raise files.refuse(path, "", _KNOWN_NAMES)
    if kind is FileKind.PORTAL:
        return read_portal(path)
    return ((item, None) if not isinstance(item, Problem) else item for item in _plain(path, kind))


def _plain(path: Path, kind: FileKind) -> Iterator[Record | Problem]:
    if kind is FileKind.GUIDE:
        return plain.read_guide(path)
    record_type = plain.RECORD_TYPES[kind]
    if path.suffix.lower() == ".csv":
        return plain.read_csv(path, record_type)
    return plain.read_yaml(path, record_type)


def _walk(folder: Path) -> list[Path]:
    found = sorted(
        Path(root, name) for root, _, names in os.walk(folder) for name in names if not name.startswith(".")
    )
    wanted = [path for path in found if _is_wanted(path)]
    if not wanted:
        raise KnowledgeError(str(Problem(folder.name, "", "", "", "thư mục không có tệp nào nhập được")))
    return wanted


def _is_wanted(path: Path) -> bool:
    kind = file_kind(path)
    return kind is not None and (kind is not FileKind.GUIDE or path.parent.name.lower() == "guides")
