"""``danhoi questions``: what citizens asked and nobody has answered yet, and answering it."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import click

from bot.app import App
from bot.terminal import StaffError, UsageRefused, json_option, local_time, pass_app, show_json, typed
from handlers.answers import AnswerStatus, QuestionKind

if TYPE_CHECKING:
    from handlers.conversations import Conversations
    from handlers.exchanges import Neighbour, StoredQuestion

_HITS_SHOWN = 10
# What stands above the text in the editor; lines that begin so are no part of the answer.
_COMMENT = "#"
_PLACEHOLDER = re.compile(r"\[[^\]\n]+\]")
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
        today = app.today()
        click.echo(
            "\n".join(_line(question, today) for question in waiting)
            or "Không có câu hỏi nào đang chờ cán bộ."
        )
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
    from bot.messaging.staff_delivery import how_it_went

    with app.open_conversations() as conversations:
        question = _question(conversations, code)
        went = [
            how_it_went(conversations.database, question.receipt, answer.revision)
            for answer in question.officer_answers[-1:]
        ]
    if as_json:
        show_json(question)
    else:
        click.echo("\n".join([_whole(question), *(f"Câu trả lời của cán bộ: {one}" for one in went if one)]))


@questions.command()
@click.argument("code", metavar="MÃ")
@click.option(
    "--text", metavar="CHỮ", help="Nội dung trả lời; không có thì đọc đầu vào hoặc mở trình soạn thảo."
)
@click.option("--by", "officer", default="", metavar="TÊN", help="Người trả lời, công dân sẽ thấy.")
@click.option("--yes", is_flag=True, help="Không hỏi lại trước khi gửi.")
@pass_app
def answer(app: App, code: str, text: str | None, officer: str, yes: bool) -> None:
    """
    Trả lời một câu hỏi theo mã tiếp nhận. Trả lời lần nữa là sửa câu trả lời trước.

    Ví dụ:

        danhoi questions answer DH-7K3M --by "Bà Lan, công chức hộ tịch" --text "Mời ông/bà đến sáng thứ 5."

        cat tra-loi.txt | danhoi questions answer DH-7K3M --yes
    """
    from handlers.conversations import officer_text

    with app.open_conversations() as conversations:
        question = _question(conversations, code)
        click.echo(_asked_and_told(question) + "\n")
        written = officer_text(typed(text) if text is not None else _written(question, yes=yes))
        for warning in _warnings(app, written):
            click.echo(warning, err=True)
        preview = _preview(question, written, typed(officer), app.today())
        if not yes and not click.confirm(f"Công dân sẽ đọc:\n\n{preview}\n\nGửi câu trả lời này?"):
            click.echo("Chưa lưu và chưa gửi gì.")
            return
        where = ""

        def also(stored: StoredQuestion, pseudonym: str) -> None:
            nonlocal where
            where = deliver(conversations, stored, pseudonym)

        stored = conversations.answer_by_staff(question.receipt, written, typed(officer), also)
    again = f", sửa lần {len(stored.officer_answers) - 1}" if stored.officer_answers[-1].again else ""
    click.echo(f"Đã lưu câu trả lời cho {stored.receipt}{again}. {where}")


def deliver(conversations: Conversations, stored: StoredQuestion, pseudonym: str) -> str:
    """Put the officer's last answer on its way; return a sentence for the officer on where it goes."""
    from bot.messaging.staff_delivery import enqueue_staff_answer
    from handlers.exchanges import told_by_officer

    revision = stored.officer_answers[-1].revision
    told = told_by_officer(stored)
    return enqueue_staff_answer(conversations.database, pseudonym, stored.receipt, revision, told)


def _preview(question: StoredQuestion, text: str, officer: str, today: date) -> str:
    from handlers.exchanges import OfficerAnswer, told_by_officer

    new = OfficerAnswer(text, officer, today, revision=len(question.officer_answers) + 1)
    return told_by_officer(replace(question, officer_answers=(*question.officer_answers, new)))


def _question(conversations: Conversations, code: str) -> StoredQuestion:
    question = conversations.by_receipt(code)
    if question is None:
        raise StaffError(f"không có mã tiếp nhận {code}. Xem các mã: danhoi questions --unanswered")
    return question


def _written(question: StoredQuestion, *, yes: bool) -> str:
    """Return what the officer writes: piped in, or in an editor."""
    if not _in_terminal():
        if not yes:
            raise UsageRefused(
                "đọc câu trả lời từ đầu vào thì không hỏi lại được; hãy thêm --yes hoặc --text"
            )
        return sys.stdin.read()
    above = "\n".join(f"{_COMMENT} {line}" for line in _asked_and_told(question).splitlines())
    edited = click.edit(
        f"\n{above}\n{_COMMENT} Viết câu trả lời lên trên. Dòng bắt đầu bằng # không được gửi.\n"
    )
    lines = [line for line in (edited or "").splitlines() if not line.startswith(_COMMENT)]
    return "\n".join(lines)


def _in_terminal() -> bool:
    return sys.stdin.isatty()


def _warnings(app: App, text: str) -> list[str]:
    """Warn of what looks like somebody's personal data; what the office has published is not."""
    from handlers.contacts import published_numbers
    from handlers.personal_data import redact

    with app.open_store() as store:
        published = published_numbers(store.contacts())
    found = dict.fromkeys(_PLACEHOLDER.findall(redact(text, published)))
    named = ", ".join(placeholder.strip("[]") for placeholder in found if placeholder not in text)
    if not named:
        return []
    return [f"Lưu ý: câu trả lời có thể chứa thông tin cá nhân ({named}). Chỉ gửi nếu được phép công khai."]


def _kind(question: StoredQuestion) -> str:
    return _KINDS.get(question.kind, question.kind)


def _first(names: tuple[str, ...]) -> str:
    """Return the first *names*; the others are in the JSON."""
    more = " …" if len(names) > _HITS_SHOWN else ""
    return ", ".join(names[:_HITS_SHOWN]) + more or "không có"


def _line(question: StoredQuestion, today: date) -> str:
    text = _one_line(question.text)
    asked = f"{local_time(question.asked_at)}  {_age(question, today):>8}"
    return f"{question.receipt}  {asked}  {_kind(question):<16}  {text}"


def _age(question: StoredQuestion, today: date) -> str:
    from handlers.exchanges import local_day

    days = (today - local_day(question.asked_at)).days
    return f"{days} ngày" if days > 0 else "hôm nay"


def _asked_and_told(question: StoredQuestion) -> str:
    """Return the question and all that was answered so far, by the machine and by officers."""
    from handlers.messages_quoting import day

    rated = f"\nDân đánh giá: {question.rating} {question.reason}".rstrip() if question.rating else ""
    told = [
        f"\nCán bộ trả lời ngày {day(answer.on)}, {answer.officer or 'không ghi tên'}:\n{answer.text}"
        for answer in question.officer_answers
    ]
    return "\n".join(
        [
            f"Mã tiếp nhận: {question.receipt}",
            f"Hỏi lúc: {local_time(question.asked_at)}",
            f"Dân hỏi: {question.text}",
            *_beside("Trước đó, trong cùng cuộc trò chuyện:", question.before),
            *_beside("Sau đó:", question.after),
            f"\nMáy đã trả lời:\n{question.answer}{rated}",
            *told,
        ]
    )


def _beside(heading: str, neighbours: tuple[Neighbour, ...]) -> list[str]:
    """Return what was asked beside a question; nothing when nothing was."""
    lines = []
    for one in neighbours:
        receipt = f" ({one.receipt})" if one.receipt else ""
        lines += [f"- {local_time(one.asked_at)}  {_one_line(one.asked)}{receipt}", f"    → {one.told}"]
    return ["", heading, *lines] if lines else []


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _whole(question: StoredQuestion) -> str:
    steps = [f"  {step.ms:7.2f} ms  {step.name}  {step.note}".rstrip() for step in question.trace]
    return "\n".join(
        [
            _asked_and_told(question),
            f"\nLoại: {_kind(question)}; kết quả: {_STATUSES.get(question.status, question.status)}; "
            f"chỉ mục {question.generation or 'không dùng'}",
            f"Thủ tục gần nhất: {', '.join(question.codes) or 'không có'}",
            f"Đoạn đã xem, không dùng: {_first(question.hits_rejected)}",
            "Các bước:",
            *steps,
        ]
    )
