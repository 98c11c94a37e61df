"""
Import a file and die by SIGKILL at the n-th SQL statement, for each n given.

Run as ``python kill_import.py DATABASE FILE N…``. Each attempt is a forked child on a copy of the
database in ``DATABASE-N``, so that no attempt profits from another's work. N = 0 never dies; it
prints how many statements there were.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

from knowledge.database import open_database
from knowledge.importing import import_files
from knowledge.store import KnowledgeStore


def import_and_die(database: Path, file: Path, statement: int) -> int:
    store = KnowledgeStore(open_database(database))
    seen = 0

    def count(_sql: str) -> None:
        nonlocal seen
        seen += 1
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    store.database.conn.set_trace_callback(count)
    import_files(store, [file])
    return seen


def main(database: Path, file: Path, statements: list[int]) -> None:
    for statement in statements:
        copy = database.with_name(f"{database.name}-{statement}")
        shutil.copy(database, copy)
        child = os.fork()
        if child == 0:
            seen = import_and_die(copy, file, statement)
            print(seen, flush=True)  # noqa: T201 (the caller reads it)
            os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), [int(argument) for argument in sys.argv[3:]])
