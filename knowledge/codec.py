"""
Records to bytes and back, and the fingerprint that tells whether a record changed.

JSON by msgspec: it checks every type on the way in, and nothing is ever unpickled. Decoders are made
when the module is: msgspec crashes when threads need one for a type that none was made for before.
"""

from __future__ import annotations

import hashlib
from typing import Any, TypeVar

import msgspec

from knowledge.records import QA, Contact, Guide, Office, Procedure, Record

RecordT = TypeVar("RecordT", Procedure, Contact, Guide, QA, Office)
_DECODERS: dict[type, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(kind) for kind in (Procedure, Contact, Guide, QA, Office)
}


def encode(record: Record) -> bytes:
    """Return *record* as UTF-8 JSON; equal records give equal bytes."""
    return msgspec.json.encode(record, order="deterministic")


def decode(data: bytes, record_type: type[RecordT]) -> RecordT:
    """
    Return the record that *data* holds.

    Raises:
        msgspec.ValidationError: a field is missing or of another type; the text names its path.
    """
    record: RecordT = _DECODERS[record_type].decode(data)
    return record


def fingerprint(record: Record) -> str:
    """Return the SHA-256 of the encoded record, 64 hexadecimal digits."""
    return hashlib.sha256(encode(record)).hexdigest()
