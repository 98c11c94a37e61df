"""
Open one SQLite file so that what was committed survives a power cut and what was erased is gone.

SQLite up to 3.51.2 can corrupt a WAL file when two connections write and checkpoint at the same
instant (sqlite.org/wal.html#walresetbug); many Pythons ship such a version. ``pysqlite3`` bundles a
newer one and sqlite-utils takes it by itself; the version is checked at every opening all the same.

A ``Database`` belongs to the thread that opened it. One writer at a time: ``write_transaction``.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite3
from sqlite_utils import Database, Migrations

from knowledge.errors import DatabaseRefused

OLDEST_SAFE_SQLITE = (3, 51, 3)
_BUSY_TIMEOUT_MS = 10_000
_MIB = 1024 * 1024

# Order matters: waiting first, then the journal mode. mmap_size stays 0: a file that shrinks under
# a memory map kills the process instead of raising an error.
_PRAGMAS = (
    f"busy_timeout = {_BUSY_TIMEOUT_MS}",
    "journal_mode = WAL",
    "synchronous = FULL",  # NORMAL may roll back acknowledged commits after a power cut
    "secure_delete = ON",  # a deleted row leaves no bytes behind in the file
    "foreign_keys = ON",
    "mmap_size = 0",
    f"journal_size_limit = {64 * _MIB}",  # a large import must not leave a large WAL for ever
)

# Threads of one process take turns here: SQLite's own waiting sleeps, for up to a tenth of a second
# at a time. Other processes wait in SQLite, up to the busy timeout.
_WRITERS: defaultdict[Path, threading.RLock] = defaultdict(threading.RLock)

_REMEDIES = {
    "SQLITE_NOTADB": "tệp này không phải là cơ sở dữ liệu SQLite; hãy chuyển nó đi nơi khác rồi chạy lại",
    "SQLITE_CORRUPT": "tệp đã hỏng; hãy khôi phục từ bản sao lưu gần nhất",
    "SQLITE_CANTOPEN": "không mở được; hãy kiểm tra đường dẫn và quyền đọc, ghi của thư mục",
    "SQLITE_PERM": "không có quyền; hãy cấp quyền đọc, ghi cho tài khoản chạy danhoi",
    "SQLITE_READONLY": "chỉ đọc được, không ghi được; hãy cấp quyền ghi cho tệp và thư mục chứa nó",
    "SQLITE_FULL": "ổ đĩa đã đầy; hãy giải phóng dung lượng rồi chạy lại, dữ liệu cũ vẫn còn nguyên",
    "SQLITE_BUSY": "đang được một lệnh khác ghi; hãy đợi lệnh đó xong rồi chạy lại",
    "SQLITE_IOERR": "ổ đĩa báo lỗi đọc, ghi; hãy kiểm tra ổ đĩa rồi chạy lại",
}


def open_database(path: Path) -> Database:
    """
    Return a database on *path*, made with its folder when missing, with the safe settings.

    Tables are not made here: each store applies its own migrations.

    Raises:
        DatabaseRefused: SQLite is too old, or the file cannot be opened or is no database.
    """
    require_safe_sqlite(sqlite3.sqlite_version_info)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseRefused(f"{path}: {_REMEDIES['SQLITE_CANTOPEN']} ({error.strerror}).") from error
    with refusing(path):
        database = Database(sqlite3.connect(path))
        try:
            configure(database)
        except BaseException:
            database.close()
            raise
    return database


def configure(database: Database) -> None:
    """Apply the safe settings to an open connection. A database in memory keeps its own journal."""
    for pragma in _PRAGMAS:
        database.execute(f"PRAGMA {pragma}").fetchall()


def require_safe_sqlite(version: tuple[int, ...]) -> None:
    """
    Raise DatabaseRefused when *version* (major, minor, patch) may corrupt a WAL file.

    >>> require_safe_sqlite((3, 51, 3))
    """
    if version < OLDEST_SAFE_SQLITE:
        found, needed = (".".join(map(str, numbers)) for numbers in (version, OLDEST_SAFE_SQLITE))
        raise DatabaseRefused(
            f"SQLite {found} có lỗi làm hỏng dữ liệu; cần bản {needed} trở lên. "
            'Hãy chạy: pip install --upgrade "pysqlite3>=0.6.1"'
        )


@contextmanager
def write_transaction(database: Database) -> Iterator[None]:
    """
    Commit what the block writes, all or nothing; inside an open transaction, join it.

    The write lock is taken at the start: a transaction that reads first and writes later fails at
    once, without waiting, when somebody else has written in between.

    Raises:
        DatabaseRefused: another writer holds the lock too long, the disk is full or fails.
    """
    path = database_path(database)
    with refusing(path):
        if database.conn.in_transaction:
            with database.atomic():
                yield
            return
        with _WRITERS[path]:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield
                database.commit()
            except BaseException:
                database.rollback()
                raise


def migrate(database: Database, migrations: Migrations) -> None:
    """
    Apply the pending ones of *migrations*, all of them or none.

    Raises:
        DatabaseRefused: the file was made by a newer version of the program.
    """
    with refusing(database_path(database)):
        known = {migration.name for migration in migrations._migrations}  # no public list exists
        unknown = {applied.name for applied in migrations.applied(database)} - known
        pending = migrations.pending(database)
    if unknown:
        raise DatabaseRefused(
            f"{database_path(database)}: do phiên bản danhoi mới hơn tạo ra "
            f"({', '.join(sorted(unknown))}); hãy cập nhật danhoi rồi chạy lại."
        )
    if pending:
        with write_transaction(database):
            migrations.apply(database)


def empty_journal(database: Database) -> bool:
    """
    Move all that is in the WAL file into the database, and cut the WAL to nothing.

    What was deleted stands in neither file afterwards. False when somebody else is reading for long:
    then it happens when the last connection is closed.
    """
    with refusing(database_path(database)):
        (busy, _, _) = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def database_path(database: Database) -> Path:
    """Return the file behind *database*; ``Path(":memory:")`` when there is none."""
    (_, _, file) = database.execute("PRAGMA database_list").fetchone()
    return Path(file or ":memory:")


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Turn what SQLite raises in the block into a sentence for staff."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        remedy = _remedy(getattr(error, "sqlite_errorname", ""))
        if remedy is None:
            raise  # a mistake of ours, such as wrong SQL: the traceback is wanted
        raise DatabaseRefused(f"{path}: {remedy} ({error}).") from error


def _remedy(error_name: str) -> str | None:
    """Extended names such as SQLITE_IOERR_WRITE share the remedy of their family."""
    return next((remedy for name, remedy in _REMEDIES.items() if error_name.startswith(name)), None)
