"""
Publishing a generation so that a reader sees the old one or the new one, whatever happens.

    gen-000008.tmp/   written, every file brought to the disk, the manifest last, then tried out
    gen-000008/       the same, renamed
    current           symbolic link, exchanged in one step

A crash before the last step leaves the old generation served and a stray folder, which the next
build removes. Numbers of published generations are never used again. The generation before is kept:
somebody may just be opening it.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.errors import IndexBusy
from index.files import CURRENT, current_folder, point_to, sync, sync_tree

LOCK = "build.lock"
_FOLDER = re.compile(r"gen-(\d{6,})(\.tmp)?")


@contextmanager
def build_lock(index_dir: Path) -> Iterator[None]:
    """
    Hold the right to publish in *index_dir*, made when missing; it ends with the process at the latest.

    Raises:
        IndexBusy: another process holds it.
    """
    index_dir.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(index_dir / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexBusy(index_dir, os.read(descriptor, 20).decode("ascii", "replace")) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        os.close(descriptor)


def publish(index_dir: Path, fill: Callable[[Path, str], None]) -> str:
    """
    Let *fill* write a generation into an empty folder, publish it and return its id ("gen-000008").

    *fill* gets the folder and the id, writes the manifest last and raises when the result is not
    fit to be served. Then, or when the disk fails, the old generation stays. Call it under
    ``build_lock``.
    """
    kept = current_folder(index_dir)
    generation_id = f"gen-{_next_number(index_dir):06d}"
    _remove_all_but(index_dir, {kept})
    folder = index_dir / f"{generation_id}.tmp"
    try:
        folder.mkdir()
        fill(folder, generation_id)
        sync_tree(folder)
        final = folder.rename(index_dir / generation_id)
        sync(index_dir)
        point_to(index_dir / CURRENT, generation_id)
    except Exception:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _remove_all_but(index_dir, {kept, final})
    return generation_id


def _next_number(index_dir: Path) -> int:
    numbers = [int(found[1]) for path in index_dir.iterdir() if (found := _FOLDER.fullmatch(path.name))]
    return max(numbers, default=0) + 1


def _remove_all_but(index_dir: Path, kept: set[Path | None]) -> None:
    """Remove every other generation and every stray folder; what cannot be removed is left for later."""
    for path in index_dir.iterdir():
        if _FOLDER.fullmatch(path.name) and path not in kept:
            shutil.rmtree(path, ignore_errors=True)
    with suppress(OSError):
        (index_dir / f"{CURRENT}.tmp").unlink(missing_ok=True)
