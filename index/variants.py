"""
The same question as other people would type it: derived forms for evaluation.

Telex and VNI are what is left when the input method is off: every key that was pressed, the tone after
the syllable ("ddawng kys", "d9a8ng ky1"). Slips of the finger, spellings by ear and chat shorthand are
drawn at random from a seed made of the text, so that the same question always gives the same form.

But: nothing here is used when a question is answered; the forms are for measuring only.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from enum import StrEnum

from knowledge.keyboard import NEIGHBOURS
from knowledge.text import clean, fold

_SLIPS = 0.12  # share of the words that get one; ViLexNorm marks about one word in nine


class Form(StrEnum):
    """How a question is typed."""

    AS_WRITTEN = "as_written"
    NO_ACCENTS = "no_accents"
    TELEX = "telex"
    VNI = "vni"
    TYPOS = "typos"
    TEENCODE = "teencode"
    UPPER = "upper"
    NFD = "nfd"


def derive(text: str, form: Form) -> str:
    """
    Return *text* in *form*; the same text always gives the same result.

    >>> derive("Đăng ký kết hôn", Form.TELEX)
    'Ddawng kys keets hoon'
    """
    return _DERIVED[form](text)


# --- keys pressed with the input method off ------------------------------------------------------

_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_TONES = "\u0301\u0300\u0309\u0303\u0323"  # sắc, huyền, hỏi, ngã, nặng
_SYLLABLE = re.compile(r"[^\W\d_]+")


def to_telex(text: str) -> str:
    """
    Return the keys of the Telex method, the tone key after the syllable.

    >>> to_telex("Lệ phí đường bộ")
    'Leej phis dduwowngf booj'
    """
    return _SYLLABLE.sub(lambda match: _keys(match[0], _telex_mark, "sfrxj"), clean(text))


def to_vni(text: str) -> str:
    """
    Return the keys of the VNI method, the tone key after the syllable.

    >>> to_vni("Lệ phí đường bộ")
    'Le65 phi1 d9u7o7ng2 bo65'
    """
    return _SYLLABLE.sub(lambda match: _keys(match[0], _vni_mark, "12345"), clean(text))


def _keys(syllable: str, mark_key: Callable[[str, str], str], tone_keys: str) -> str:
    keys, tone = "", ""
    for letter in unicodedata.normalize("NFD", syllable):
        if letter in _TONES:
            tone = tone_keys[_TONES.index(letter)]
        elif letter in "đĐ":
            keys += ("d" if letter == "đ" else "D") + mark_key("d", letter)
        elif unicodedata.combining(letter):
            keys += mark_key(keys[-1].lower(), letter)
        else:
            keys += letter
    # Shift is held for the first letter only, or for all of them.
    return (keys + tone).upper() if syllable.isupper() else keys + tone


def _telex_mark(base: str, mark: str) -> str:
    return "w" if mark in (_BREVE, _HORN) else base  # aw ow uw; aa ee oo dd


def _vni_mark(base: str, mark: str) -> str:
    return {_CIRCUMFLEX: "6", _HORN: "7", _BREVE: "8"}.get(mark, "9")


# --- slips and spellings by ear ------------------------------------------------------------------

# What sounds alike in one region or another, both ways.
_INITIALS = (("ch", "tr"), ("x", "s"), ("gi", "d"), ("r", "d"), ("l", "n"), ("ngh", "ng"), ("c", "k"))
_FINALS = (("ng", "n"), ("c", "t"), ("y", "i"))
_HOOK, _TILDE = "\u0309", "\u0303"


def with_slips(text: str) -> str:
    """Return *text* with about one word in eight mistyped, at least one if any has three letters."""
    rng = random.Random(f"slips {text}")
    words = text.split(" ")
    able = [place for place, word in enumerate(words) if len(word) > 2 and word.isalpha()]
    count = min(len(able), max(1, round(len(able) * _SLIPS)))
    for place in rng.sample(able, count):
        words[place] = rng.choice(_MISTAKES)(words[place], rng)
    return " ".join(words)


def _dropped(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word))
    return word[:at] + word[at + 1 :]


def _doubled(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word))
    return word[:at] + word[at] + word[at:]


def _swapped(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _neighbour(word: str, rng: random.Random) -> str:
    able = [at for at, letter in enumerate(word) if letter in NEIGHBOURS]
    if not able:
        return _swapped(word, rng)
    at = rng.choice(able)
    return word[:at] + rng.choice(NEIGHBOURS[word[at]]) + word[at + 1 :]


def _by_ear(word: str, rng: random.Random) -> str:
    """Return *word* spelt as it sounds; with a slip of the finger when it sounds as it is written."""
    decomposed = unicodedata.normalize("NFD", word)
    heard = [decomposed.replace(_HOOK, _TILDE), decomposed.replace(_TILDE, _HOOK)]
    for pair in _INITIALS:
        heard += [new + word[len(old) :] for old, new in _both(pair) if word.startswith(old)]
    for pair in _FINALS:
        heard += [word[: -len(old)] + new for old, new in _both(pair) if word.endswith(old)]
    spelt = [unicodedata.normalize("NFC", spelling) for spelling in heard]
    wrong = [spelling for spelling in spelt if spelling != word]
    return rng.choice(wrong) if wrong else _dropped(word, rng)


def _both(pair: tuple[str, str]) -> tuple[tuple[str, str], tuple[str, str]]:
    return pair, (pair[1], pair[0])


_MISTAKES: tuple[Callable[[str, random.Random], str], ...] = (
    _dropped,
    _doubled,
    _swapped,
    _neighbour,
    _by_ear,
    _by_ear,  # as frequent as two kinds of slips together
)


# --- chat shorthand ------------------------------------------------------------------------------

# Whole words or phrases, the longer first; where several are written, one is drawn.
_SHORTHAND = {
    "giấy chứng nhận quyền sử dụng đất": ("gcn qsdđ", "gcnqsdd"),
    "ủy ban nhân dân": ("ubnd",),
    "chứng minh nhân dân": ("cmnd", "cmt"),
    "căn cước công dân": ("cccd",),
    "giấy phép lái xe": ("gplx",),
    "bảo hiểm xã hội": ("bhxh",),
    "bảo hiểm y tế": ("bhyt",),
    "đăng ký kinh doanh": ("đkkd", "dkkd"),
    "giấy chứng nhận": ("gcn",),
    "giấy khai sinh": ("gks",),
    "khai sinh": ("ks", "khai sih"),
    "bao nhiêu": ("bn", "bao nhiu"),
    "thủ tục": ("tt", "thủ tuc"),
    "đăng ký": ("đk", "dk"),
    "kết hôn": ("kh", "kết hun"),
    "hộ khẩu": ("hk",),
    "công ty": ("cty",),
    "thành phố": ("tp",),
    "không": ("ko", "k", "hok", "hong"),
    "được": ("đc", "dc"),
    "người": ("ng",),
    "những": ("nhg", "nhữg"),
    "trong": ("trog",),
    "nhưng": ("nhg",),
    "mình": ("mk", "mik"),
    "biết": ("bít", "bik"),
    "phải": ("fải", "phai"),
    "nhiều": ("nhìu",),
    "trước": ("trc",),
    "cũng": ("cx", "cug"),
    "với": ("vs", "zới"),
    "giờ": ("h",),
    "gì": ("j", "zì"),
    "vậy": ("z", "vại"),
    "rồi": ("r", "roài"),
    "làm": ("lm",),
    "muốn": ("mún",),
    "tháng": ("thg",),
    "ngày": ("ngầy",),
    "anh": ("a",),
    "chị": ("c",),
    "em": ("e",),
    "cho": ("cko", "chô"),
    "xin": ("xjn",),
    "quá": ("wá",),
    "sao": ("seo",),
}
_SHORT = re.compile(
    r"(?<!\w)(" + "|".join(sorted(map(re.escape, _SHORTHAND), key=len, reverse=True)) + r")(?!\w)",
    re.IGNORECASE,
)


def in_shorthand(text: str) -> str:
    """Return *text* as in a chat: frequent words and names of papers shortened."""
    rng = random.Random(f"shorthand {text}")
    return _SHORT.sub(lambda match: rng.choice(_SHORTHAND[match[0].lower()]), clean(text))


_DERIVED: dict[Form, Callable[[str], str]] = {
    Form.AS_WRITTEN: lambda text: text,
    Form.NO_ACCENTS: fold,
    Form.TELEX: to_telex,
    Form.VNI: to_vni,
    Form.TYPOS: with_slips,
    Form.TEENCODE: in_shorthand,
    Form.UPPER: str.upper,
    Form.NFD: lambda text: unicodedata.normalize("NFD", text),
}
