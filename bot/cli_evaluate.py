"""``danhoi evaluate``: how well labelled questions are answered, with intervals."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from bot.app import App
from bot.terminal import pass_app

if TYPE_CHECKING:
    from bot.evaluation_run import Evaluation, Run
    from index.variants import Form

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE, metavar="TỆP")
@click.option(
    "--json",
    "out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="TỆP",
    help="Ghi số đo vào tệp này.",
)
@click.option("--errors", is_flag=True, help="Kể từng câu sai: cần gì, tìm thấy gì, vì sao.")
@click.option("--forms", is_flag=True, help="Đo thêm các cách gõ: không dấu, telex, VNI, gõ sai, viết tắt…")
@click.option("--baseline", type=_FILE, metavar="TỆP", help="So từng câu với lần đo trước (tệp của --json).")
@click.option("--limit", type=click.IntRange(min=1), metavar="SỐ", help="Chỉ hỏi ngần này câu đầu.")
@pass_app
def evaluate(
    app: App,
    file: Path,
    out: Path | None,
    errors: bool,
    forms: bool,
    baseline: Path | None,
    limit: int | None,
) -> None:
    """
    Đo chất lượng trả lời trên câu hỏi đã gắn nhãn. Không ghi gì vào dữ liệu của cơ quan.

    Ví dụ:

        danhoi evaluate cau-hoi.jsonl --forms --json ket-qua.json

    Mỗi dòng của tệp là {"id", "question", "gold", "also_ok", "facets", "kind", "style", "source"}.
    """
    from bot.evaluation_errors import error_lines
    from bot.evaluation_run import Evaluation, read_saved
    from bot.evaluation_tables import differences_grid
    from index.labelled import read_labelled
    from index.variants import Form

    before = read_saved(baseline) if baseline else None
    evaluation = Evaluation(app.open_searcher(), read_labelled(file)[:limit], app.today())
    for form in tuple(Form) if forms else (Form.AS_WRITTEN,):
        _ask(evaluation, form)
    run = evaluation.run(f"danhoi evaluate {file.name}{' --forms' if forms else ''}", file)
    for text in _report(run):
        click.echo(f"{text}\n")
    if before:
        for form in evaluation.asked:
            title = f"Khác lần đo {before.made_at} ({form}); * khi khoảng tin cậy 95 % không chứa 0"
            click.echo(f"{differences_grid(title, evaluation.compared(form, before)).plain()}\n")
    if errors:
        for line in error_lines(evaluation.searcher, evaluation.asked[Form.AS_WRITTEN], Form.AS_WRITTEN):
            click.echo(line)
    if out:
        out.write_bytes(msgspec.json.format(msgspec.json.encode(run), indent=1) + b"\n")


def _ask(evaluation: Evaluation, form: Form) -> None:
    hidden = not sys.stderr.isatty()
    with click.progressbar(
        length=len(evaluation.questions), label=form, file=sys.stderr, hidden=hidden
    ) as bar:
        evaluation.ask(form, bar.update)


def _report(run: Run) -> Iterator[str]:
    from bot.evaluation_tables import forms_grid, grids
    from index.variants import Form

    made_by = ", ".join(f"{name} {number}" for name, number in run.versions.items())
    yield (
        f"{run.command}: {run.questions} câu (SHA-256 {run.data_sha256[:12]}), chỉ mục {run.generation}, "
        f"mô hình {run.model_id}, {made_by}, lúc {run.made_at}"
    )
    written = run.forms[Form.AS_WRITTEN]
    for grid in grids(Form.AS_WRITTEN, written.groups, written.styles):
        yield grid.plain()
    if len(run.forms) > 1:
        yield forms_grid({form: found.groups for form, found in run.forms.items()}).plain()
