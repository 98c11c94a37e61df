"""
The error browser: what went wrong, grouped by kind of error, with what was wanted and what was found.

One error per question: the worst thing that happened to it, in the order of ``_ERRORS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bot.measuring import Asked
from index.labelled import LabelledQuestion
from index.ranking import Candidate
from index.search import Searcher
from index.variants import Form, derive

_SHOWN = 5
_MOST_WANTED = 6

_ERRORS: tuple[tuple[str, Callable[[Asked], bool]], ...] = (
    ("Không có trong danh mục mà vẫn trả lời", lambda one: one.values.get("missing answered") == 1),
    ("Ngoài phạm vi mà vẫn trả lời hoặc đưa ra lựa chọn", lambda one: one.values.get("off-topic quiet") == 0),
    ("Từ chối nhầm theo loại câu hỏi", lambda one: one.values.get("refused by kind") == 1),
    ("Trả lời bằng thủ tục khác", lambda one: one.values.get("direct right") == 0),
    ("Hỏi lại mà không có thủ tục đúng", lambda one: bool(one.got.offered) and _not_told(one)),
    ("Chuyển cán bộ dù có thủ tục", lambda one: one.values.get("false refusal") == 1),
    ("Đúng họ thủ tục nhưng không đúng bản đầu tiên", lambda one: _missed(one) and not _missed_family(one)),
    ("Thủ tục đúng không đứng đầu", lambda one: _missed(one)),
    ("Sai nội dung được hỏi", lambda one: one.values.get("facet") == 0),
    ("Sai loại câu hỏi", lambda one: one.values["kind"] == 0),
)


def _not_told(one: Asked) -> bool:
    return one.values.get("right or offered") == 0


def _missed(one: Asked) -> bool:
    return one.values.get("hit@1") == 0


def _missed_family(one: Asked) -> bool:
    return one.values.get("family hit@1") == 0


def grouped(asked: Sequence[Asked]) -> dict[str, list[Asked]]:
    """Return the questions with an error by kind of error, the worst kind first."""
    found: dict[str, list[Asked]] = {name: [] for name, _ in _ERRORS}
    for one in asked:
        name = next((name for name, happened in _ERRORS if happened(one)), "")
        if name:
            found[name].append(one)
    return {name: members for name, members in found.items() if members}


def error_lines(searcher: Searcher, asked: Sequence[Asked], form: Form) -> Iterator[str]:
    """Yield one text per kind of error and per question; each question is searched for once more."""
    for name, members in grouped(asked).items():
        yield f"\n=== {name}: {len(members)} câu ==="
        for one in members:
            yield _told(searcher, one, form)


def _told(searcher: Searcher, one: Asked, form: Form) -> str:
    text = derive(one.question.question, form)
    ranking = searcher.rank(text)
    got = one.got
    head = f"\n[{got.id}] {text}"
    what = (
        f"  nhãn {one.question.kind} {'/'.join(one.question.facets)}; máy hiểu {got.kind} "
        f"{'/'.join(got.facets)}; kết quả {got.status}, độ tin cậy {got.confidence:.2f}"
    )
    wanted = [f"  cần   {line}" for line in _wanted(searcher, one.question)]
    found = [f"  thấy  {_candidate(searcher, candidate, one)}" for candidate in ranking.candidates[:_SHOWN]]
    return "\n".join([head, what, *wanted, *found])


def _wanted(searcher: Searcher, question: LabelledQuestion) -> list[str]:
    lines = [f"{code}  {_title(searcher, code)}" for code in question.gold]
    lines += [f"{code}  {_title(searcher, code)} (chấp nhận)" for code in question.also_ok]
    more = len(lines) - _MOST_WANTED
    return [*lines[:_MOST_WANTED], *([f"… và {more} thủ tục nữa"] if more > 0 else [])]


def _candidate(searcher: Searcher, candidate: Candidate, one: Asked) -> str:
    right = "✓" if candidate.key in one.question.helpful else " "
    offered = " (đưa ra chọn)" if candidate.key in one.got.offered else ""
    features = "  ".join(f"{name} {value:.2f}" for name, value in candidate.features.items() if value)
    title = _title(searcher, candidate.key)
    return f"{right} {candidate.key}  {title}  [{candidate.score:.2f}]{offered}\n          {features}"


def _title(searcher: Searcher, code: str) -> str:
    card = searcher.generation.records.cards.get(code)
    return card.title if card else "(không có trong chỉ mục)"
