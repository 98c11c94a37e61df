"""Reading what platforms sent: JSON that somebody else wrote, and that may be anything."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from bot.doors.door import UnreadableUpdate

Raw = dict[str, Any]


def stored(value: object) -> str:
    """Return *value* as JSON of ASCII letters only, which every store takes, lone surrogates too."""
    return json.dumps(value)


def reason_in(description: str) -> str:
    """
    Return what a platform says of an error, without what it may quote: a text, a number, a token.

    >>> reason_in('Bad Request: unclosed start tag "con": at byte 5')
    'Bad Request: unclosed start tag'
    >>> reason_in("Forbidden: chat 77 is closed: mời ông/bà")
    'Forbidden: chat … is closed'
    """
    unquoted = re.split(r"[\"“”«»`]|\s'", description, maxsplit=1)[0]
    kept = ":".join(unquoted.split(":")[:2])
    return re.sub(r"\S*\d\S*", "…", kept)[:80].strip()


def digest(value: object) -> str:
    """Return a key for an update to which the platform gave none."""
    return hashlib.sha256(stored(value).encode()).hexdigest()


def object_in(text: str | bytes) -> Raw | None:
    """Return the JSON object that *text* is; None when it is none, whatever it is."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def loaded(raw: str) -> Raw:
    """
    Return the object in *raw*.

    Raises:
        UnreadableUpdate: it is none.
    """
    value = object_in(raw)
    if value is None:
        raise UnreadableUpdate("update: no JSON object")
    return value


def part(of: Raw, name: str) -> Raw:
    """Return the object *name*; {} when there is none or it is something else."""
    value = of.get(name)
    return value if isinstance(value, dict) else {}


def name_of(of: Raw, field: str = "id") -> str:
    """Return an identity, which platforms write as text or as a whole number; "" when there is none."""
    value = of.get(field)
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def words(of: Raw, *names: str) -> str:
    """
    Return the first text among *names*, fit for every store; "" when there is none.

    Raises:
        UnreadableUpdate: it is not a text.
    """
    value = next((of[name] for name in names if of.get(name) is not None), "")
    if not isinstance(value, str):
        raise UnreadableUpdate(f"{'/'.join(names)}: not a text")
    # Half a character outside the basic plane is no text; databases and networks refuse it.
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").strip()
