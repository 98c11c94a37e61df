"""
One syllable as people write it, and what was meant by a slip: of the finger, of the ear, of the tone.

Fingers drop a letter, double it, swap two or hit the neighbouring key ("giy", "giấyy", "gấiy", "hiấy").
Ears confuse s/x, ch/tr, d/gi/r, l/n, c/k, i/y, đ/d, final n/ng and c/t, hỏi/ngã. Tones are left out
beside vowel marks ("lê phí"), or vowel marks beside tones ("mật khảu"). Typed without any marks a
syllable stands for many words already, so that only a slip that makes it no syllable is taken for one.

But: one slip only, and towards the syllables it was made with, not any word of the language.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from knowledge.keyboard import NEIGHBOURS, is_syllable
from knowledge.text import fold

_HOOK, _TILDE = "\u0309", "\u0303"
_TONES = f"\u0300\u0301{_TILDE}{_HOOK}\u0323"
_STOP_FINAL = re.compile(r"(?:p|t|c|ch)$")
# Not written so: "giấ" and "đươ" want a final, "uyê" has only two, "giy" is "gi".
_UNWRITTEN = re.compile(r"(?:â|ă|ươ|iê|yê|uô)$|uy[eê](?![nt]$)|^giy")

_REMEMBERED = 1024  # syllables whose meaning is kept, of the few thousand in use
# A syllable of two letters is one slip away from too many others.
_SHORTEST = 3
_INITIALS = (
    ("tr", "ch"),
    ("s", "x"),
    ("gi", "d"),
    ("gi", "r"),
    ("d", "r"),
    ("l", "n"),
    ("ca", "ka"),
    ("co", "ko"),
    ("cô", "kô"),
    ("ki", "ci"),
    ("ngh", "ng"),
    ("gh", "g"),
    ("đ", "d"),
)
_FINALS = (("ng", "n"), ("c", "t"))
_LONE_I = re.compile(r"(?:[^\Waeiouyâăêôơư]+|qu)[iy]")


@dataclass(frozen=True, slots=True)
class Syllable:
    """
    One syllable as typed or as curated.

    ``letters`` keeps the vowel marks and loses the tone; ``tone`` is the combining mark or "". Apart
    like this, "hoà" equals "hòa", and so does "giâý" (a slip of the thumb) equal "giấy".
    """

    letters: str
    tone: str
    folded: str

    def is_meant_by(self, typed: Syllable) -> bool:
        """Say whether *typed* may stand for this syllable: the same, or typed without its marks."""
        if typed.folded != self.folded:
            return False
        if typed.letters == self.letters and typed.tone == self.tone:
            return True
        if not typed.tone and typed.letters == typed.folded:
            return True
        # A syllable that ends in a stop always carries a tone: "hêt" can only be "hết" with its
        # tone lost, while "đâu" and "đầu" are two words.
        return not typed.tone and typed.letters == self.letters and bool(_STOP_FINAL.search(self.folded))


@lru_cache(maxsize=8192)
def syllable(text: str) -> Syllable:
    """
    Return *text*, one syllable, taken apart.

    >>> syllable("giâý") == syllable("Giấy")
    True
    """
    decomposed = unicodedata.normalize("NFD", text.lower().replace("ð", "đ"))
    tone = "".join(c for c in decomposed if c in _TONES)
    letters = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _TONES))
    return Syllable(letters, tone, fold(text))


class Slips:
    """
    What is meant by a syllable that is one slip away from a curated one.

    ``near`` holds the letters of every syllable that may be one.

    >>> slips = Slips([syllable("giấy"), syllable("phí")])
    >>> [meant.letters for meant in slips.meant_by(syllable("giấyy"))]
    ['giây']
    >>> slips.meant_by(syllable("nhí"))
    ()
    """

    def __init__(self, curated: Iterable[Syllable]) -> None:
        self._remembered = lru_cache(_REMEMBERED)(self._find_meant)
        self._curated = frozenset(curated)
        self._slipped: dict[str, set[Syllable]] = defaultdict(set)
        self._heard: dict[str, set[Syllable]] = defaultdict(set)
        for meant in self._curated:
            for misspelt in finger_slips(meant.letters) | finger_slips(meant.folded):
                self._slipped[misspelt].add(meant)
            for misspelt in (meant.letters, meant.folded, *ear_slips(meant.letters)):
                self._heard[misspelt].add(meant)
        self.near = frozenset(self._slipped) | frozenset(self._heard)

    def meant_by(self, typed: Syllable) -> tuple[Syllable, ...]:
        """Return the curated syllables *typed* is one slip away from, in a fixed order; often none."""
        return self._remembered(typed) if typed.letters in self.near else ()

    def _find_meant(self, typed: Syllable) -> tuple[Syllable, ...]:
        if typed in self._curated:
            return ()
        meant = [one for one in self._heard.get(typed.letters, ()) if _sounds_like(one, typed)]
        meant += [one for one in self._slipped.get(typed.letters, ()) if _slipped_from(one, typed)]
        told = {one for one in meant if not one.is_meant_by(typed)}
        return tuple(sorted(told, key=lambda one: (one.letters, one.tone)))


def is_another_word(typed: Syllable, meant: Syllable) -> bool:
    """Say whether *typed* is a word as it stands and differs from *meant* in more than its tone."""
    return typed.letters != meant.letters and _is_written(typed)


def _is_written(typed: Syllable) -> bool:
    """Say whether *typed* could be a syllable of the language as it stands, marks included."""
    return len(typed.tone) <= 1 and is_syllable(typed.folded) and not _UNWRITTEN.search(typed.letters)


def _slipped_from(meant: Syllable, typed: Syllable) -> bool:
    """Say whether the tones allow *typed* to be a slip of the finger for *meant*."""
    if _is_written(typed):
        marked = typed.letters + typed.tone != typed.folded
        return marked and typed.tone == meant.tone and typed.letters in finger_slips(meant.letters)
    # "tp" and "cp" are short for something, no slips of "otp" and "cấp".
    return len(typed.letters) >= _SHORTEST and typed.tone[:1] in ("", meant.tone)


def _sounds_like(meant: Syllable, typed: Syllable) -> bool:
    """Say whether the tones allow *typed*, spelt by ear, to stand for *meant*."""
    # Typed without marks, "lam" is "làm" or "năm" already; that it is also heard as "nam" is too much.
    if not typed.tone and typed.letters == typed.folded:
        return False
    if typed.letters == meant.letters and not typed.tone:
        return True
    return typed.tone == meant.tone or {typed.tone, meant.tone} == {_HOOK, _TILDE}


@lru_cache(maxsize=4096)
def finger_slips(word: str) -> frozenset[str]:
    if len(word) < _SHORTEST:
        return frozenset()
    return frozenset(slip for slip in _fingers(word) if slip != word)


def _fingers(word: str) -> Iterator[str]:
    for at, letter in enumerate(word):
        before, after = word[:at], word[at + 1 :]
        yield before + after
        yield before + letter + letter + after
        yield from (before + key + after for key in NEIGHBOURS.get(letter, ""))
        if after:
            yield before + after[0] + letter + after[1:]


@lru_cache(maxsize=4096)
def ear_slips(word: str) -> tuple[str, ...]:
    heard = [new + word[len(old) :] for old, new in _both_ways(_INITIALS) if word.startswith(old)]
    heard += [word[: -len(old)] + new for old, new in _both_ways(_FINALS) if word.endswith(old)]
    # "ký" and "kí" sound alike, "hai" and "hay" do not.
    if _LONE_I.fullmatch(word):
        heard.append(word[:-1] + ("y" if word[-1] == "i" else "i"))
    return tuple(heard)


def _both_ways(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return (*pairs, *((new, old) for old, new in pairs))
