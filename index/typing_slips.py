"""Typing as on a phone: accents left out, letters swapped, dropped or doubled, words left out."""

from __future__ import annotations

import random

from knowledge.text import fold

_SHARE_OF_WORDS = 0.08  # of words that get a slip
_DROP_A_WORD = 0.15


def corrupt(text: str, rng: random.Random) -> str:
    """Return *text* with typing slips, four times in ten without accents as well."""
    words = [_slip(word, rng) if rng.random() < _SHARE_OF_WORDS else word for word in text.split()]
    if len(words) > 5 and rng.random() < _DROP_A_WORD:
        words.pop(rng.randrange(len(words)))
    corrupted = " ".join(words)
    return fold(corrupted) if rng.random() < 0.4 else corrupted


def _slip(word: str, rng: random.Random) -> str:
    if len(word) < 3:
        return word
    at = rng.randrange(len(word) - 1)
    match rng.randrange(3):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case _:
            return word[:at] + word[at] + word[at:]
