"""
Citizens' wordings: how people ask for a procedure, as further passages of it; and how they ask for none.

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

_DATA = Path(__file__).parent / "data"
FOLDER = _DATA / "phrasings"
NOT_A_PROCEDURE = _DATA / "not_a_procedure.txt"
OFF_TOPIC = _DATA / "off_topic.txt"
_NOWHERE = "0.000000"  # the code that stands for what no procedure answers


class Phrasing(msgspec.Struct, frozen=True):
    """One wording ``q`` of the procedures ``codes``, in the style ``s``."""

    codes: tuple[str, ...]
    q: str
    s: str = ""

    @property
    def is_held_out(self) -> bool:
        """
        True for one wording in twelve, chosen by its text.

        Those are never trained on and never searched: they are the new questions on which ranking and
        decision are fitted, also in the office, at every build.
        """
        return _digest(one_line(self.q))[0] % 12 == 0


def read_phrasings(folder: Path = FOLDER) -> Iterator[Phrasing]:
    """
    Give the wordings in the ``*.jsonl`` files of *folder*, file by file in order of their names.

    Raises:
        msgspec.ValidationError: a line lacks ``codes`` or ``q``.
    """
    decoder = msgspec.json.Decoder(Phrasing)
    for path in sorted(folder.glob("*.jsonl")):
        yield from decoder.decode_lines(path.read_bytes())


def new_questions(phrasings: Iterable[Phrasing] | None = None) -> Iterator[Phrasing]:
    """Give the wordings that were held out."""
    return (p for p in (read_phrasings() if phrasings is None else phrasings) if p.is_held_out)


def known_phrasings(phrasings: Iterable[Phrasing] | None = None) -> Iterator[Phrasing]:
    """Give the wordings that may be trained on and searched."""
    return (p for p in (read_phrasings() if phrasings is None else phrasings) if not p.is_held_out)


def asked_for_nothing(path: Path, *, held_out: bool) -> Iterator[str]:
    """
    Give the sentences in *path* (``NOT_A_PROCEDURE``, ``OFF_TOPIC``) that no procedure answers.

    Every other one, chosen by its text, is held out: the decision is fitted on those, and those that are
    not stand in the index as wordings from elsewhere.
    """
    lines = filter(None, path.read_text(encoding="utf-8").splitlines())
    return (line for line in lines if (_digest(one_line(line))[0] % 2 == 0) == held_out)


def phrasing_passages(
    codes: Collection[str], phrasings: Iterable[Phrasing] | None = None
) -> Iterator[Passage]:
    """
    Give one passage per wording and procedure of *codes*, then one per wording of all others.

    A wording given twice counts once; held-out ones are left out. With the bundled wordings come, last,
    the sentences that no procedure answers.
    """
    seen: set[str] = set()
    elsewhere: list[Passage] = []
    for phrasing in known_phrasings(phrasings):
        here = [code for code in phrasing.codes if code in codes]
        part = PassagePart.ASKED if here else PassagePart.ELSEWHERE
        for passage in _passages(here or phrasing.codes[:1], phrasing.q, part):
            if passage.passage_id not in seen:
                seen.add(passage.passage_id)
                if here:
                    yield passage
                else:
                    elsewhere.append(passage)
    yield from elsewhere
    if phrasings is None:
        for path in (NOT_A_PROCEDURE, OFF_TOPIC):
            for text in dict.fromkeys(asked_for_nothing(path, held_out=False)):
                yield from _passages([_NOWHERE], text, PassagePart.ELSEWHERE)


def _passages(codes: Iterable[str], wording: str, part: PassagePart) -> Iterator[Passage]:
    text = one_line(wording)
    name = f"{part}-{_digest(text).hex()}"
    for code in codes:
        yield Passage(f"{code}#{name}", RecordKind.PROCEDURE, code, part, Facet.OVERVIEW, text)


def _digest(line: str) -> bytes:
    return hashlib.blake2b(line.encode(), digest_size=5).digest()
