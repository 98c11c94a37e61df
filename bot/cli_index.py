"""``danhoi index``: building, looking at and verifying the published index."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from bot.app import App
from bot.terminal import StaffError, json_option, local_time, pass_app, show_json

if TYPE_CHECKING:
    from index.building import BuildReport, Progress
    from index.manifest import Manifest

_STAGES = {
    "gather": "Đọc dữ liệu",
    "embed": "Tính véc-tơ",
    "write": "Ghi chỉ mục",
    "check": "Kiểm tra chỉ mục",
}
_PARTS = {"title": "tên", "body": "nội dung", "asked": "câu hỏi mẫu", "elsewhere": "việc không có trong kho"}


@click.group()
def index() -> None:
    """
    Xây và kiểm tra chỉ mục mà công dân đang được trả lời từ đó.

    Ví dụ:

        danhoi index build
    """


@index.command()
@click.option("--model", metavar="MÔ HÌNH", help="Tên hoặc thư mục mô hình; mặc định là DANHOI_MODEL.")
@click.option(
    "--no-wordings",
    is_flag=True,
    help="Bỏ các cách hỏi kèm theo danhoi: xây nhanh hơn với mô hình lớn, nhưng hiểu người dân kém hơn.",
)
@json_option
@pass_app
def build(app: App, model: str | None, no_wordings: bool, as_json: bool) -> None:
    """
    Xây chỉ mục mới từ kho; xong mới đưa ra dùng. Chỉ tính lại phần đã đổi.

    Ví dụ:

        danhoi index build
    """
    builder = App(replace(app.settings, model=model)) if model else app
    report = build_with_progress(builder, wordings=not no_wordings)
    if as_json:
        show_json(report)
        return
    click.echo(told(report))
    if model and model != app.settings.model:
        click.echo(f"Để dùng chỉ mục này, hãy đặt DANHOI_MODEL={model} trong tệp .env.")


@index.command()
@json_option
@pass_app
def status(app: App, as_json: bool) -> None:
    """
    Cho biết chỉ mục đang dùng gồm gì và có theo kịp kho không.

    Ví dụ:

        danhoi index status
    """
    from bot.index_state import index_state

    state = index_state(app)
    if as_json:
        show_json({"ready": not state.trouble, "trouble": state.trouble, "manifest": state.manifest})
        return
    if state.manifest:
        click.echo(_described(state.manifest))
    click.echo(state.trouble or "Chỉ mục theo kịp kho dữ liệu.")


@index.command()
@pass_app
def verify(app: App) -> None:
    """
    Kiểm tra chỉ mục còn nguyên vẹn. So mã kiểm tra từng tệp, mở thử, tìm lại chính các tên thủ tục.

    Ví dụ:

        danhoi index verify
    """
    from index.embedding import load_embedder
    from index.errors import BuildFailed
    from index.smoke import find_itself

    generation = app.open_generation()
    try:
        find_itself(generation, load_embedder(app.settings.model))
    except BuildFailed as error:
        raise StaffError(
            f"Chỉ mục {generation.generation_id} không tìm thấy chính nó. Hãy chạy: danhoi index build"
        ) from error
    click.echo(
        f"Chỉ mục {generation.generation_id} nguyên vẹn: {len(generation.manifest.files)} tệp, "
        f"{len(generation.passages)} đoạn."
    )


def build_with_progress(app: App, *, wordings: bool = True) -> BuildReport:
    """Build the index and show on standard error, if it is a terminal, how far it is."""
    with _shown_progress() as progress:
        return app.build_index(progress, wordings=wordings)


def told(report: BuildReport) -> str:
    """Return what a build did, in one line for staff."""
    return (
        f"Đã xây chỉ mục {report.generation}: {report.records} bản ghi, {report.passages} đoạn "
        f"(tính mới {report.embedded}, dùng lại {report.reused}) trong {report.seconds:.1f} giây."
    )


@contextmanager
def _shown_progress() -> Iterator[Callable[[Progress], None]]:
    if not sys.stderr.isatty():
        yield lambda progress: None
        return
    yield _show
    click.echo(err=True)


def _show(progress: Progress) -> None:
    share = f"{progress.done / progress.total:4.0%}" if progress.total else "   …"
    bar = "█" * round(20 * progress.done / progress.total) if progress.total else ""
    click.echo(f"\r{_STAGES[progress.stage]:<18} {bar:<20} {share}", nl=False, err=True)


def _described(manifest: Manifest) -> str:
    parts = ", ".join(f"{_PARTS.get(part, part)} {count}" for part, count in manifest.passages.items())
    size = sum(entry.size for entry in manifest.files.values()) / 1e6
    return "\n".join(
        (
            f"Chỉ mục: {manifest.generation}, xây lúc {local_time(manifest.created_at)}",
            f"Mô hình: {manifest.model_id} ({manifest.dimension} chiều)",
            f"Phiên bản dữ liệu: {manifest.knowledge_version}",
            f"Bản ghi: {sum(manifest.records.values())}",
            f"Đoạn: {sum(manifest.passages.values())} ({parts})",
            f"Dung lượng: {size:.1f} MB",
        )
    )
