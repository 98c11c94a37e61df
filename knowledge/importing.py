"""
Files into the store: all or nothing, per command.

Everything is read before anything is written, and written in one transaction. So a file that
cannot be read, a crash or a power cut leaves the store as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from knowledge.errors import ImportRefused, Problem
from knowledge.passages import RecordKind
from knowledge.reading import expand, read_records
from knowledge.records import Procedure, Record
from knowledge.store import KnowledgeStore, key_of, kind_of


@dataclass(frozen=True, slots=True)
class ImportReport:
    """
    What an import did to the store.

    ``changed`` counts a record whose source or crawl date alone is new as well. ``problems`` lists
    the records that were left out, in the order of the files.
    """

    added: int
    changed: int
    unchanged: int
    problems: tuple[Problem, ...]


def import_files(
    store: KnowledgeStore,
    paths: Iterable[Path],
    *,
    strict: bool = False,
    progress: Callable[[int], object] | None = None,
) -> ImportReport:
    """
    Save the records of *paths*, files or folders, and report what changed.

    A bad record is left out and reported; the others are saved. When two records of one command
    carry the same code and differ, the first is saved and the second is reported. *progress* is
    called with 1 for every record read, good or bad.

    Raises:
        KnowledgeError: a file as a whole cannot be read, or the store cannot be written.
        ImportRefused: *strict*, and there is a problem. In both cases nothing is saved.
    """
    gathered = _Gathered()
    for path in expand(paths):
        for item in read_records(path):
            gathered.take(item, path.name)
            if progress:
                progress(1)
    if strict and gathered.problems:
        raise ImportRefused(tuple(gathered.problems))
    counts = store.save(gathered.records.values(), gathered.originals)
    return ImportReport(counts.added, counts.changed, counts.unchanged, tuple(gathered.problems))


@dataclass(slots=True)
class _Gathered:
    """What has been read so far: at most one record for each kind and key."""

    records: dict[tuple[str, str], Record] = field(default_factory=dict)
    originals: dict[tuple[RecordKind, str], bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def take(self, item: tuple[Record, bytes | None] | Problem, source: str) -> None:
        if isinstance(item, Problem):
            self.problems.append(item)
            return
        record, original = item
        name = (kind_of(record), key_of(record))
        first = self.records.setdefault(name, record)
        if first is not record:
            self._take_again(first, record, source)
        elif original is not None and isinstance(record, Procedure):
            self.originals[RecordKind.PROCEDURE, record.code] = original

    def _take_again(self, first: Record, second: Record, source: str) -> None:
        """The same record twice is harmless; two records under one code need a person's decision."""
        if replace(second, origin=first.origin) != first:
            self.problems.append(_twice(first, second, source))


def _twice(first: Record, second: Record, source: str) -> Problem:
    key = key_of(second)
    if kind_of(second) == "office":
        remedy = f"đã có một cơ quan trong {first.origin.source}; hãy chỉ giữ một cơ quan"
        return Problem(source, "", "", "", remedy)
    remedy = (
        f"mã này đã có trong {first.origin.source} với nội dung khác và bản ghi đó được giữ; "
        "hãy bỏ một trong hai bản ghi"
    )
    return Problem(source, f"bản ghi {key}", "code" if isinstance(second, Procedure) else "id", key, remedy)
