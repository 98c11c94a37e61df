"""How a reply looks on Telegram: plain text as HTML, choices and further questions as buttons."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Iterator

from bot.messaging.model import Button, Outgoing, Reply
from bot.messaging.presses import staff_button
from bot.messaging.splitting import split, utf16_length
from handlers.messages_quoting import answer_title, more_line

# Telegram takes 4,096; shorter ones read better on a phone.
LIMIT = 3500
# What a phone shows of a button that fills a row.
_LABEL = 40
_MORE_IN_ROW = 3
_MOST_MORE = 5  # beside the one that asks for everything
_ASK_ON = more_line(("",)).partition(":")[0]
_TITLE = answer_title("", sample=False).strip()
_HEADING = 60
_ITEM = ("- ", "+ ", "  ")


def render(reply: Reply) -> tuple[Outgoing, ...]:
    """Return the messages of *reply*; the buttons stand under the last one, where the thumb is."""
    notice = tuple(Outgoing(text) for text in split((reply.notice,), LIMIT))
    # What the buttons say is not written out above them.
    told = reply.told(pressable=True)
    sections = [text for text in told if not (reply.more and text.startswith(_ASK_ON))]
    parts = [Outgoing(text) for text in split(sections, LIMIT, note=reply.part_note)]
    if parts:
        parts[-1] = Outgoing(parts[-1].text, tuple(_rows(reply)))
    return (*notice, *parts)


def _rows(reply: Reply) -> Iterator[tuple[Button, ...]]:
    for choice in reply.choices:
        yield (_short(choice),)
    more = (*reply.more[:-1][:_MOST_MORE], *reply.more[-1:])
    for start in range(0, len(more), _MORE_IN_ROW):
        yield more[start : start + _MORE_IN_ROW]
    if more:
        yield (staff_button(),)
    if reply.rating:
        yield reply.rating


def _short(button: Button) -> Button:
    """Shorten the label of *button* to one row; the whole of it stands in the text, with its number."""
    if utf16_length(button.label) <= _LABEL:
        return button
    return Button(textwrap.shorten(button.label, _LABEL, placeholder="…"), button.press)


def to_html(text: str) -> str:
    r"""
    Return *text* as Telegram's HTML: the title and the headings bold, everything else as it is.

    >>> to_html("Cơ quan trả lời – Kết hôn\nPhí, lệ phí:\n- dưới 5 < 6")
    '<b>Cơ quan trả lời – Kết hôn</b>\n<b>Phí, lệ phí:</b>\n- dưới 5 &lt; 6'
    """
    lines = text.split("\n")
    return "\n".join(_line(line, is_first=number == 0) for number, line in enumerate(lines))


def _line(line: str, *, is_first: bool) -> str:
    escaped = html.escape(line, quote=False)
    is_title = is_first and line.startswith(_TITLE)
    is_heading = line.endswith(":") and len(line) <= _HEADING and not line.startswith(_ITEM)
    return f"<b>{escaped}</b>" if is_title or is_heading else escaped
