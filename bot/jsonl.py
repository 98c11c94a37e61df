"""
Questions and answers as JSON lines: ``danhoi ask --jsonl``, for judging by machine.

In:  ``{"id": "1", "question": "làm khai sinh cần gì", "conversation": "a"}``
Out: one ``Line`` per line read, in order; a line that cannot be read gives ``{"line": …, "error": …}``.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from handlers.answering import Answerer
from handlers.answers import Answer, Question, Source

LONGEST_LINE = 1 << 20  # bytes


class Asked(msgspec.Struct, frozen=True):
    """One line read. Lines with the same ``conversation`` belong together; without one, each is its own."""

    id: str | int | None
    question: str
    conversation: str | int | None = None


class Line(msgspec.Struct, frozen=True):
    """
    One line written.

    ``codes`` are the ranked procedure codes, at most 10, families flattened; ``choices`` the codes
    offered when the answer asks back; ``confidence``, 0..1, that the first code is right.
    """

    id: str | int | None
    status: str
    facets: tuple[str, ...]
    kind: str
    codes: tuple[str, ...]
    choices: tuple[str, ...]
    confidence: float
    answer: str
    sources: tuple[Source, ...]


class Refused(msgspec.Struct, frozen=True):
    """A line that cannot be read; ``line`` counts from 1."""

    line: int
    error: str


def answer_lines(answerer: Answerer, stream: BinaryIO) -> Iterator[bytes]:
    """
    Yield one JSON object per line of *stream*, as soon as it is answered; empty lines are skipped.

    Conversations begin anew with every call, so that the same file gives the same answers twice.
    """
    run = secrets.token_hex(8)
    for number, data in enumerate(_lines(stream), start=1):
        if data.strip():
            yield msgspec.json.encode(_answer(answerer, number, data, run))


def _answer(answerer: Answerer, number: int, data: bytes, run: str) -> Line | Refused:
    if len(data) > LONGEST_LINE:
        return Refused(number, f"dòng dài hơn {LONGEST_LINE} byte")
    try:
        asked = msgspec.json.decode(data, type=Asked)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Refused(number, f'không đọc được dòng này ({error}); cần {{"id": …, "question": …}}')
    thread = f"line/{number}" if asked.conversation is None else f"thread/{asked.conversation}"
    return _line(asked.id, answerer.answer(Question(asked.question, f"{run}/{thread}")))


def _line(line_id: str | int | None, answer: Answer) -> Line:
    return Line(
        id=line_id,
        status=answer.status,
        facets=answer.facets,
        kind=answer.kind,
        codes=answer.codes,
        choices=tuple(choice.key for choice in answer.choices if choice.key),
        confidence=round(answer.confidence, 4),
        answer=answer.text,
        sources=answer.sources,
    )


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Give the lines of *stream*; of one that is too long only the beginning, one byte over the limit."""
    while line := stream.readline(LONGEST_LINE + 1):
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST_LINE + 1)
        yield line
