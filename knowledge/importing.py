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
from knowledge.records import Office, Procedure, Record
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
    carry the same code and differ, the first is saved and the second is reported; but a procedure
    for citizens goes before an internal one (the catalogue has such a pair). *progress* is called
    with 1 for every record read, good or bad.

    Raises:
        KnowledgeError: a file as a whole cannot be read, or the store cannot be written.
        ImportRefused: *strict*, and there is a problem. In both cases nothing is saved.
    """
    gathered = _Gathered()
    for path in expand(paths):
        for item in read_records(path):
            gathered.take(item)
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

    def take(self, item: tuple[Record, bytes | None] | Problem) -> None:
        if isinstance(item, Problem):
            self.problems.append(item)
            return
        record, original = item
        name = (kind_of(record), key_of(record))
        first = self.records.get(name)
        if first is None:
            self._keep(name, record, original)
        elif replace(record, origin=first.origin) != first:
            if _is_hidden(first) and not _is_hidden(record):
                self._keep(name, record, original)
                first, record = record, first
            self.problems.append(_twice(first, record))

    def _keep(self, name: tuple[str, str], record: Record, original: bytes | None) -> None:
        self.records[name] = record
        if isinstance(record, Procedure):
            self.originals.pop((RecordKind.PROCEDURE, record.code), None)
            if original is not None:
                self.originals[RecordKind.PROCEDURE, record.code] = original


def _is_hidden(record: Record) -> bool:
    return isinstance(record, Procedure) and not record.is_public


def _twice(kept: Record, left_out: Record) -> Problem:
    """Two records under one code need a person's decision; say which one is kept until then."""
    source, kept_source = left_out.origin.source, kept.origin.source
    match kept, left_out:
        case Procedure(title=kept_title), Procedure(code=code, title=title):
            remedy = (
                f"bản ghi “{title}” bị bỏ qua vì “{kept_title}” ({kept_source}) mang cùng mã; "
                "hãy hỏi lại cơ quan công bố mã đúng"
            )
            return Problem(source, f"bản ghi {code}", "code", code, remedy)
        case Office(), _:
            remedy = f"đã có một cơ quan trong {kept_source}; hãy chỉ giữ một cơ quan"
            return Problem(source, "", "", "", remedy)
        case _:
            key = key_of(left_out)
            remedy = f"mã này đã có trong {kept_source} với nội dung khác; hãy đổi mã hoặc bỏ một bản ghi"
            return Problem(source, f"bản ghi {key}", f"{kind_of(left_out)}_id", key, remedy)
