"""``danhoi questions``: what citizens asked and nobody has answered yet."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from bot.app import App
from bot.terminal import StaffError, json_option, pass_app, show_json

if TYPE_CHECKING:
    from handlers.conversations import StoredQuestion


@click.group(invoke_without_command=True)
@click.option("--unanswered", is_flag=True, help="Liệt kê câu hỏi đang chờ cán bộ.")
@json_option
@click.pass_obj
@click.pass_context
def questions(ctx: click.Context, app: App, unanswered: bool, as_json: bool) -> None:
    """
    Xem câu hỏi đang chờ cán bộ trả lời; thông tin cá nhân đã được che.

    Ví dụ:

        danhoi questions --unanswered
    """
    if ctx.invoked_subcommand:
        return
    with app.open_conversations() as conversations:
        waiting, counts = conversations.unanswered(), conversations.counts()
    if as_json:
        show_json(waiting if unanswered else counts)
    elif unanswered:
        click.echo("\n".join(map(_line, waiting)) or "Không có câu hỏi nào đang chờ cán bộ.")
    else:
        for status, count in counts.items():
            click.echo(f"{count:6}  {status}")
        click.echo(f"{len(waiting)} câu hỏi đang chờ cán bộ: danhoi questions --unanswered")


@questions.command()
@click.argument("code")
@json_option
@pass_app
def show(app: App, code: str, as_json: bool) -> None:
    """
    Cho xem một câu hỏi theo mã tiếp nhận: đã trả lời gì, tìm thấy gì, qua những bước nào.

    Ví dụ:

        danhoi questions show DH-7K3M
    """
    with app.open_conversations() as conversations:
        question = conversations.by_receipt(code)
    if question is None:
        raise StaffError(f"không có mã tiếp nhận {code}. Xem các mã: danhoi questions --unanswered")
    if as_json:
        show_json(question)
    else:
        click.echo(_whole(question))


def _line(question: StoredQuestion) -> str:
    text = " ".join(question.text.split())
    return f"{question.receipt}  {_when(question)}  {question.kind:<14}  {text}"


def _whole(question: StoredQuestion) -> str:
    steps = [f"  {step.ms:7.2f} ms  {step.name}  {step.note}".rstrip() for step in question.trace]
    return "\n".join(
        [
            f"Mã tiếp nhận: {question.receipt}",
            f"Hỏi lúc: {_when(question)}",
            f"Loại: {question.kind}; kết quả: {question.status}; chỉ mục {question.generation}",
            f"Dân hỏi: {question.text}",
            f"\nMáy đã trả lời:\n{question.answer}",
            f"\nThủ tục gần nhất: {', '.join(question.codes) or 'không có'}",
            f"Đoạn đã xem, không dùng: {', '.join(question.hits_rejected) or 'không có'}",
            "Các bước:",
            *steps,
        ]
    )


def _when(question: StoredQuestion) -> str:
    """Return the time of asking as this machine's clock shows it."""
    return datetime.fromisoformat(question.asked_at).astimezone().strftime("%d/%m/%Y %H:%M")
