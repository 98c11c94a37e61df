"""
Building a generation from the store and publishing it, with what can be reused (``reusing.py``).

The new generation answers as one built from nothing would. Run it through ``run_build``
(``build_process.py``) wherever a process also answers questions.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import faiss
from msgspec.structs import replace
from pysqlite3 import dbapi2 as sqlite3

from index import lexical
from index.dense import DenseIndex
from index.embedding import Embedder
from index.errors import DiskFailed
from index.files import let_others_read, write_durably
from index.gathering import ExtraPassages, Knowledge, gather
from index.generation import PASSAGES, RECORDS, VECTORS, WORDS, Generation, open_folder
from index.manifest import FORMAT, Manifest, describe_files, write_manifest
from index.passage_table import PassageTable
from index.publishing import build_lock, publish
from index.reusing import Published, published, vectors_for, write_words
from index.smoke import find_itself
from index.snapshot import write_snapshot
from knowledge.store import kind_of


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage ("gather", "embed", "write", "check") is; ``total`` is 0 when it is not counted."""

    stage: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: the generation it published, and how many vectors were made or reused."""

    generation: str
    records: int
    passages: int
    embedded: int
    reused: int
    seconds: float


ShowProgress = Callable[[Progress], None]
Calibrate = Callable[[Generation, Embedder, Generation | None], Mapping[str, Any]]
"""Given the new generation and the one before, gives what belongs into the new one's manifest."""


def build_index(
    database_path: Path,
    index_dir: Path,
    embedder: Embedder,
    progress: ShowProgress = lambda progress: None,
    *,
    extra_passages: ExtraPassages | None = None,
    calibrate: Calibrate | None = None,
) -> BuildReport:
    """
    Build and publish a generation of *index_dir* from the store in *database_path*.

    *calibrate* gets the new generation before it is published, and the published one; what it returns
    goes into the manifest.

    Raises:
        IndexBusy: another process is building.
        BuildFailed: there is nothing to index, the disk is full or fails, or the result does not
            find its own titles. What was published before still is.
    """
    started = time.monotonic()
    with _as_build_failure(), build_lock(index_dir):
        progress(Progress("gather"))
        with ThreadPoolExecutor(1) as beside:
            # Nearly all reading and hashing, which another thread does while this one works in Python.
            opening = beside.submit(published, index_dir)
            knowledge = gather(database_path, extra_passages)
            old = opening.result()
        table = PassageTable.of(knowledge.passages)
        dense, embedded = vectors_for(
            table,
            knowledge.passages,
            embedder,
            old,
            lambda done, total: progress(Progress("embed", done, total)),
        )

        def fill(folder: Path, generation_id: str) -> None:
            progress(Progress("write"))
            deleted = _write_files(folder, knowledge, table, dense, old)
            manifest = _manifest(folder, generation_id, knowledge, embedder, deleted)
            write_manifest(folder, manifest)
            progress(Progress("check"))
            generation = open_folder(folder)
            find_itself(generation, embedder)
            if calibrate:
                calibration = dict(calibrate(generation, embedder, old.generation if old else None))
                write_manifest(folder, replace(manifest, calibration=calibration))

        generation_id = publish(index_dir, fill)
    return BuildReport(
        generation=generation_id,
        records=len(knowledge.records),
        passages=len(table),
        embedded=embedded,
        reused=len(table) - embedded,
        seconds=time.monotonic() - started,
    )


def _write_files(
    folder: Path,
    knowledge: Knowledge,
    table: PassageTable,
    dense: DenseIndex,
    old: Published | None,
) -> int:
    """Write everything but the manifest; return how many deleted passages the word index carries."""
    write_durably(folder / VECTORS, dense.to_bytes())
    write_durably(folder / PASSAGES, table.to_bytes())
    write_snapshot(folder / RECORDS, knowledge, old.generation.records if old else None)
    deleted = write_words(folder / WORDS, table, knowledge.passages, old)
    let_others_read(folder)
    return deleted


def _manifest(
    folder: Path, generation_id: str, knowledge: Knowledge, embedder: Embedder, deleted: int
) -> Manifest:
    return Manifest(
        format=FORMAT,
        generation=generation_id,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        model_id=embedder.model_id,
        dimension=embedder.dimension,
        knowledge_version=knowledge.version,
        knowledge_fingerprint=knowledge.fingerprint,
        records=dict(Counter(str(kind_of(record)) for record in knowledge.records)),
        passages={str(part): n for part, n in Counter(p.part for p in knowledge.passages).items()},
        lexical_deleted=deleted,
        versions={"words": lexical.VERSION, "faiss": faiss.__version__, "sqlite": sqlite3.sqlite_version},
        calibration={},
        files=describe_files(folder),
    )


@contextmanager
def _as_build_failure() -> Iterator[None]:
    """Turn what a full or failing disk raises, through Python, SQLite or tantivy, into one error."""
    try:
        yield
    except OSError as error:
        raise DiskFailed(f"{error.strerror or error} ({error.filename or 'tệp của chỉ mục'})") from error
    except sqlite3.Error as error:
        raise DiskFailed(f"không ghi được bản sao dữ liệu ({error})") from error
    except lexical.WordsUnwritable as error:
        raise DiskFailed(f"không ghi được chỉ mục từ ({error})") from error
