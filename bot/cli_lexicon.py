"""``danhoi lexicon``: the phrases that name procedures, looked over and tried out before they are used."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

import click

from bot.app import App
from bot.terminal import StaffError, counting, json_option, pass_app, show_json, typed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.lexicon_preview import Change, Preview
    from index.cards import ProcedureCard
    from knowledge.lexicon_check import LexiconFinding
    from knowledge.phrasings import Phrasing

_WORDS = {"error": "LỖI ", "warning": "NHẮC", "note": "GHI "}
_SHOWN = 5  # examples of each kind


@click.group()
def lexicon() -> None:
    """
    Kiểm tra và thử từ điển cách nói của người dân.

    Ví dụ:

        danhoi lexicon check

    Cơ quan thêm cách nói của mình vào các tệp .yaml trong thư mục lexicon của DANHOI_HOME.
    """


@lexicon.command()
@json_option
@pass_app
def check(app: App, as_json: bool) -> None:
    """
    Soát mọi tệp từ điển, có sẵn và của cơ quan. Kể lỗi và cụm từ dễ nhầm; mã thoát 1 nếu có lỗi.

    Ví dụ:

        danhoi lexicon check
    """
    from bot.lexicon_review import review

    with counting("Đo trên câu mẫu") as progress:
        findings = review(app, progress)
    if as_json:
        show_json(findings)
    else:
        for finding in findings:
            click.echo(f"{_WORDS[finding.weight]} {finding.problem}")
        click.echo(_summary(findings))
    sys.exit(1 if any(finding.weight == "error" for finding in findings) else 0)


@lexicon.command(name="try")
@click.argument("phrase", metavar="CỤM_TỪ")
@click.argument("code", metavar="MÃ")
@json_option
@pass_app
def try_(app: App, phrase: str, code: str, as_json: bool) -> None:
    """
    Cho xem một cụm từ sẽ đổi gì nếu được thêm. Khớp những câu nào, đổi kết quả nào; không ghi gì.

    Ví dụ:

        danhoi lexicon try "(báo|làm giấy) khai tử" 1.000656
    """
    from bot.lexicon_preview import preview
    from knowledge.concepts import Concept, phrase_fault
    from knowledge.phrasings import read_phrasings
    from knowledge.plain_checks import looks_like_a_code
    from knowledge.reach import reach

    phrase, code = typed(phrase), typed(code)
    if fault := phrase_fault(phrase):
        raise StaffError(f"“{phrase}”: {fault}")
    if not looks_like_a_code(code):
        raise StaffError(f"{code} không phải mã thủ tục; hãy ghi dạng 1.001193, đủ cả các số 0 ở cuối")
    searcher, known = app.open_searcher(), app.open_lexicon()
    with app.open_conversations() as conversations:
        stored = conversations.texts()
    with counting("Đọc câu mẫu") as progress:
        (reached,) = reach([(phrase, {code})], read_phrasings(), progress)
    found = preview(Concept((code,), "", (phrase,)), reached, stored, searcher, known)
    if as_json:
        show_json(found)
    else:
        click.echo("\n".join(_told(phrase, code, found, searcher.generation.records.cards)))


def _summary(findings: list[LexiconFinding]) -> str:
    counts = Counter(str(finding.weight) for finding in findings)
    return f"{counts['error']} lỗi, {counts['warning']} chỗ cần xem lại, {counts['note']} ghi chú."


def _told(phrase: str, code: str, found: Preview, cards: Mapping[str, ProcedureCard]) -> list[str]:
    title = cards[code].title if code in cards else "chưa có trong chỉ mục của cơ quan, chưa tìm ra được"
    right, all_ = len(found.reach.right), found.reach.matched
    share = f", tức {right / all_:.0%}" if all_ else ""
    return [
        f"“{phrase}” → {code} ({title})",
        f"Câu mẫu khớp: {all_}; hỏi đúng thủ tục này: {right}{share}.",
        *_examples("đúng", found.reach.right),
        *_examples("nhầm", found.reach.wrong),
        f"Câu người dân đã hỏi mà khớp: {len(found.stored)}.",
        *(f"  {text}" for text in found.stored[:_SHOWN]),
        f"Thử xếp hạng {found.ranked} câu: {len(found.changes)} câu đổi thủ tục đứng đầu, "
        f"{sum(change.mends for change in found.changes)} câu mẫu từ sai thành đúng, "
        f"{sum(change.breaks for change in found.changes)} câu mẫu từ đúng thành sai.",
        *map(_changed, found.changes[: 2 * _SHOWN]),
    ]


def _examples(label: str, phrasings: tuple[Phrasing, ...]) -> list[str]:
    return [f"  {label}: {phrasing.q}" for phrasing in phrasings[:_SHOWN]]


def _changed(change: Change) -> str:
    return f"  {change.before or 'không có'} → {change.after or 'không có'}: {change.question}"
