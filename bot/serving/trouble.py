"""What may be said of an error in a log: its kind and its place, never the values in it."""

from __future__ import annotations

import traceback
from pathlib import Path


def described(error: BaseException) -> str:
    """
    Return the kind of *error* and where it was raised; its message may quote a citizen or hold a token.

    >>> try:
    ...     int("số căn cước 001")
    ... except ValueError as error:
    ...     described(error).startswith("ValueError at ")
    True
    """
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    last = frames[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
