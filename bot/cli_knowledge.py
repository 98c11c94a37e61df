"""``danhoi knowledge``: what the office has published, in and out of the store."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.app import App
from bot.terminal import StaffError, counting, json_option, pass_app, show_json
from knowledge.traps import TRAPS, Trap

if TYPE_CHECKING:
    from knowledge.checking import Finding
    from knowledge.importing import ImportReport

_PROBLEMS_SHOWN = 50
_KINDS = {
    "procedure": "thủ tục",
    "contact": "liên hệ",
    "guide": "hướng dẫn",
    "qa": "hỏi đáp",
    "office": "cơ quan",
}
_NOW_BUILD = "Để công dân được trả lời theo dữ liệu mới, hãy chạy: danhoi index build"


@click.group()
def knowledge() -> None:
    """
    Nhập, kiểm tra và xem kho dữ liệu đã công bố.

    Ví dụ:

        danhoi knowledge status
    """


@knowledge.command(name="import")
@click.argument("files", nargs=-1, required=True, metavar="TỆP…", type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Có một bản ghi sai thì không nhập gì cả.")
@json_option
@pass_app
def import_(app: App, files: tuple[Path, ...], strict: bool, as_json: bool) -> None:
    """
    Nhập tệp của Cổng hoặc tệp do cơ quan soạn. Tệp hỏng thì kho giữ nguyên.

    Ví dụ:

        danhoi knowledge import thu-tuc_2026-07-18.jsonl.gz contacts.yaml
    """
    from knowledge.importing import import_files

    with app.open_store() as store, counting("Đang đọc bản ghi") as progress:
        report = import_files(store, files, strict=strict, progress=progress)
    if as_json:
        show_json(report)
    else:
        _show_problems(report)
        click.echo(_told(report))
        if report.added or report.changed:
            click.echo(_NOW_BUILD)
    if report.problems and not (report.added or report.changed or report.unchanged):
        sys.exit(1)


@knowledge.command()
@pass_app
def sample(app: App) -> None:
    """
    Nạp dữ liệu mẫu kèm sẵn (“Xã Mẫu”) vào kho chưa có dữ liệu thật.

    Ví dụ:

        danhoi knowledge sample
    """
    from bot.sample import load_sample

    with app.open_store() as store:
        report = load_sample(store)
    click.echo(_told(report))
    click.echo(_NOW_BUILD)


@knowledge.command()
@click.option("--sample", "only_sample", is_flag=True, help="Gỡ mọi bản ghi mẫu.")
@pass_app
def remove(app: App, only_sample: bool) -> None:
    """
    Gỡ dữ liệu mẫu kèm sẵn khỏi kho, khi cơ quan đã nhập dữ liệu thật.

    Ví dụ:

        danhoi knowledge remove --sample
    """
    from bot.sample import remove_sample

    if not only_sample:
        raise StaffError("hãy nói rõ gỡ gì: danhoi knowledge remove --sample")
    with app.open_store() as store:
        count = remove_sample(store)
    click.echo(f"Đã gỡ {count} bản ghi mẫu.")
    if count:
        click.echo(_NOW_BUILD)


@knowledge.command()
@click.option(
    "--trap",
    "traps",
    multiple=True,
    type=click.Choice([trap.value for trap in Trap]),
    metavar="LOẠI",
    help=f"Chỉ loại này: {', '.join(Trap)}.",
)
@json_option
@pass_app
def check(app: App, traps: tuple[str, ...], as_json: bool) -> None:
    """
    Chỉ ra chỗ dễ hiểu sai trong từng bản công bố, để cán bộ xem lại.

    Ví dụ:

        danhoi knowledge check --trap time_without_unit
    """
    from knowledge.checking import check as findings_of

    with app.open_store() as store:
        findings = [
            finding for finding in findings_of(store.procedures()) if not traps or finding.trap in traps
        ]
    if as_json:
        show_json(findings)
    else:
        click.echo_via_pager(_listed(findings))


@knowledge.command()
@json_option
@pass_app
def status(app: App, as_json: bool) -> None:
    """
    Cho biết trong kho có gì, của cơ quan nào, ở phiên bản nào.

    Ví dụ:

        danhoi knowledge status
    """
    with app.open_store() as store:
        counts, version, office = store.counts(), store.version(), store.office()
    if as_json:
        show_json({"version": version, "counts": counts, "office": office.name if office else None})
        return
    click.echo(f"Phiên bản dữ liệu: {version}")
    for kind, count in counts.items():
        click.echo(f"{_KINDS[kind]}: {count}")
    click.echo(
        f"Cơ quan: {office.name if office else 'chưa khai báo (tệp office.yaml, xem docs/formats.md)'}"
    )


def _told(report: ImportReport) -> str:
    left_out = f", bỏ qua {len(report.problems)} bản ghi có lỗi" if report.problems else ""
    return (
        f"Đã nhập: thêm {report.added}, thay đổi {report.changed}, giữ nguyên {report.unchanged}{left_out}."
    )


def _show_problems(report: ImportReport) -> None:
    for problem in report.problems[:_PROBLEMS_SHOWN]:
        click.echo(str(problem), err=True)
    more = len(report.problems) - _PROBLEMS_SHOWN
    if more > 0:
        click.echo(f"… và {more} lỗi nữa; xem đủ bằng --json.", err=True)


def _listed(findings: list[Finding]) -> str:
    """Return *findings* record by record, and their number by trap at the end."""
    lines = []
    code = None
    for finding in findings:
        if finding.code != code:
            code = finding.code
            lines.append(code)
        lines.append(f"  {TRAPS[finding.trap].name} – {finding.field}: {' '.join(finding.detail.split())}")
        lines.append(f"    → {finding.advice}")
    counts = Counter(finding.trap for finding in findings)
    totals = [f"  {count:6}  {TRAPS[trap].name} (--trap {trap})" for trap, count in counts.most_common()]
    total = f"Tổng cộng {len(findings)} chỗ cần xem:" if findings else "Không thấy chỗ nào cần xem."
    return "\n".join([*lines, total, *totals])
