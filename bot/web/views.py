"""What the templates show of an exchange: blocks, buttons, and questions as people would read them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.messaging.model import Button
from bot.messaging.presses import staff_button
from bot.messaging.replies import reply_of
from bot.web.blocks import Block, Shape, blocks_of, without
from bot.web.wording import BY_BUTTONS
from handlers import messages, messages_doors, messages_facts, messages_quoting
from handlers.answers import Answer, AnswerStatus
from handlers.exchanges import OfficerAnswer, PastExchange
from knowledge.text import fold

STARTERS = (
    "Làm khai sinh cho con cần giấy tờ gì?",
    "Đăng ký kết hôn cần giấy tờ gì?",
    "Xin giấy xác nhận độc thân nộp ở đâu?",
    "Mất thẻ căn cước thì làm lại thế nào?",
)
_FACET_OF = re.compile(r"(?P<name>.+) của thủ tục \S+")
_ALL_OF = re.compile(rf"{messages.FULL} thủ tục \S+")
_NUMBER = re.compile(r"\d+\. ")
_NO_STAFF = (AnswerStatus.GREETING, AnswerStatus.ERROR_NO_INDEX, AnswerStatus.UNANSWERABLE_HANDED_OVER)
_MORE = messages_quoting.more_line(("",)).split(":")[0] + ":"


_WANTS_STAFF = fold(messages.TALK_TO_STAFF)
_MORE_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One exchange as the page shows it.

    Attributes:
        number: 0 when it is not stored.
        choices: One button per numbered choice.
        more: What may be asked next, and the way to a person last.
        rated: The press of the thumb that was given; "" when none was.
        notice: What went wrong beside the answer; "" when nothing did.
    """

    number: int
    asked: str
    title: str
    is_sample: bool
    blocks: tuple[Block, ...]
    choices: tuple[Button, ...]
    more: tuple[Button, ...]
    rating: tuple[Button, ...]
    rated: str
    receipt: str
    is_waiting: bool
    notice: str = ""


@dataclass(frozen=True, slots=True)
class OfficerEntry:
    """
    An officer's answer to the question of ``receipt``.

    ``key`` tells it from every other; ``asked`` is "" where the question was but for a person.
    """

    key: str
    receipt: str
    asked: str
    blocks: tuple[Block, ...]
    officer: str
    day: str
    again: bool


def entries_of(past: Sequence[PastExchange]) -> tuple[Entry, ...]:
    """Return the exchanges as shown, in the same order."""
    return tuple(
        entry_of(
            exchange.answer,
            asked=shown_question(exchange.asked, exchange.answer),
            number=exchange.number,
            rating=exchange.rating,
            is_waiting=bool(exchange.receipt) and not exchange.officer_answers,
        )
        for exchange in past
    )


def entry_of(
    answer: Answer,
    *,
    asked: str,
    number: int = 0,
    rating: str = "",
    is_waiting: bool = False,
    notice: str = "",
) -> Entry:
    """Return one exchange as shown."""
    reply = reply_of(answer)
    numbered = frozenset(_NUMBER.sub("", button.label) for button in reply.choices)
    text = _by_buttons(answer.text) if reply.choices else answer.text
    # What buttons say better; and every machine's answer has its mark in the heading.
    blocks = without(blocks_of(text), numbered | {messages.MARK})
    if reply.more:
        blocks = tuple(block for block in blocks if not block.text.startswith(_MORE))
    title = blocks[0].text if blocks and blocks[0].shape is Shape.TITLE else ""
    wants_staff = not answer.receipt and not reply.choices and answer.status not in _NO_STAFF
    presses = {text: button.press for text, button in zip(messages_doors.RATINGS, reply.rating, strict=False)}
    return Entry(
        number=number,
        asked=asked,
        title=title.removesuffix(messages_quoting.SAMPLE)
        .removeprefix(messages_quoting.answer_title("", sample=False))
        .strip(),
        is_sample=title.endswith(messages_quoting.SAMPLE),
        blocks=blocks[1:] if title else blocks,
        choices=reply.choices,
        more=(*_first(reply.more), staff_button()) if wants_staff else _first(reply.more),
        rating=reply.rating,
        rated=presses.get(rating, ""),
        receipt=answer.receipt,
        is_waiting=is_waiting,
        notice=notice,
    )


def _by_buttons(text: str) -> str:
    for typed, pressed in BY_BUTTONS.items():
        text = text.replace(typed, pressed)
    return text


def _first(more: tuple[Button, ...]) -> tuple[Button, ...]:
    """Return the first facets, and the last button, which asks for everything."""
    return more if len(more) <= _MORE_SHOWN + 1 else (*more[:_MORE_SHOWN], more[-1])


def officer_entries(past: Sequence[PastExchange]) -> tuple[OfficerEntry, ...]:
    """Return what officers answered, by the number of the question."""
    return tuple(
        _officer_entry(exchange, place, answer)
        for exchange in past
        for place, answer in enumerate(exchange.officer_answers, start=1)
    )


def _officer_entry(exchange: PastExchange, place: int, answer: OfficerAnswer) -> OfficerEntry:
    return OfficerEntry(
        key=f"{exchange.number}-{place}",
        receipt=exchange.receipt,
        asked="" if fold(exchange.asked) == _WANTS_STAFF else exchange.asked,
        blocks=tuple(_plain(blocks_of(answer.text))),
        officer=answer.officer,
        day=messages_quoting.day(answer.on),
        again=answer.again,
    )


def _plain(blocks: Sequence[Block]) -> Iterator[Block]:
    """An officer's first line is no title, whatever it looks like."""
    for block in blocks:
        yield Block(Shape.PARAGRAPH, block.items) if block.shape is Shape.TITLE else block


def shown_question(text: str, answer: Answer) -> str:
    """Return what was asked as the citizen saw it: the button's label, for what a button stands for."""
    titles = {source.key: source.title for source in answer.sources}
    labels = titles | dict(zip(messages_doors.RATINGS, messages_doors.RATING_BUTTONS, strict=True))
    if text in labels:
        return labels[text]
    chosen = text.rpartition(" – ")[2]  # behind the question that the choices belonged to
    if chosen in titles.values():
        return chosen
    facet = _FACET_OF.fullmatch(text)
    if facet and facet["name"] in messages_facts.SHORT_NAMES.values():
        return facet["name"][:1].upper() + facet["name"][1:]
    return messages_doors.FULL_BUTTON if _ALL_OF.fullmatch(text) else text
