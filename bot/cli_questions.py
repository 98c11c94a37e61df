"""``danhoi questions``: what citizens asked and nobody has answered yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.app import App
from bot.terminal import StaffError, json_option, local_time, pass_app, show_json
from handlers.answers import AnswerStatus, QuestionKind

if TYPE_CHECKING:
    from handlers.conversations import StoredQuestion

_HITS_SHOWN = 10
_STATUSES: dict[str, str] = {
    AnswerStatus.ANSWERED: "trả lời bằng thủ tục hoặc hỏi đáp đã công bố",
    AnswerStatus.CLARIFICATION: "hỏi lại",
    AnswerStatus.CONTACT: "cho thông tin liên hệ",
    AnswerStatus.GUIDE: "trả lời bằng hướng dẫn",
    AnswerStatus.GREETING: "chào hỏi",
    AnswerStatus.UNANSWERABLE_NOT_FOUND: "không tìm thấy, gửi cán bộ",
    AnswerStatus.UNANSWERABLE_LEGAL: "cần tư vấn pháp luật, gửi cán bộ",
    AnswerStatus.UNANSWERABLE_HANDED_OVER: "xin gặp cán bộ",
    AnswerStatus.REFUSED_OUT_OF_SCOPE: "từ chối: ngoài phạm vi",
    AnswerStatus.REFUSED_ACTION: "từ chối: nhờ làm thay",
    AnswerStatus.REFUSED_SECRET: "cảnh báo lừa đảo",
    AnswerStatus.REFUSED_ABUSE: "từ chối: lời lẽ xúc phạm",
    AnswerStatus.REFUSED_INJECTION: "từ chối: điều khiển máy",
    AnswerStatus.ERROR_NO_INDEX: "lỗi: chưa có chỉ mục",
}
_KINDS: dict[str, str] = {
    QuestionKind.PROCEDURE: "thủ tục",
    QuestionKind.CONTACT: "liên hệ",
    QuestionKind.PORTAL_HELP: "dùng cổng",
    QuestionKind.COMPLAINT: "phản ánh, khiếu nại",
    QuestionKind.LEGAL_QUESTION: "pháp luật",
    QuestionKind.HUMAN: "gặp cán bộ",
    QuestionKind.GREETING: "chào hỏi",
    QuestionKind.OUT_OF_SCOPE: "ngoài phạm vi",
    QuestionKind.ACTION: "nhờ làm thay",
    QuestionKind.SECRET: "mật khẩu, OTP",
    QuestionKind.ABUSE: "xúc phạm",
    QuestionKind.INJECTION: "điều khiển máy",
}


@click.group(invoke_without_command=True)
@click.option("--unanswered", is_flag=True, help="Liệt kê câu hỏi đang chờ cán bộ.")
@json_option
@click.pass_obj
@click.pass_context
def questions(ctx: click.Context, app: App, unanswered: bool, as_json: bool) -> None:
    """
    Xem câu hỏi đang chờ cán bộ trả lời. Thông tin cá nhân đã được che.

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
            click.echo(f"{count:6}  {_STATUSES.get(status, status)}")
        click.echo(f"{len(waiting)} câu hỏi đang chờ cán bộ: danhoi questions --unanswered")


@questions.command()
@click.argument("code", metavar="MÃ")
@json_option
@pass_app
def show(app: App, code: str, as_json: bool) -> None:
    """
    Cho xem một câu hỏi theo mã tiếp nhận. Đã trả lời gì, tìm thấy gì, qua những bước nào.

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


def _kind(question: StoredQuestion) -> str:
    return _KINDS.get(question.kind, question.kind)


def _first(names: tuple[str, ...]) -> str:
    """Return the first *names*; the others are in the JSON."""
    more = " …" if len(names) > _HITS_SHOWN else ""
    return ", ".join(names[:_HITS_SHOWN]) + more or "không có"


def _line(question: StoredQuestion) -> str:
    text = " ".join(question.text.split())
    return f"{question.receipt}  {local_time(question.asked_at)}  {_kind(question):<16}  {text}"


def _whole(question: StoredQuestion) -> str:
    steps = [f"  {step.ms:7.2f} ms  {step.name}  {step.note}".rstrip() for step in question.trace]
    return "\n".join(
        [
            f"Mã tiếp nhận: {question.receipt}",
            f"Hỏi lúc: {local_time(question.asked_at)}",
            f"Loại: {_kind(question)}; kết quả: {_STATUSES.get(question.status, question.status)}; "
            f"chỉ mục {question.generation or 'không dùng'}",
            f"Dân hỏi: {question.text}",
            f"\nMáy đã trả lời:\n{question.answer}",
            f"\nThủ tục gần nhất: {', '.join(question.codes) or 'không có'}",
            f"Đoạn đã xem, không dùng: {_first(question.hits_rejected)}",
            "Các bước:",
            *steps,
        ]
    )
