"""Click's own few words on a help page, in Vietnamese."""

from __future__ import annotations

from collections.abc import Iterable

import click

_WORDS = {
    "Options": "Tùy chọn",
    "Commands": "Các lệnh",
    "[OPTIONS]": "[TÙY CHỌN]",
    "COMMAND [ARGS]...": "LỆNH …",
    "[COMMAND]": "[LỆNH]",
    "[ARGS]...": "…",
    "Show the version and exit.": "Cho biết phiên bản.",
    "Show this message and exit.": "Cho xem trang này.",
    "[default: ": "[mặc định: ",
}


class _Page(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, _spoken(args), "Cách dùng: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(_spoken(heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(name, _spoken(told)) for name, told in rows], col_max, col_spacing)


class _Context(click.Context):
    formatter_class = _Page


def speak_vietnamese(command: click.Command) -> None:
    """Give *command* and every command below it a Vietnamese help page."""
    command.context_class = _Context
    for below in getattr(command, "commands", {}).values():
        speak_vietnamese(below)


def _spoken(text: str) -> str:
    for english, vietnamese in _WORDS.items():
        text = text.replace(english, vietnamese)
    return text
