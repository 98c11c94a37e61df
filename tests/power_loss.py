"""
A power cut at every instant: what is on the disk, and does the store survive it?

How it works
    The workload runs on a SQLite whose file access goes through ``_RecordingFile``: every write,
    truncation, sync and deletion is passed on and noted, in order. Then, for every point of that
    list, the disk is rebuilt as a power cut at that point may leave it: what was synced is there;
    of what was not, each operation is kept, lost or torn to some of its 512-byte sectors, in order
    or out of order; a new file may be missing and a deleted one back. Each such state is opened by
    the real ``open_database``, migrated, checked by ``PRAGMA integrity_check``, and its rows are
    compared with what the workload had acknowledged.

What it proves
    With the settings of ``knowledge/database.py`` and the tables and statements of our own stores,
    no committed row is lost, none appears that was never written, and no file is corrupt, provided
    the disk keeps what it says it has synced.

What it does not prove
    The recording SQLite is that of apsw, since pysqlite3 cannot be given a VFS; states are opened
    by pysqlite3. The shim has no shared memory, so the recording connection holds an exclusive
    lock; the order of writes and syncs is the same. A disk that lies about syncs is not simulated.

``check`` is generic: any migration set with any list of steps can be put through it.
"""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw
from pysqlite3 import dbapi2 as sqlite3
from sqlite_utils import Database

from knowledge.database import configure, open_database
from knowledge.errors import DatabaseRefused

Step = Callable[[Database], object]

_SECTOR = 512
_STEPS_PER_SESSION = 4
_serial = itertools.count()


@dataclass(frozen=True, slots=True)
class _Write:
    file: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class _Truncate:
    file: str
    size: int


@dataclass(frozen=True, slots=True)
class _Sync:
    file: str


@dataclass(frozen=True, slots=True)
class _Delete:
    file: str
    is_synced: bool  # False: the folder is not synced, and the file may come back


@dataclass(frozen=True, slots=True)
class _Acknowledged:
    """A step has returned: from here on its rows must survive."""

    file: str = ""


_Operation = _Write | _Truncate | _Sync | _Delete | _Acknowledged


@dataclass(frozen=True, slots=True)
class Recording:
    """What a workload did to its files, and what the store held after each acknowledged step."""

    operations: tuple[_Operation, ...]
    contents: tuple[str, ...]  # contents[k] is the digest after k steps


@dataclass(slots=True)
class Verdict:
    """How many states were examined, how many of them differ, and what was wrong with which of them."""

    states: int = 0
    distinct: int = 0
    corrupt: int = 0
    lost: int = 0
    examples: list[str] = field(default_factory=list)


def record(migrate: Step, workload: Sequence[Step], folder: Path, prepare: Step = configure) -> Recording:
    """
    Run *migrate* and then each step of *workload* on a recorded file in *folder*.

    A step acknowledges by returning. The file is closed and opened again every few steps, as one
    command after another does. *prepare* sets the connection's pragmas; the tests of the simulator
    itself pass weaker ones to see it fail.
    """
    vfs = _RecordingVFS()
    contents: list[str] = []
    for start in range(0, len(workload), _STEPS_PER_SESSION):
        with closing(_ApswConnection(str(folder / "store.db"), vfs.vfs_name)) as connection:
            database = _prepared(connection, prepare)
            migrate(database)
            if not contents:
                contents.append(content_of(database))
            for step in workload[start : start + _STEPS_PER_SESSION]:
                step(database)
                vfs.operations.append(_Acknowledged())
                contents.append(content_of(database))
    return Recording(tuple(vfs.operations), tuple(contents))


def _prepared(connection: _ApswConnection, prepare: Step) -> Database:
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    database = Database(connection)
    prepare(database)
    # A checkpoint every few pages, or so short a workload would never reach the main file.
    database.execute("PRAGMA wal_autocheckpoint = 20")
    return database


def content_of(database: Database) -> str:
    """Return a digest of every row of every table but the list of migrations (it holds the time)."""
    digest = hashlib.sha256()
    for name in sorted(database.table_names()):
        if name != "_sqlite_migrations":
            rows = database.execute(f'SELECT * FROM "{name}" ORDER BY rowid').fetchall()
            digest.update(repr((name, rows)).encode())
    return digest.hexdigest()


def check(recording: Recording, migrate: Step, folder: Path, *, variants: int, seed: int = 0) -> Verdict:
    """Examine *variants* states of every point of *recording*; equal arguments give equal states."""
    chance = random.Random(seed)
    verdict = Verdict()
    known: dict[bytes, tuple[str, str]] = {}  # between two syncs many cuts leave the same
    for number, (acknowledged, files) in enumerate(_states(recording.operations, variants, chance)):
        key = _digest(files)
        if key not in known:
            known[key] = _opened(files, migrate, folder)
        wanted = recording.contents[acknowledged : acknowledged + 2]
        _judge(verdict, f"state {number}, after step {acknowledged}", *known[key], wanted)
    verdict.distinct = len(known)
    return verdict


def _digest(files: dict[str, bytes]) -> bytes:
    digest = hashlib.blake2b()
    for name, content in sorted(files.items()):
        digest.update(f"{name} {len(content)} ".encode())
        digest.update(content)
    return digest.digest()


def _states(
    operations: Sequence[_Operation], variants: int, chance: random.Random
) -> Iterator[tuple[int, dict[str, bytes]]]:
    """Yield (steps acknowledged, files on the disk) for power cuts after every operation."""
    disk = _Disk()
    acknowledged = 0
    for operation in operations:
        if isinstance(operation, _Acknowledged):
            acknowledged += 1
        else:
            disk.apply(operation)
        yield acknowledged, disk.after_power_cut(chance, keep=0.0, tear=False)
        for _ in range(variants - 1):
            keep = chance.choice((0.2, 0.5, 0.9, 1.0))
            yield acknowledged, disk.after_power_cut(chance, keep=keep, tear=chance.random() < 0.5)


class _Disk:
    """Files by name: the bytes that are safe, and the operations since the file's last sync."""

    def __init__(self) -> None:
        self._safe: dict[str, bytes] = {}
        self._deleted: dict[str, bytes] = {}  # gone, unless the power cut undoes the deletion
        self._pending: dict[str, list[_Write | _Truncate]] = {}

    def apply(self, operation: _Operation) -> None:
        match operation:
            case _Write(file) | _Truncate(file):
                self._pending.setdefault(file, []).append(operation)
            case _Sync(file):
                if file not in self._safe:
                    self._deleted.clear()  # SQLite syncs the folder with the first sync of a new file
                self._safe[file] = _replayed(self._safe.get(file, b""), self._pending.pop(file, []))
            case _Delete(file, is_synced):
                self._pending.pop(file, None)
                self._deleted |= {file: self._safe.pop(file)} if file in self._safe else {}
                if is_synced:
                    self._deleted.clear()

    def after_power_cut(self, chance: random.Random, *, keep: float, tear: bool) -> dict[str, bytes]:
        files = dict(self._safe)
        for file, pending in self._pending.items():
            survivors = [operation for operation in pending if chance.random() < keep]
            if chance.random() < 0.3:
                chance.shuffle(survivors)
            if tear:
                survivors = [part for operation in survivors for part in _torn(operation, chance)]
            if file in files or survivors:
                files[file] = _replayed(files.get(file, b""), survivors)
        undone = {file: content for file, content in self._deleted.items() if chance.random() < 0.5}
        return undone | files


def _replayed(content: bytes, operations: Sequence[_Write | _Truncate]) -> bytes:
    image = bytearray(content)
    for operation in operations:
        if isinstance(operation, _Truncate):
            del image[operation.size :]
        else:
            image.extend(bytes(max(0, operation.offset - len(image))))
            image[operation.offset : operation.offset + len(operation.data)] = operation.data
    return bytes(image)


def _torn(operation: _Write | _Truncate, chance: random.Random) -> list[_Write | _Truncate]:
    """Return some of the sectors of a write; one in three writes stays whole, and truncations do."""
    if isinstance(operation, _Truncate) or chance.random() < 1 / 3:
        return [operation]
    starts = range(0, len(operation.data), _SECTOR)
    return [
        _Write(operation.file, operation.offset + start, operation.data[start : start + _SECTOR])
        for start in starts
        if chance.random() < 0.5
    ]


def _opened(files: dict[str, bytes], migrate: Step, folder: Path) -> tuple[str, str]:
    """Return what SQLite's check finds in *files*, "ok" if nothing, and the digest of their content."""
    for name in ("store.db", "store.db-wal", "store.db-shm", "store.db-journal"):
        (folder / name).unlink(missing_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    try:
        with closing(open_database(folder / "store.db")) as database:
            database.execute("PRAGMA synchronous = OFF")  # nothing of this state needs to last
            migrate(database)
            (found,) = database.execute("PRAGMA integrity_check").fetchone()
            return found, content_of(database)
    except (DatabaseRefused, sqlite3.DatabaseError) as error:
        return str(error), ""


def _judge(verdict: Verdict, state: str, found: str, content: str, wanted: Sequence[str]) -> None:
    verdict.states += 1
    if found != "ok":
        verdict.corrupt += 1
        verdict.examples.append(f"{state}: {found}")
    elif content not in wanted:
        verdict.lost += 1
        verdict.examples.append(f"{state}: rows are neither those before the step under way nor those after")


class _RecordingVFS(apsw.VFS):
    """The operating system's files, with every change of them noted in ``operations``."""

    def __init__(self) -> None:
        self.vfs_name = f"recording-{next(_serial)}"
        self.operations: list[_Operation] = []
        super().__init__(self.vfs_name, "")

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 (SQLite's name)
        return _RecordingFile(name, flags, self.operations)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        super().xDelete(filename, syncdir)
        self.operations.append(_Delete(Path(filename).name, syncdir))


class _RecordingFile(apsw.VFSFile):
    def __init__(self, name: Any, flags: list[int], operations: list[_Operation]) -> None:
        super().__init__("", name, flags)
        self._name = Path(name.filename() if isinstance(name, apsw.URIFilename) else name or "temporary").name
        self._operations = operations

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        super().xWrite(data, offset)
        self._operations.append(_Write(self._name, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        super().xTruncate(newsize)
        self._operations.append(_Truncate(self._name, newsize))

    def xSync(self, flags: int) -> None:  # noqa: N802
        super().xSync(flags)
        self._operations.append(_Sync(self._name))


class _ApswConnection:
    """
    As much of Python's DB-API over apsw as sqlite-utils and our stores use.

    No transaction is begun implicitly: a store that relied on that would show as lost rows.
    """

    isolation_level: str | None = None

    def __init__(self, path: str, vfs: str) -> None:
        self._connection = apsw.Connection(path, vfs=vfs)

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    def execute(self, sql: str, parameters: Any = ()) -> _ApswCursor:
        return _ApswCursor(self._connection, sql, parameters)

    def cursor(self) -> _ApswConnection:
        return self

    def close(self) -> None:
        self._connection.close()


class _ApswCursor:
    def __init__(self, connection: apsw.Connection, sql: str, parameters: Any) -> None:
        self.description: Any = None
        cursor = connection.cursor()
        cursor.exec_trace = self._note_columns  # asked later, apsw says the cursor is used up
        named = isinstance(parameters, dict)
        self._rows = iter(cursor.execute(sql, parameters if named else tuple(parameters)).fetchall())
        self.lastrowid = connection.last_insert_rowid()
        self.rowcount = connection.changes()

    def _note_columns(self, cursor: apsw.Cursor, _sql: str, _parameters: Any) -> bool:
        self.description = cursor.get_description() or None
        return True

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        return list(self._rows)
