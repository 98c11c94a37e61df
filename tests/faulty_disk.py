"""A disk that fails, or a process that dies, at a chosen one of the calls that change files."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Every call of Python's by which publishing changes what is on the disk, or waits for it.
CALLS = (
    "open",
    "write",
    "fsync",
    "ftruncate",
    "sendfile",
    "mkdir",
    "rename",
    "replace",
    "symlink",
    "unlink",
    "rmdir",
    "chmod",
    "utime",
)


class Killed(BaseException):
    """The process is gone: no handler for errors runs, and no later call reaches the disk."""


class FaultyDisk:
    """Counts the calls of ``CALLS``; the one numbered *at* (from 0) fails with *error*."""

    def __init__(self, at: int | None, error: BaseException | None) -> None:
        self.calls = 0
        self._at = at
        self._error = error
        self._usual: dict[str, Callable[..., Any]] = {}

    def check(self) -> None:
        number, self.calls = self.calls, self.calls + 1
        dead = isinstance(self._error, Killed) and self._at is not None and number > self._at
        if self._error is not None and (number == self._at or dead):
            raise self._error

    @contextmanager
    def installed(self) -> Iterator[FaultyDisk]:
        self._usual = {name: getattr(os, name) for name in CALLS}
        try:
            for name, call in self._usual.items():
                setattr(os, name, self._faulty(call))
            yield self
        finally:
            for name, call in self._usual.items():
                setattr(os, name, call)

    def _faulty(self, call: Callable[..., Any]) -> Callable[..., Any]:
        usual_fsync = self._usual["fsync"]

        def faulty(*args: Any, **kwargs: Any) -> Any:
            self.check()
            # Waiting for the disk shows nothing here: what a dead process wrote stays in the cache.
            return None if call is usual_fsync else call(*args, **kwargs)

        return faulty


@contextmanager
def unreadable(folder: Path) -> Iterator[None]:
    """Let the disk fail whoever reads a link in *folder*; no right of root's gets round that."""
    usual = os.readlink

    def failing(path: Any, **kwargs: Any) -> Any:
        if Path(path).is_relative_to(folder):
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        return usual(path, **kwargs)

    os.readlink = failing
    try:
        yield
    finally:
        os.readlink = usual
