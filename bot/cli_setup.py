"""``danhoi setup`` and ``danhoi doctor``: making a fresh machine ready, and saying what it lacks."""

from __future__ import annotations

import sys

import click

from bot.app import App
from bot.cli_index import build_with_progress, told
from bot.terminal import json_option, pass_app, show_json


@click.command()
@pass_app
def setup(app: App) -> None:
    """
    Chuẩn bị máy mới. Nạp dữ liệu mẫu nếu kho trống, xây chỉ mục nếu thiếu hoặc cũ.

    Ví dụ:

        danhoi setup
    """
    from bot.index_state import index_state
    from bot.sample import is_empty, load_sample

    with app.open_store() as store:
        if is_empty(store):
            report = load_sample(store)
            click.echo(f"Kho trống: đã nạp {report.added} bản ghi mẫu của “Xã Mẫu”.")
    if index_state(app).trouble:
        click.echo("Đang xây chỉ mục…")
        click.echo(told(build_with_progress(app)))
    click.echo('Sẵn sàng. Hỏi thử: danhoi ask "làm khai sinh cho con cần giấy tờ gì"')


@click.command()
@json_option
@pass_app
def doctor(app: App, as_json: bool) -> None:
    """
    Khám máy: còn thiếu gì và sửa bằng lệnh nào. Mã thoát 1 nếu còn thiếu.

    Ví dụ:

        danhoi doctor
    """
    from bot.doctor import examine

    findings = examine(app)
    if as_json:
        show_json(findings)
    else:
        for finding in findings:
            click.echo(f"{'ĐẠT ' if finding.good else 'LỖI '} {finding.name}: {finding.detail}")
    sys.exit(0 if all(finding.good for finding in findings) else 1)
