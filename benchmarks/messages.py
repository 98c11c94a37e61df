"""What citizens write: conversations of the kind that a ward's account sees, drawn with a fixed seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from knowledge.phrasings import new_questions

# Twenty messages of one person. Somebody asks, asks on about the same, gives thanks, and comes back with
# something else. How often each happens in a ward is not known to us; six new matters in twenty messages is
# our guess, and every message a new matter (``questions``) the worst case beside it.
NEW = ""  # a question about something new, in a wording that nothing was fitted on
CONVERSATION = (
    "xin chào",
    NEW,
    "phí bao nhiêu",
    "nộp ở đâu",
    "cảm ơn",
    NEW,
    "1",
    "cần giấy tờ gì",
    NEW,
    "bao lâu thì xong",
    "phí bao nhiêu",
    NEW,
    "đầy đủ",
    NEW,
    "1",
    "nộp ở đâu",
    "làm online được không",
    NEW,
    "cần giấy tờ gì",
    "cảm ơn",
)


def questions(seed: int = 1) -> Iterator[str]:
    """Give held-out wordings for ever, in an order that *seed* decides."""
    texts = sorted(phrasing.q for phrasing in new_questions())
    draw = random.Random(seed)
    while True:
        yield from draw.sample(texts, len(texts))


def conversations(count: int, length: int, pattern: Sequence[str] = CONVERSATION) -> list[list[str]]:
    """Return *count* conversations of *length* messages after *pattern*, repeated as often as needed."""
    new = questions()
    return [[pattern[place % len(pattern)] or next(new) for place in range(length)] for _ in range(count)]
