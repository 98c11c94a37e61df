"""
Published text, tidied for a phone and cut at its own borders.

Only white space, bullets and doubled full stops are touched; no word is changed, added or dropped
inside what is kept. A cut is shown by "…" and lies at the end of a line, a sentence or a clause.
"""

from __future__ import annotations

import re

from handlers.messages_quoting import CONTINUED

_LONGEST_SENTENCE = 2  # times the limit: up to here a first sentence is kept whole

_BULLETS = "-–—+*•●▪◦·"
_LEADING_BULLETS = re.compile(rf"^(?:[{_BULLETS}]+\s*)+(?=\D|\d)")
# "Phí: - Dưới …; - Từ …" was a list before the portal's editor flattened it.
_INLINE_BULLET = re.compile(r"(?<=[;:.,)])\s+([-–+*•●])\s+(?=[^\W\d_])")
# A line that goes on in small letters was wrapped by an editor; cut there, "20 ngày" would lose its
# "làm việc". "a)" and "i." open items of a list.
_WRAPPED = re.compile(r"(?<![\s.;:!?])[ \t]*\n\s*(?![a-zđ]{1,4}[).])(?=([^\W\d_]))")
_DOUBLED_STOP = re.compile(r"(?<=[\w)”])\.\s?\.(?=\s*$|\s+[^\s.])")
# A full stop ends a sentence, but not in "TP. Huế" or "1. Tổ chức".
_SENTENCE_END = re.compile(r"(?<=[.!?;])(?<!\b[A-ZĐ]\.)(?<!\bT[PXTS]\.)(?<!\bTp\.)(?<!\bThS\.)\s+(?=\S)")
_LIST_NUMBER = re.compile(r"^\(?(?:(?:bước|mục|phần) )?(?:\d{1,2}|[a-zđ]|[ivx]{1,4})[.)]$", re.IGNORECASE)
_ACRONYMS = frozenset("UBND HĐND CCCD BHXH BHYT BHTN GCN QSDĐ TTHC TNHH MTV VIP ODA FDI".split())


def tidy(text: str) -> str:
    r"""
    Return *text* with one blank between words, no empty lines, flattened lists on lines again.

    A line that goes on in small letters is joined to the one before it.

    >>> tidy("Phí:  - Dưới 5 tấn: 50.000 đồng; - Trên 5 tấn: 100.000 đồng..\n\n - - Khác")
    'Phí:\n- Dưới 5 tấn: 50.000 đồng;\n- Trên 5 tấn: 100.000 đồng.\n- Khác'
    >>> tidy("Trong 20 ngày\nlàm việc, gồm\na) đơn")
    'Trong 20 ngày làm việc, gồm\na) đơn'
    """
    text = _INLINE_BULLET.sub(r"\n\1 ", text)
    text = _WRAPPED.sub(lambda border: " " if border[1].islower() else border[0], text)
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(_tidy_line(line) for line in lines if line.strip(_BULLETS + " .;"))


def _tidy_line(line: str) -> str:
    bullet = line[0] if line[0] in _BULLETS else ""
    body = _DOUBLED_STOP.sub(".", bare(line))
    return f"{'+' if bullet == '+' else '-'} {body}" if bullet else body


def bare(text: str) -> str:
    """
    Return *text* without the bullets in front of it.

    >>> bare("* - Giấy tờ phải nộp:"), bare("-Đơn")
    ('Giấy tờ phải nộp:', 'Đơn')
    """
    return _LEADING_BULLETS.sub("", text.strip()).strip()


def heading(text: str) -> str:
    """
    Return *text* as the words of a heading: no bullets, open bracket, colon, full stop or shouting.

    >>> heading("* GIẤY TỜ PHẢI NỘP KHI ĐĂNG KÝ TẠI UBND :")
    'Giấy tờ phải nộp khi đăng ký tại UBND'
    """
    words = bare(" ".join(text.split())).strip(" :.;,")
    return calm(words[1:] if words.startswith("(") and ")" not in words else words)


def calm(text: str) -> str:
    """Return *text* in sentence case when it is written in capitals throughout; acronyms stay."""
    if text != text.upper() or len(text.split()) < 4:
        return text
    words = [word if _is_acronym(word) else word.lower() for word in text.split(" ")]
    sentence = " ".join(words)
    return sentence[:1].upper() + sentence[1:]


def _is_acronym(word: str) -> bool:
    return word.strip("(),;.:") in _ACRONYMS or any(character.isdigit() for character in word)


def sentences(line: str) -> list[str]:
    """
    Cut one line into sentences; joined by one blank they give it back.

    >>> sentences("Nộp tại UBND TP. Huế. Trả sau 3 ngày; có phiếu hẹn. 1. Trực tiếp")
    ['Nộp tại UBND TP. Huế.', 'Trả sau 3 ngày;', 'có phiếu hẹn.', '1. Trực tiếp']
    """
    found: list[str] = []
    for piece in _SENTENCE_END.split(line):
        if found and _LIST_NUMBER.match(found[-1]):
            found[-1] += " " + piece  # "1." opens a sentence, it does not end one
        else:
            found.append(piece)
    return found


def shorten(text: str, limit: int) -> str:
    """
    Return the beginning of *text*, whole lines and sentences up to about *limit* characters.

    What was left out is shown by " …". Where sentences alone would leave less than a third of
    *limit*, the cut lies at a clause, or the first sentence is kept whole.

    >>> shorten("Nộp tại xã. Mang theo căn cước. Chờ kết quả.", 32)
    'Nộp tại xã. Mang theo căn cước. …'
    """
    if len(text) <= limit:
        return text
    kept = _finished(_fill(_pieces(text), limit))
    if len(kept) < limit // 3:
        kept = _start(text, limit)
    if len(kept) >= len(text) or kept.endswith(CONTINUED):
        return kept
    return f"{kept.rstrip(' ,:;')} {CONTINUED}"


def _start(text: str, limit: int) -> str:
    """Return the first clauses, or the whole first sentence where clauses alone would tell too little."""
    kept = _finished(_fill(_clauses(text), limit))
    first = sentences(text.split("\n")[0])[0]
    enough = len(kept) >= limit // 2 or len(first) > _LONGEST_SENTENCE * limit
    return kept if kept and enough else max(kept, first, key=len)


def _finished(kept: str) -> str:
    """Drop what the cut left dangling: a last line that only announces, a bracket left open."""
    lines = kept.split("\n")
    while len(lines) > 1 and lines[-1].endswith(":"):
        lines.pop()
    kept = "\n".join(lines)
    # A bracket opened early is kept: without it hardly anything would be left.
    opened = kept.rfind("(")
    is_open = opened > len(kept) // 3 and ")" not in kept[opened:]
    return kept[:opened].rstrip() if is_open else kept


def relevant(text: str, pattern: re.Pattern[str], limit: int) -> str:
    """
    Return the sentences of *text* that hold *pattern*, "…" where others were left out between or after.

    A text within *limit* stays whole; one without any such sentence is shortened from its beginning.

    >>> relevant("Nộp tại xã. Phí 5.000 đồng. Có biên lai. Lệ phí 2 đồng.", re.compile("đồng"), 50)
    'Phí 5.000 đồng. … Lệ phí 2 đồng.'
    """
    if len(text) <= limit:
        return text
    pieces = _pieces(text)
    kept = ["" if pattern.search(piece) is None else piece for piece in pieces]
    if not any(kept):
        return shorten(text, limit)
    told = ""
    for piece, whole in zip(kept, pieces, strict=True):
        if not piece and told and not told.rstrip().endswith(CONTINUED):
            told = f"{told.rstrip()} {CONTINUED}{whole[-1]}"
        told += piece
    return shorten(told.strip(), limit)


def _pieces(text: str) -> list[str]:
    """Return the sentences of *text*, each with the white space that follows it."""
    return [
        sentence + (" " if number < len(parts) - 1 else "\n")
        for line in text.split("\n")
        for parts in [sentences(line)]
        for number, sentence in enumerate(parts)
    ]


def _fill(pieces: list[str], limit: int) -> str:
    kept = ""
    for piece in pieces:
        if len(kept) + len(piece.rstrip()) > limit:
            break
        kept += piece
    return kept.rstrip()


def _clauses(text: str) -> list[str]:
    """Return the clauses of *text*, each with the blank or line break that follows it."""
    return re.findall(r".*?(?:[,:;](?: |(?=\n))|\n|$)", text, re.DOTALL)
