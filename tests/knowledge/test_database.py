from __future__ import annotations

from contextlib import suppress

import pytest
from sqlite_utils import Database, Migrations

from knowledge.database import empty_journal, migrate, open_database, require_safe_sqlite, write_transaction
from knowledge.errors import DatabaseRefused


def setting(database: Database, pragma: str) -> object:
    return database.execute(f"PRAGMA {pragma}").fetchone()[0]


def test_a_new_file_is_made_with_its_folder_and_the_safe_settings(tmp_path):
    database = open_database(tmp_path / "office" / "danhoi.db")
    assert {
        name: setting(database, name)
        for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "mmap_size")
    } == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "mmap_size": 0}
    assert setting(database, "busy_timeout") > 0


def test_sqlite_utils_runs_on_the_sqlite_that_was_checked():
    (running,) = Database(memory=True).execute("SELECT sqlite_version()").fetchone()
    require_safe_sqlite(tuple(map(int, running.split("."))))


def test_a_sqlite_with_the_wal_reset_bug_is_refused_with_the_command_to_run():
    with pytest.raises(DatabaseRefused) as refused:
        require_safe_sqlite((3, 51, 2))
    assert str(refused.value) == (
        "SQLite 3.51.2 có lỗi làm hỏng dữ liệu; cần bản 3.51.3 trở lên. "
        'Hãy chạy: pip install --upgrade "pysqlite3>=0.6.1"'
    )


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    file = tmp_path / "danhoi.db"
    file.write_bytes(b"Day la mot van ban.\n" * 100)
    with pytest.raises(DatabaseRefused, match="không phải là cơ sở dữ liệu SQLite; hãy chuyển nó đi"):
        open_database(file)
    assert file.read_bytes() == b"Day la mot van ban.\n" * 100


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path):
    with pytest.raises(DatabaseRefused, match="không mở được"):
        open_database(tmp_path)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "var").write_text("x", encoding="utf-8")
    with pytest.raises(DatabaseRefused, match="không mở được"):
        open_database(tmp_path / "var" / "danhoi.db")


def test_a_full_disk_is_told_to_staff_and_nothing_is_half_written(tmp_path):
    database = open_database(tmp_path / "danhoi.db")
    database.execute("CREATE TABLE t (x)")
    database.execute(f"PRAGMA max_page_count = {setting(database, 'page_count')}")

    def fill() -> None:
        with write_transaction(database):
            database.execute("INSERT INTO t VALUES (1)")
            database.execute("INSERT INTO t VALUES (zeroblob(100000))")

    with pytest.raises(DatabaseRefused, match="ổ đĩa đã đầy"):
        fill()
    assert database.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_a_second_writer_is_told_to_wait_for_the_first(tmp_path):
    first, second = (open_database(tmp_path / "danhoi.db") for _ in range(2))
    first.execute("CREATE TABLE t (x)")
    second.execute("PRAGMA busy_timeout = 0")
    with (
        write_transaction(first),
        pytest.raises(DatabaseRefused, match="đang được một lệnh khác ghi"),
        write_transaction(second),
    ):
        pass


def test_an_error_in_the_block_rolls_everything_back_and_comes_through(tmp_path):
    database = open_database(tmp_path / "danhoi.db")
    database.execute("CREATE TABLE t (x)")

    def fail_half_way() -> None:
        with write_transaction(database):
            database.execute("INSERT INTO t VALUES (1)")
            raise KeyError

    with pytest.raises(KeyError):
        fail_half_way()
    assert database.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_a_transaction_inside_another_commits_only_with_it(tmp_path):
    database = open_database(tmp_path / "danhoi.db")
    database.execute("CREATE TABLE t (x)")
    with suppress(ValueError), write_transaction(database):
        with write_transaction(database):
            database.execute("INSERT INTO t VALUES (1)")
        raise ValueError
    assert database.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_erased_text_leaves_no_bytes_in_the_file(tmp_path):
    database = open_database(tmp_path / "danhoi.db")
    database.execute("CREATE TABLE t (x)")
    database.execute("INSERT INTO t VALUES ('ten-nguoi-dan')")
    database.execute("DELETE FROM t")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert b"ten-nguoi-dan" not in b"".join(
        file.read_bytes() for file in tmp_path.iterdir() if file.is_file()
    )


def a_set_of(*names: str) -> Migrations:
    migrations = Migrations("diều")
    for name in names:

        def create(database: Database, name: str = name) -> None:
            database.execute(f"CREATE TABLE {name} (x)")

        migrations(name=name)(create)
    return migrations


def test_migrations_are_applied_once(tmp_path):
    database = open_database(tmp_path / "danhoi.db")
    migrate(database, a_set_of("a"))
    migrate(database, a_set_of("a", "b"))
    assert {"a", "b"} <= set(database.table_names())


def test_a_failing_migration_leaves_none_of_the_others_behind(tmp_path):
    database = open_database(tmp_path / "danhoi.db")
    database.execute("CREATE TABLE b (x)")
    with pytest.raises(Exception, match="already exists"):
        migrate(database, a_set_of("a", "b"))
    assert database.table_names() == ["b"]


def test_a_file_of_a_newer_version_is_refused(tmp_path):
    database = open_database(tmp_path / "danhoi.db")
    migrate(database, a_set_of("a", "b"))
    with pytest.raises(DatabaseRefused, match=r"mới hơn tạo ra \(b\); hãy cập nhật danhoi"):
        migrate(database, a_set_of("a"))


def test_the_journal_is_emptied_unless_somebody_is_reading(tmp_path):
    path = tmp_path / "danhoi.db"
    writer, reader = open_database(path), open_database(path)
    writer.execute("PRAGMA busy_timeout = 0")  # an impatient one
    writer.execute("CREATE TABLE kites (colour TEXT)")
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM kites").fetchall()
    writer.execute("INSERT INTO kites VALUES ('red')")
    assert not empty_journal(writer)
    reader.rollback()
    assert empty_journal(writer)
    assert path.with_name("danhoi.db-wal").stat().st_size == 0
