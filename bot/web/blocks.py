"""
A plain answer as blocks: what is a title, a heading, a list, a source, so that the page can mark it up.

Pure functions. Nothing here is HTML: the templates escape every text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from handlers.messages import MARK
from handlers.messages_quoting import (
    AUTOMATIC,
    AUTOMATIC_CONTACT,
    AUTOMATIC_QA,
    answer_title,
    question_title,
)


class Shape(StrEnum):
    """How a block is shown."""

    TITLE = "title"
    HEADING = "heading"
    SUBHEADING = "subheading"
    PARAGRAPH = "paragraph"
    NOTE = "note"
    BULLETS = "bullets"
    NUMBERED = "numbered"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line: ``link`` is "" or an https, http or tel address; ``strong`` names a step."""

    text: str
    link: str = ""
    strong: bool = False

    @property
    def host(self) -> str:
        """The site that the link leads to; "" for a telephone number."""
        return urlsplit(self.link).hostname or ""


Line = tuple[Span, ...]
Item = tuple[Line, ...]  # an item of a list has a first line and perhaps more


@dataclass(frozen=True, slots=True)
class Block:
    """Lists have several items; every other shape has one."""

    shape: Shape
    items: tuple[Item, ...]

    @property
    def text(self) -> str:
        return "\n".join("".join(span.text for span in line) for item in self.items for line in item)


_TITLE = answer_title("", sample=False)
_QUESTION_TITLE = question_title("")
_SOURCE = "Nguồn: "
_NOTE = "Lưu ý: "
_AUTOMATIC = (
    AUTOMATIC,
    AUTOMATIC_CONTACT,
    AUTOMATIC_QA,
    MARK,
)
_LONGEST_HEADING, _LONGEST_SUBHEADING = 60, 160
_BULLET = re.compile(r"[-+] ")
_NUMBER = re.compile(r"\d{1,2}\. ")
_STEP = re.compile(r"Bước \d+[:.]")
# Answers hold published numbers only, so what looks like a hotline is one.
_LINK = re.compile(
    r"(?P<web>https?://[^\s<>\"'“”]+)"
    r"|(?P<tel>(?<![\d./-])(?:1[89]00[ .]?\d{4}|1022(?!\d)|0\d{2,3}[ .]\d{3}[ .]?\d{3,4}|0\d{9,10})(?![\d/]))"
    r"|(?P<emergency>(?<!\d)11[1345](?= \())"
)
_AFTER_AN_ADDRESS = ".,;:!?)]}…"


def blocks_of(text: str) -> tuple[Block, ...]:
    r"""
    Return *text* as blocks, in order; joined by lines they say the same.

    >>> [block.shape.value for block in blocks_of("Phí, lệ phí:\n- Lệ phí: 8.000 đồng\n\nHỏi thêm.")]
    ['heading', 'bullets', 'paragraph']
    """
    blocks: list[Block] = []
    is_after_blank = True
    for line in text.split("\n"):
        if line.strip():
            _add(blocks, line, is_after_blank=is_after_blank)
        is_after_blank = not line.strip()
    return tuple(blocks)


def without(blocks: tuple[Block, ...], lines: frozenset[str]) -> tuple[Block, ...]:
    """Leave out the *lines* that buttons say better."""
    kept = (
        Block(block.shape, tuple(item for item in block.items if _text(item) not in lines))
        for block in blocks
    )
    return tuple(block for block in kept if block.items)


def _text(item: Item) -> str:
    return "\n".join("".join(span.text for span in line) for line in item)


def _add(blocks: list[Block], line: str, *, is_after_blank: bool) -> None:
    last = blocks[-1] if blocks else None
    if last and not is_after_blank and last.shape is Shape.SOURCE:
        blocks[-1] = _longer(last, line)
    elif last and not is_after_blank and line.startswith("  ") and _is_list(last):
        blocks[-1] = _longer(last, line.strip())
    else:
        shape = _shape(line, blocks, is_after_blank=is_after_blank)
        item: Item = (spans(_content(line, shape)),)
        if last and last.shape is shape and _is_list(last) and not is_after_blank:
            blocks[-1] = Block(shape, (*last.items, item))
        else:
            blocks.append(Block(shape, (item,)))


def _is_list(block: Block) -> bool:
    return block.shape in (Shape.BULLETS, Shape.NUMBERED)


def _longer(block: Block, line: str) -> Block:
    """Return *block* with one more line in its last item."""
    return Block(block.shape, (*block.items[:-1], (*block.items[-1], spans(line))))


def _shape(line: str, before: list[Block], *, is_after_blank: bool) -> Shape:
    if line.startswith(_TITLE) or (not before and line.startswith(_QUESTION_TITLE)):
        return Shape.TITLE
    if line.startswith(_SOURCE) or line in _AUTOMATIC:
        return Shape.SOURCE
    if line.startswith(_NOTE):
        return Shape.NOTE
    if _BULLET.match(line):
        return Shape.BULLETS
    if _NUMBER.match(line):
        return Shape.NUMBERED
    if line.endswith(":") and ". " not in line:
        is_within = not is_after_blank and any(block.shape is Shape.HEADING for block in before)
        if len(line) <= (_LONGEST_SUBHEADING if is_within else _LONGEST_HEADING):
            return Shape.SUBHEADING if is_within else Shape.HEADING
    return Shape.PARAGRAPH


def _content(line: str, shape: Shape) -> str:
    """Return *line* without what its shape says."""
    if shape is Shape.BULLETS:
        return _BULLET.sub("", line, count=1)
    if shape is Shape.NUMBERED:
        return _NUMBER.sub("", line, count=1)
    return line.strip()


def spans(line: str) -> Line:
    """
    Cut *line* into plain pieces and links.

    >>> [span.link for span in spans("Xem https://dichvucong.gov.vn. Gọi 1800 1096")]
    ['', 'https://dichvucong.gov.vn', '', 'tel:18001096']
    """
    return tuple(span for span in _spans(line) if span.text)


def _spans(line: str) -> Iterator[Span]:
    done = 0
    step = _STEP.match(line)
    if step:
        yield Span(step.group(), strong=True)
        done = step.end()
    for found in _LINK.finditer(line, done):
        words = found.group()
        if found.lastgroup == "web":
            words = words.rstrip(_AFTER_AN_ADDRESS)
        link = _address(words) if found.lastgroup == "web" else "tel:" + re.sub(r"\D", "", words)
        yield Span(line[done : found.start()])
        yield Span(words, link)
        done = found.start() + len(words)
    yield Span(line[done:])


def _address(words: str) -> str:
    """Return *words* if a browser will go where a reader thinks it goes; else ""."""
    try:
        parts = urlsplit(words)
        _ = parts.port
    except ValueError:
        return ""
    return words if parts.hostname and "@" not in parts.netloc and "\\" not in words else ""
