"""What every command shares: errors as one line, progress, times, JSON, and the terminal's text in UTF-8."""

from __future__ import annotations

import itertools
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import TextIOWrapper
from typing import Any

import click
import msgspec

from bot.app import App
from bot.settings import load_settings
from knowledge.errors import DanhoiError

_LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_INTERRUPTED = 130  # what a shell reports for a command ended by Ctrl-C

pass_app = click.make_pass_decorator(App)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="In kết quả dạng JSON cho chương trình khác đọc."
)


class StaffError(click.ClickException):
    """An error shown as one Vietnamese line, with exit code 1."""

    def show(self, file: Any = None) -> None:
        click.echo(f"Lỗi: {self.message}", file=file, err=True)


class UsageRefused(StaffError):
    """The command line itself is wrong; exit code 2."""

    exit_code = 2


class StaffGroup(click.Group):
    """A group of commands that never shows a traceback for what staff can mend themselves."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with _one_line_errors(ctx):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with _one_line_errors(ctx):
            return super().invoke(ctx)


@contextmanager
def _one_line_errors(ctx: click.Context) -> Iterator[None]:
    try:
        yield
    except DanhoiError as error:
        raise StaffError(str(error)) from error
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else ctx.command_path
        raise UsageRefused(f"{_in_vietnamese(error)}. Xem cách dùng: {path} --help") from error
    except (KeyboardInterrupt, click.Abort):
        ctx.exit(_INTERRUPTED)


def _in_vietnamese(error: click.UsageError) -> str:
    match error:
        case click.NoSuchOption(option_name=name):
            return f"không có tùy chọn {name}"
        case click.exceptions.NoSuchCommand(command_name=name):
            return f"không có lệnh {name}"
        case click.MissingParameter(param=click.Parameter() as param):
            return f"thiếu {_called(param)}"
        case click.BadParameter(param=click.Parameter() as param):
            return f"giá trị của {_called(param)} không dùng được; {_wanted(param.type, error.message)}"
        case _:
            return f"câu lệnh chưa đúng ({error.message.rstrip('.')})"


def _called(param: click.Parameter) -> str:
    return param.opts[0] if isinstance(param, click.Option) else param.human_readable_name


def _wanted(kind: click.ParamType[Any], message: str) -> str:
    match kind:
        case click.Choice(choices=choices):
            return f"chỉ nhận: {', '.join(map(str, choices))}"
        case click.IntRange(min=least, max=most):
            return f"cần một số nguyên từ {least}" + (f" đến {most}" if most is not None else " trở lên")
        case click.Path():
            return "không đọc được tệp đó"
        case _:
            return message.rstrip(".")


def start(ctx: click.Context) -> None:
    """Prepare one run of the command: settings, logging, and the app as the context's object."""
    if ctx.obj is None:  # a test brings its own
        ctx.obj = App(load_settings())
    logging.basicConfig(level=ctx.obj.settings.log.upper(), format=_LOG_FORMAT, stream=sys.stderr)


def speak_utf8() -> None:
    """Read and write UTF-8 whatever the terminal's locale is; a wrong byte must not end a conversation."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def local_time(moment: str) -> str:
    """Return an ISO time as this machine's clock shows it."""
    return datetime.fromisoformat(moment).astimezone().strftime("%d/%m/%Y %H:%M")


def typed(text: str) -> str:
    """Return an argument of the command line without bytes that are no UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def show_json(value: object) -> None:
    """Print *value*, records and built-in types, as indented JSON."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2))


@contextmanager
def counting(label: str) -> Iterator[Callable[[int], None]]:
    """Show on standard error, if it is a terminal, how many were done of a number nobody knows yet."""
    with click.progressbar(
        itertools.repeat(None), label=label, file=sys.stderr, show_pos=True, hidden=not sys.stderr.isatty()
    ) as bar:
        yield bar.update
