"""
The ``danhoi`` command: one door among others, for the office's own terminal.

Commands that belong together have a module of their own, ``cli_*.py``.
"""

from __future__ import annotations

import click

from bot.cli_answers import ask, chat, search, show
from bot.cli_evaluate import evaluate
from bot.cli_index import index
from bot.cli_knowledge import knowledge
from bot.cli_lexicon import lexicon
from bot.cli_questions import questions
from bot.cli_serve import serve
from bot.cli_setup import doctor, setup
from bot.help_page import speak_vietnamese
from bot.terminal import StaffGroup, speak_utf8, start


@click.group(cls=StaffGroup)
@click.version_option(package_name="danhoi", prog_name="danhoi")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """
    Dân hỏi – Cơ quan trả lời: trả lời câu hỏi về thủ tục hành chính bằng hồ sơ đã công bố.

    Ví dụ:

        danhoi ask "làm khai sinh cho con cần giấy tờ gì"
    """
    start(ctx)


for command in (
    setup,
    serve,
    ask,
    chat,
    search,
    show,
    knowledge,
    index,
    lexicon,
    questions,
    evaluate,
    doctor,
):
    cli.add_command(command)
speak_vietnamese(cli)


def main() -> None:
    """Run the command line of this process."""
    speak_utf8()
    cli(prog_name="danhoi")
