"""
Vietnamese text: one normal form, one folded form, and the words of a text.

The only place that strips marks. Source of the traps: the national catalogue holds 1,222 records
outside NFC, zero-width and private-use characters, and both placements of the tone ("hoà", "hòa"),
which NFC does not unite.

But: no spelling repair and no abbreviations here; those need a vocabulary (``knowledge/spelling.py``)
or a list (``knowledge/shorthand.py``).
"""

from __future__ import annotations

import re
import unicodedata

# Zero-width characters, soft hyphen, byte-order mark, bidirectional controls, and the private-use
# area where Word keeps its bullets. They are invisible and break every comparison.
_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufe00-\ufe0f\ue000-\uf8ff"
_CONTROL = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
_UNSEEN = re.compile(f"[{_INVISIBLE}{_CONTROL}]")


class _Unmarked(dict[int, int | None]):
    """A table for ``str.translate`` that takes combining marks away; it grows with what it is asked."""

    def __missing__(self, character: int) -> int | None:
        self[character] = None if unicodedata.combining(chr(character)) else character
        return self[character]


# đ is a letter of its own in Unicode, not d plus a mark: NFD leaves it whole, and so does FTS5's
# `remove_diacritics 2`. Fold it by hand or "dang ky" never finds "đăng ký". ð (Icelandic eth) is what
# some keyboards and PDF fonts produce instead of đ.
_UNMARKED = _Unmarked({ord("đ"): ord("d"), ord("ð"): ord("d")})

# The tone of oa, oe, uy goes on the first vowel in the old style and on the second in the new one.
# Only an open syllable differs: "hoàn" is the same in both. Old style is chosen as the normal form.
_OLD_STYLE = "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy"
_NEW_STYLE = "oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ"
_NEW_TO_OLD = dict(zip(_NEW_STYLE.split(), _OLD_STYLE.split(), strict=True))
_TONE_PAIR = re.compile(r"(?<![qQ])(" + "|".join(_NEW_TO_OLD) + r")(?![^\W\d_])", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:[./-][^\W_]+)*")
_SYLLABLE = re.compile(r"[^\W_]+")


def clean(text: str) -> str:
    r"""
    Return *text* in NFC without invisible or control characters; line breaks stay.

    >>> clean("ho\u0300a\u200b gia\u0309i")
    'hòa giải'
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _UNSEEN.sub("", text).replace("\u00a0", " ")


def one_line(text: str) -> str:
    """Return *text* cleaned, with every run of white space as one blank and none at the ends."""
    return " ".join(clean(text).split())


def normalize(text: str) -> str:
    """
    Return the form in which two spellings of the same accented text are equal.

    Lower case, NFC, blanks folded, tone on the first vowel of oa, oe, uy.

    >>> normalize("Thủ tục  HOÀ GIẢI uỷ quyền")
    'thủ tục hòa giải ủy quyền'
    """
    text = one_line(text).lower().replace("ð", "đ")
    return _TONE_PAIR.sub(lambda match: _NEW_TO_OLD[match[1]], text)


def fold(text: str) -> str:
    """
    Return *text* as somebody types it without marks: lower case, no diacritics, đ as d.

    >>> fold("Đăng ký thường trú")
    'dang ky thuong tru'
    """
    decomposed = unicodedata.normalize("NFD", one_line(text).lower())
    return unicodedata.normalize("NFC", decomposed.translate(_UNMARKED))


def syllables(text: str) -> list[str]:
    """
    Return the syllables and numbers of *text*, in order, as written there.

    >>> syllables("Lệ phí: 1.004194?")
    ['Lệ', 'phí', '1', '004194']
    """
    return _SYLLABLE.findall(text)


def words(text: str) -> list[str]:
    """
    Return the words of *text*, codes and document numbers kept whole.

    >>> words("Thủ tục 1.004194 theo 60/2014/QH13.")
    ['Thủ', 'tục', '1.004194', 'theo', '60/2014/QH13']
    """
    return _WORD.findall(text)


def has_diacritics(text: str) -> bool:
    """
    Say whether *text* carries any Vietnamese mark; "" does not.

    >>> has_diacritics("dang ky"), has_diacritics("dang ký")
    (False, True)
    """
    return fold(text) != one_line(text).lower()
