"""
Steps out of one text.

4,498 of 5,665 published records hold all their steps in one text, in which lines begin with
"Bước 1:", "- Bước 2.", "a) Bước 3 – …". Nothing is ever lost: the stages' names and texts, read
in order, are the published text but for white space, bullets and the mark after a label.

But: no numbering is repaired. Where the numbers do not run 1, 2, 3 … the text stays one stage.
"""

from __future__ import annotations

import re

from knowledge.records import Stage

# At the start of a line: bullets, then perhaps an enumeration ("a)", "6.1.1."), which belongs to the label.
_LABEL = re.compile(
    r"^[^\S\n]*(?:[-–—*+•●▪·][^\S\n]*)*"
    r"(?P<label>(?:(?:[a-zđ]|\d+(?:\.\d+)*)[.)][^\S\n]*)?bước[^\S\n]*(?P<number>\d{1,2}))(?!\w|[.,]\d)"
    r"[^\S\n]*[:.);–—-]?[^\S\n]*",
    re.IGNORECASE | re.MULTILINE,
)


def split_stages(name: str, text: str) -> tuple[Stage, ...]:
    r"""
    Return the stages of one published step; one stage when the text carries no run of labels.

    A text before "Bước 1" comes first, under *name*. Empty name and text give no stage.

    >>> split_stages("", "Bước 1: Nộp hồ sơ.\n- Bước 2. Nhận kết quả.")
    (Stage(name='Bước 1', text='Nộp hồ sơ.'), Stage(name='Bước 2', text='Nhận kết quả.'))
    """
    labels = list(_LABEL.finditer(text))
    if not _run_from_one(labels) and not (len(labels) == 1 and labels[0].start() == 0 and not name):
        labels = []
    first = labels[0].start() if labels else len(text)
    head = Stage(name.rstrip(" :."), text[:first].strip())
    ends = [*(label.start() for label in labels[1:]), len(text)]
    tail = (Stage(m["label"], text[m.end() : end].strip()) for m, end in zip(labels, ends, strict=False))
    return tuple(stage for stage in (head, *tail) if stage.name or stage.text)


def _run_from_one(labels: list[re.Match[str]]) -> bool:
    numbers = [int(label["number"]) for label in labels]
    return len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1))
