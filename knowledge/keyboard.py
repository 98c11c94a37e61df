"""
What was meant by keys pressed with the Vietnamese input method off: "ddawng kys", "d9a8ng ky1".

A word is only read as keys when it is no Vietnamese syllable as it stands and the reading is one:
"kys" becomes "ký", but "xe", "zalo" and "online" stay. Syllables are told by their parts, an initial
and a rhyme, so that no word list is needed (Đoàn Thiện Thuật, "Ngữ âm tiếng Việt").

But: one key for several letters ("uow" for "ươ") is read only in the ways Telex and VNI have in common.
"""

from __future__ import annotations

import re
import unicodedata

from knowledge.text import fold

_INITIALS = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|b|c|d|g|h|k|l|m|n|p|r|s|t|v|x|"
_VOWELS = (
    "uyen|uyet|uye|uya|uyu|oai|oay|oao|oeo|uay|uoi|uou|ieu|yeu|"
    "ia|ie|ua|uo|ue|uy|ui|uu|iu|oa|oe|oi|ai|ao|au|ay|eo|eu|ya|ye|a|e|i|o|u|y"
)
_FINALS = "ch|ng|nh|c|m|n|p|t|"
_SYLLABLE = re.compile(rf"(?:{_INITIALS})(?:{_VOWELS})(?:{_FINALS})")

_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_TELEX_MARKS = (
    ("uow", "ươ"),
    ("dd", "đ"),
    ("aa", "â"),
    ("ee", "ê"),
    ("oo", "ô"),
    ("aw", "ă"),
    ("ow", "ơ"),
    ("uw", "ư"),
)
_VNI_MARKS = (
    ("uo7", "ươ"),
    ("d9", "đ"),
    ("a6", "â"),
    ("e6", "ê"),
    ("o6", "ô"),
    ("a8", "ă"),
    ("o7", "ơ"),
    ("u7", "ư"),
)
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# The keys beside each key, in its row: "" for none.
NEIGHBOURS = {
    key: row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
    for row in _ROWS
    for place, key in enumerate(row)
}
_TOKEN = re.compile(r"[^\W_]+")
_TYPED_KEYS = re.compile(r"[a-z]+|[a-z]+[1-9][a-z1-9]*")
# Words of other languages and names that would read as keys.
_NOT_KEYS = frozenset(
    "app as axit bar basa box fax gas gis host is mix of or pass pos post six sms sofa tax taxi test us"
    " visa was web wifi zoom".split()
)


def read_keys(text: str) -> str:
    """
    Return *text* with the words that are keys of Telex or VNI written as they were meant.

    >>> read_keys("ddawng kys khai sinh cho con, hạng A1")
    'đăng ký khai sinh cho con, hạng A1'
    >>> read_keys("d9a8ng ky1 ket61 ho6n")
    'đăng ký kết hôn'
    """
    return _TOKEN.sub(lambda match: _read(match[0]), text)


def is_syllable(folded: str) -> bool:
    """
    Say whether *folded*, without marks, could be a Vietnamese syllable.

    >>> is_syllable("nghieng"), is_syllable("kys")
    (True, False)
    """
    return bool(_SYLLABLE.fullmatch(folded))


def _read(word: str) -> str:
    keys = word.lower()
    # Short capitals are acronyms; "a1" and "b2" are classes of driving licences.
    acronym = word.isupper() and len(word) < 5
    if acronym or len(keys) < 3 or not _TYPED_KEYS.fullmatch(keys) or keys in _NOT_KEYS or is_syllable(keys):
        return word
    by_digits = any(key.isdigit() for key in keys)
    meant = _meant(keys, _VNI_MARKS, _VNI_TONES) if by_digits else _meant(keys, _TELEX_MARKS, _TELEX_TONES)
    if not meant:
        return word
    return meant.upper() if word.isupper() else meant


def _meant(keys: str, marks: tuple[tuple[str, str], ...], tones: dict[str, str]) -> str:
    """Return the syllable that *keys* spell, "" when they spell none."""
    letters, tone = _take_tone(keys, tones)
    letters = _replace(letters, marks)
    if not is_syllable(fold(letters)):
        letters = _replace(_bring_back(letters, marks), marks)
    return _with_tone(letters, tone) if is_syllable(fold(letters)) else ""


def _take_tone(keys: str, tones: dict[str, str]) -> tuple[str, str]:
    """Return *keys* without the last tone key that follows a vowel, and its tone."""
    first_vowel = next((place for place, key in enumerate(keys) if key in "aeiouy"), len(keys))
    for place in range(len(keys) - 1, first_vowel, -1):
        if keys[place] in tones:
            return keys[:place] + keys[place + 1 :], tones[keys[place]]
    return keys, ""


def _replace(keys: str, marks: tuple[tuple[str, str], ...]) -> str:
    for typed, written in marks:
        keys = keys.replace(typed, written)
    return keys


def _bring_back(keys: str, marks: tuple[tuple[str, str], ...]) -> str:
    """Bring a mark that was typed after the final ("ket6", "duongw") back to its vowel."""
    for typed, _ in marks:
        base, mark = typed[:-1], typed[-1]
        at = keys.find(base)
        after = keys.find(mark, at + len(base)) if (at >= 0 and not mark.isalpha()) or mark == "w" else -1
        if at >= 0 and after > at + len(base):
            keys = keys[: at + len(base)] + mark + keys[at + len(base) : after] + keys[after + 1 :]
    return keys


def _with_tone(letters: str, tone: str) -> str:
    """Return *letters* with *tone* on the vowel that carries it."""
    if not tone:
        return letters
    vowels = [place for place, letter in enumerate(letters) if fold(letter) in "aeiouy"]
    if len(vowels) > 1 and letters.startswith(("qu", "gi")):
        vowels = vowels[1:]
    marked = [place for place in vowels if letters[place] in "âêôăơư"]
    closed = vowels and vowels[-1] < len(letters) - 1
    at = marked[-1] if marked else vowels[-1] if closed or len(vowels) == 1 else vowels[-2]
    return unicodedata.normalize("NFC", letters[: at + 1] + tone + letters[at + 1 :])
