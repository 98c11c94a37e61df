"""``danhoi serve``: open the page and the doors."""

from __future__ import annotations

from contextlib import suppress

import click

from bot.app import App
from bot.terminal import pass_app


@click.command()
@pass_app
def serve(app: App) -> None:
    """
    Mở trang hỏi đáp và các cửa đã cấu hình. Cửa là Telegram, Zalo Bot, Zalo OA; dừng bằng Ctrl-C.

    Ví dụ:

        danhoi serve
    """
    from bot.serving.server import serve as run

    def announce(address: str) -> None:
        with suppress(OSError):  # a full disk or a closed pipe: nobody reads it, and citizens still wait
            click.echo(f"Trang hỏi đáp: {address}")

    run(app, announce)
