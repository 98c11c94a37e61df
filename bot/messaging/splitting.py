"""A long reply as several messages, each within what a platform takes and readable by itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator

from handlers.sections import into_sections

_NUMBER_ROOM = len("\n(999/999)")


def utf16_length(text: str) -> int:
    """
    Return the length of *text* as Telegram and Zalo count it.

    >>> utf16_length("ạ"), utf16_length("👍")
    (1, 2)
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(
    sections: Iterable[str], limit: int, units: Callable[[str], int] = utf16_length, *, note: str = ""
) -> tuple[str, ...]:
    r"""
    Return *sections* as messages of at most *limit* units, numbered when there are several.

    Behind each number stands *note*: of a part nobody can see what the others say.

    As many sections as fit share a message. A longer one is cut at its headings, lines and sentences,
    where there are none between words; an address on the Internet stays whole, if it fits at all.

    >>> split(("Một hai.", "Ba bốn."), 40)
    ('Một hai.\n\nBa bốn.',)
    >>> split(("Một hai ba.", "Bốn năm sáu."), 22)
    ('Một hai ba.\n(1/2)', 'Bốn năm sáu.\n(2/2)')
    """
    # Composed letters: the same words are a third longer with their marks apart.
    texts = [text for section in sections if (text := unicodedata.normalize("NFC", section).strip())]
    whole = "\n\n".join(texts)
    if units(whole) <= limit:
        return (whole,) if whole else ()
    room = limit - _NUMBER_ROOM - units(note)
    parts = _packed([piece for text in texts for piece in _pieces(text, room, units)], room, units)
    return tuple(f"{part}\n({number}/{len(parts)}{note})" for number, part in enumerate(parts, start=1))


def _packed(pieces: list[str], room: int, units: Callable[[str], int]) -> list[str]:
    packed: list[str] = []
    for piece in pieces:
        if packed and units(packed[-1]) + units(piece) + len("\n\n") <= room:
            packed[-1] += "\n\n" + piece
        else:
            packed.append(piece)
    return packed


def _pieces(text: str, room: int, units: Callable[[str], int]) -> Iterator[str]:
    if units(text) <= room:
        yield text
        return
    for section in into_sections(text, room):
        yield from _cut(section.strip(), room, units)


def _cut(text: str, room: int, units: Callable[[str], int]) -> Iterator[str]:
    """Cut at the last white space within *room*; inside a word only where that word alone is too long."""
    while units(text) > room:
        end = _fitting(text, room, units)
        border = max(text.rfind(" ", 0, end + 1), text.rfind("\n", 0, end + 1))
        if border <= 0:
            border = _whole_letter(text, end)
        yield text[:border].rstrip()
        text = text[border:].lstrip()
    if text:
        yield text


def _fitting(text: str, room: int, units: Callable[[str], int]) -> int:
    """Return how many characters of *text* fit; at least one."""
    low, high = 1, min(len(text), room)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if units(text[:middle]) <= room else (low, middle - 1)
    return low


def _whole_letter(text: str, end: int) -> int:
    """Move *end* before a letter whose marks would be cut off."""
    border = end
    while border > 1 and border < len(text) and unicodedata.combining(text[border]):
        border -= 1
    return border
