"""A long text as several messages, each of them readable by itself."""

from __future__ import annotations

from handlers.cutting import sentences
from handlers.messages_quoting import continued

SECTION_CHARACTERS = 1500  # what most messengers show as one message without folding it
_ITEM = ("- ", "+ ", "  ")


def into_sections(text: str, limit: int = SECTION_CHARACTERS) -> tuple[str, ...]:
    r"""
    Cut *text* into parts of up to about *limit*: before a heading, else at a line, else at a sentence.

    Each part is read as a message of its own, so a list that goes on in the next part gets its
    heading once more.

    >>> into_sections("Một.\nHai. Ba.", 9)
    ('Một.', 'Hai. Ba.')
    >>> into_sections("Giấy tờ:\n- Đơn\n- Ảnh", 16)
    ('Giấy tờ:\n- Đơn', 'Giấy tờ (tiếp):\n- Ảnh')
    """
    sections: list[str] = []
    for block in _blocks(text.split("\n")):
        whole = "\n".join(block)
        if sections and len(sections[-1]) + len(whole) < limit:
            sections[-1] += "\n" + whole
        else:
            sections += _cut(block, limit)
    return tuple(section for section in sections if section)


def _blocks(lines: list[str]) -> list[list[str]]:
    """Group *lines* so that each group begins with its headings, the first one perhaps without."""
    blocks: list[list[str]] = []
    for line in lines:
        if not blocks or (_is_heading(line) and not _is_heading(blocks[-1][-1])):
            blocks.append([line])
        else:
            blocks[-1].append(line)
    return blocks


def _cut(block: list[str], limit: int) -> list[str]:
    sections = [""]
    title = ""
    for line in block:
        # A further part repeats the heading.
        room = max(limit // 2, limit - len(continued(title)) - 1) if title else limit
        for piece in [line] if len(line) <= room else _packed(sentences(line), room):
            if len(sections[-1]) + len(piece) < limit:
                sections[-1] += ("\n" if sections[-1] else "") + piece
            else:
                sections[-1:] = _broken(sections[-1], piece, title)
        title = line if _is_heading(line) else title
    return sections


def _broken(section: str, piece: str, title: str) -> list[str]:
    """End *section* before *piece*; lines that only announce it go with it, the *title* is repeated."""
    kept = section.split("\n")
    following = [piece]
    while kept and kept[-1].endswith(":"):
        following.insert(0, kept.pop())
    if title and kept and following[0].startswith(_ITEM):
        following.insert(0, continued(title))
    return ["\n".join(lines) for lines in (kept, following) if lines]


def _is_heading(line: str) -> bool:
    return line.endswith(":") and not line.startswith(_ITEM)


def _packed(parts: list[str], limit: int) -> list[str]:
    packed: list[str] = []
    for part in parts:
        if packed and len(packed[-1]) + len(part) < limit:
            packed[-1] += " " + part
        else:
            packed.append(part)
    return packed
