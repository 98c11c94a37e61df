"""``danhoi ask``, ``chat``, ``search`` and ``show``: asking, and looking at what answers are made of."""

from __future__ import annotations

import secrets
import sys
from typing import TYPE_CHECKING

import click

from bot.app import App
from bot.showing import as_reply, ranking_lines, record_text, shown_ranking
from bot.terminal import StaffError, UsageRefused, json_option, pass_app, show_json, typed
from handlers import messages
from handlers.answers import Question
from handlers.state import RETENTION_DAYS
from knowledge.passages import Facet

if TYPE_CHECKING:
    from handlers.answering import Answerer
    from handlers.answers import Answer

ASKS = "Dân hỏi: "
_LEAVE = ("thoát", "thoat", "exit", "quit")


@click.command()
@click.argument("question", required=False, metavar="[CÂU HỎI]")
@click.option("--full", is_flag=True, help="Trả lời đầy đủ thay vì rút gọn.")
@click.option("--jsonl", is_flag=True, help="Đọc câu hỏi từ đầu vào chuẩn, mỗi dòng một đối tượng JSON.")
@json_option
@pass_app
def ask(app: App, question: str | None, full: bool, jsonl: bool, as_json: bool) -> None:
    """
    Trả lời một câu hỏi của công dân, kèm nguồn.

    Ví dụ:

        danhoi ask "lệ phí đăng ký kết hôn bao nhiêu"

    Với --jsonl, mỗi dòng vào là {"id", "question", "conversation"?}, mỗi dòng ra là một câu trả lời:

        echo '{"id": "1", "question": "phí kết hôn"}' | danhoi ask --jsonl
    """
    if jsonl:
        _ask_lines(app)
    elif not question:
        raise UsageRefused('thiếu câu hỏi. Ví dụ: danhoi ask "làm khai sinh cần giấy tờ gì"')
    else:
        question = typed(question)
        with app.open_answerer() as answerer:
            answer = _ask(answerer, question, full=full)
        if as_json:
            show_json(answer)
        else:
            click.echo(f"{ASKS}{question}\n\n{as_reply(answer.text)}")


def _ask(answerer: Answerer, question: str, *, full: bool) -> Answer:
    conversation = f"terminal/{secrets.token_hex(8)}"
    answer = answerer.answer(Question(question, conversation))
    # What a citizen would type next; there is something in hand only when a procedure was quoted.
    return answerer.answer(Question(messages.FULL, conversation)) if full and answer.more else answer


def _ask_lines(app: App) -> None:
    from bot.jsonl import answer_lines

    with app.open_answerer() as answerer:
        for line in answer_lines(answerer, sys.stdin.buffer):
            click.echo(line)  # flushes: whoever reads may answer line by line


@click.command()
@pass_app
def chat(app: App) -> None:
    """
    Trò chuyện như công dân nhắn tin; gõ “thoát” để kết thúc.

    Ví dụ:

        danhoi chat
    """
    conversation = f"terminal/{secrets.token_hex(8)}"
    with app.open_answerer() as answerer:
        click.echo(f"{messages.greeting(RETENTION_DAYS)}\n(Gõ “thoát” để kết thúc.)\n")
        while (question := _next_question()) is not None:
            answer = answerer.answer(Question(question, conversation))
            click.echo(f"\n{as_reply(answer.text)}\n")
    click.echo("Kết thúc. Cảm ơn ông/bà.")


def _next_question() -> str | None:
    """Return what was typed next; None when the conversation is over."""
    try:
        question = input(ASKS)
    except EOFError:
        click.echo()
        return None
    return None if question.strip().lower() in _LEAVE else question


@click.command()
@click.argument("query", metavar="CÂU")
@click.option(
    "--top",
    default=10,
    metavar="SỐ",
    show_default=True,
    type=click.IntRange(1, 100),
    help="Số bản ghi hiện ra.",
)
@json_option
@pass_app
def search(app: App, query: str, top: int, as_json: bool) -> None:
    """
    Cho xem chỉ mục tìm thấy gì cho một câu. Kèm điểm nghĩa, điểm từ, quyết định và độ tin cậy.

    Ví dụ:

        danhoi search "xin giấy độc thân"
    """
    searcher = app.open_searcher()
    ranking = searcher.rank(typed(query), top)
    if as_json:
        show_json(shown_ranking(ranking, searcher.generation.records))
    else:
        click.echo(ranking_lines(ranking, searcher.generation.records))


@click.command()
@click.argument("code", metavar="MÃ")
@click.option(
    "--facet",
    "facets",
    multiple=True,
    type=click.Choice([facet.value for facet in Facet]),
    metavar="PHẦN",
    help=f"Chỉ phần này; dùng nhiều lần được: {', '.join(Facet)}.",
)
@click.option("--full", is_flag=True, help="Toàn bộ, không rút gọn.")
@json_option
@pass_app
def show(app: App, code: str, facets: tuple[str, ...], full: bool, as_json: bool) -> None:
    """
    Cho xem một bản ghi trong kho đúng như công dân sẽ đọc. Với --json: nguyên bản ghi.

    Ví dụ:

        danhoi show 1.001193 --facet documents
    """
    with app.open_store() as store:
        shown = record_text(store, code.strip(), tuple(map(Facet, facets)), full=full, today=app.today())
    if shown is None:
        raise StaffError(f'không có bản ghi {code} trong kho. Tìm theo tên: danhoi search "{code}"')
    record, text = shown
    if as_json:
        show_json(record)
    else:
        click.echo(text)
