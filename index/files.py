"""
Writing so that it survives a power cut: the few file operations that publishing is made of.

One system call per step, so that a test can fail or kill each of them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

CURRENT = "current"  # symbolic link to the folder of the generation that is served
_CHUNK = 1024 * 1024


def current_folder(index_dir: Path) -> Path | None:
    """Return the folder of the published generation, None when there is none yet."""
    link = index_dir / CURRENT
    return index_dir / link.readlink() if link.is_symlink() else None


def write_durably(path: Path, data: bytes) -> None:
    """Write *data* to *path*, replacing what was there, and wait until it is on the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest[:_CHUNK]) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync(path: Path) -> None:
    """Wait until the file, or the folder's list of names, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Wait until *folder* and everything below it is on the disk."""
    for path in sorted(folder.rglob("*")):
        sync(path)
    sync(folder)


def let_others_read(folder: Path) -> None:
    """Make the files below *folder* readable as the others are; tantivy hides two of its own."""
    for _, path in files_below(folder):
        path.chmod(0o644)


def point_to(link: Path, target: str) -> None:
    """Make *link* a symbolic link to *target* in one step: a reader sees the old target or the new."""
    spare = link.with_name(link.name + ".tmp")
    spare.unlink(missing_ok=True)
    spare.symlink_to(target)
    spare.replace(link)
    sync(link.parent)


def files_below(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield (name relative to *folder*, path) of every file below it, by name."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of the file, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
