"""
The manifest: what one generation is made of, and the only reason to trust its files.

FAISS loads a flipped byte without a word and answers wrongly, so nothing is loaded before its
SHA-256 was compared. The manifest itself is guarded by a second, tiny file beside it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec

from index.errors import IndexDamaged
from index.files import files_below, sha256_of, write_durably

FORMAT = 1  # raised when a generation of before cannot be read any more
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"

# tantivy makes lock files in its folder whenever it is opened, also for reading.
_LOCKS = ".lock"


class FileEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a generation as it was published. ``size`` is in bytes."""

    sha256: str
    size: int


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """
    What a generation holds and was made from.

    ``passages`` counts by ``PassagePart``, ``records`` by kind. ``calibration`` belongs to the
    decision: plain numbers and texts by name. ``lexical_deleted`` counts the passages that the word
    index still carries as deleted. ``versions`` names the programs that wrote the files.
    """

    format: int
    generation: str
    created_at: str  # ISO 8601, UTC
    model_id: str
    dimension: int
    knowledge_version: int
    knowledge_fingerprint: str
    records: dict[str, int]
    passages: dict[str, int]
    lexical_deleted: int
    versions: dict[str, str]
    calibration: dict[str, Any]
    files: dict[str, FileEntry]


def describe_files(folder: Path) -> dict[str, FileEntry]:
    """Return an entry for every file below *folder* that belongs to the generation."""
    return {
        name: FileEntry(sha256_of(path), path.stat().st_size)
        for name, path in files_below(folder)
        if name not in (MANIFEST, SEAL) and path.suffix != _LOCKS
    }


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write *manifest* and its seal into *folder*, durably; the seal last."""
    data = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    write_durably(folder / MANIFEST, data)
    write_durably(folder / SEAL, _seal(data))


def read_manifest(folder: Path) -> Manifest:
    """
    Return the manifest of *folder*.

    Raises:
        IndexDamaged: it is missing, differs from its seal, or was written in another format.
    """
    path = folder / MANIFEST
    data = _read(path)
    if _read(folder / SEAL) != _seal(data):
        raise IndexDamaged(path, "nội dung không khớp mã kiểm tra trong manifest.sha256")
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except msgspec.DecodeError as error:
        raise IndexDamaged(path, f"do phiên bản danhoi khác ghi ({error})") from error
    if manifest.format != FORMAT:
        raise IndexDamaged(path, f"định dạng {manifest.format}, phiên bản này cần định dạng {FORMAT}")
    return manifest


def verify_files(folder: Path, manifest: Manifest) -> None:
    """
    Compare every file of *manifest* with what lies in *folder*.

    Raises:
        IndexDamaged: a file is missing, longer or shorter, or its SHA-256 differs.
    """
    for name, entry in manifest.files.items():
        path = folder / name
        try:
            size = path.stat().st_size
            if size != entry.size:
                raise IndexDamaged(path, f"dài {size} byte, khi công bố là {entry.size} byte")
            if sha256_of(path) != entry.sha256:
                raise IndexDamaged(path, "nội dung không khớp mã SHA-256 khi công bố")
        except OSError as error:
            raise IndexDamaged(path, f"không đọc được ({error.strerror})") from error


def _seal(data: bytes) -> bytes:
    return f"{hashlib.sha256(data).hexdigest()}  {MANIFEST}\n".encode()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise IndexDamaged(path, f"không đọc được ({error.strerror})") from error
