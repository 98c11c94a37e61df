"""
Building in a fresh process at the lowest priority: ``python -m index.build_process``.

It speaks JSON lines on standard output: progress, then one report or one error. A process forked
after a FAISS search would hang on OpenMP's locks, and at nice 0 answering would slow down.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import click
import msgspec

from index.building import BuildReport, Progress, ShowProgress, build_index
from index.calibrating import calibrate
from index.embedding import load_embedder
from index.errors import BuildFailed
from knowledge.errors import DanhoiError
from knowledge.phrasings import phrasing_passages

_LOWEST_PRIORITY = 19


class _Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the child's output: exactly one of the three is set."""

    progress: Progress | None = None
    report: BuildReport | None = None
    error: str = ""


def run_build(
    database_path: Path,
    index_dir: Path,
    model: str,
    progress: ShowProgress = lambda progress: None,
    *,
    wordings: bool = True,
) -> BuildReport:
    """
    Build as ``build_index`` does, in a process of its own, with the model called *model*.

    Without *wordings* the office's records stand alone: a build is quicker, and the decision is the
    shipped one instead of one fitted to this index.

    Raises:
        DanhoiError: what the build raised, with the same text; BuildFailed when it died.
    """
    command = [sys.executable, "-m", "index.build_process", str(database_path), str(index_dir), model]
    command += [] if wordings else ["--no-wordings"]
    error = ""
    # A group of its own: Ctrl-C reaches this process alone, which then ends the other without a word.
    with subprocess.Popen(command, stdout=subprocess.PIPE, process_group=0) as process:
        try:
            for data in process.stdout or ():
                line = msgspec.json.decode(data, type=_Line)
                error = line.error or error
                if line.progress:
                    progress(line.progress)
                if line.report:
                    return line.report
        except BaseException:
            process.terminate()
            raise
    if error:
        raise DanhoiError(error)
    raise BuildFailed(f"tiến trình xây dựng dừng giữa chừng (mã {process.returncode})")


@click.command(help="Xây chỉ mục. Dùng danhoi index build thay cho lệnh này.")
@click.argument("database_path", type=click.Path(path_type=Path))
@click.argument("index_dir", type=click.Path(path_type=Path))
@click.argument("model")
@click.option("--wordings/--no-wordings", default=True)
def main(database_path: Path, index_dir: Path, model: str, wordings: bool) -> None:
    """Build and tell about it in JSON lines."""
    os.nice(_LOWEST_PRIORITY)
    # Some million objects are made and nearly all of them kept to the end: looking among them again and
    # again for what could be freed takes a tenth of the build and finds nothing.
    gc.disable()
    try:
        report = build_index(
            database_path,
            index_dir,
            load_embedder(model),
            lambda progress: _tell(_Line(progress=progress)),
            extra_passages=phrasing_passages if wordings else None,
            calibrate=calibrate if wordings else None,
        )
    except DanhoiError as error:
        _tell(_Line(error=str(error)))
        sys.exit(1)
    _tell(_Line(report=report))


def _tell(line: _Line) -> None:
    click.echo(msgspec.json.encode(line))


if __name__ == "__main__":
    main()
