"""
Citizens' wordings: how people ask for a procedure, as further passages of it.

They are searched and never quoted: a citizen's guess in a wording is no fact. One JSON object a line:
``{"codes": ["1.001193"], "q": "làm khai sinh cho con", "s": "colloquial"}``; ``s`` is the style.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import msgspec

from knowledge.passages import Facet, Passage, PassagePart, RecordKind
from knowledge.text import one_line

FOLDER = Path(__file__).parent / "data" / "phrasings"


class Phrasing(msgspec.Struct, frozen=True):
    """One wording ``q`` of the procedures ``codes``, in the style ``s``."""

    codes: tuple[str, ...]
    q: str
    s: str = ""


def read_phrasings(folder: Path = FOLDER) -> Iterator[Phrasing]:
    """
    Give the wordings in the ``*.jsonl`` files of *folder*, file by file in order of their names.

    Raises:
        msgspec.ValidationError: a line lacks ``codes`` or ``q``.
    """
    decoder = msgspec.json.Decoder(Phrasing)
    for path in sorted(folder.glob("*.jsonl")):
        yield from decoder.decode_lines(path.read_bytes())


def phrasing_passages(
    codes: Collection[str], phrasings: Iterable[Phrasing] | None = None
) -> Iterator[Passage]:
    """Give one passage per wording and procedure of *codes*; a wording given twice counts once."""
    seen: set[str] = set()
    for phrasing in read_phrasings() if phrasings is None else phrasings:
        text = one_line(phrasing.q)
        digest = hashlib.blake2b(text.encode(), digest_size=5).hexdigest()
        for code in phrasing.codes:
            passage_id = f"{code}#asked-{digest}"
            if code in codes and passage_id not in seen:
                seen.add(passage_id)
                yield Passage(passage_id, RecordKind.PROCEDURE, code, PassagePart.ASKED, Facet.OVERVIEW, text)
