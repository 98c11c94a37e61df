"""
Whether a message is in another language than Vietnamese, so that there is nothing to search for.

Vietnamese typed without accents is never taken for another language: one syllable that may be
Vietnamese and is no word of the other is enough. The words are data (``lexicon/foreign.yaml``).

But: a foreign sentence with a Vietnamese name in it is searched for, and finds what it finds.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from handlers.lexicons import phrase_list, read_lexicon
from knowledge.keyboard import is_syllable
from knowledge.phrases import typed_syllables
from knowledge.text import clean, syllables


def is_foreign(text: str) -> bool:
    """
    Say whether some word of *text* is of another language, and none may be Vietnamese.

    >>> is_foreign("where can I get it"), is_foreign("lam passport can gi"), is_foreign("สวัสดี")
    (True, False, True)
    """
    typed = _letters(text)
    only = _words("only")
    if not any(word in only or _is_of_another_script(word) for word in typed):
        return False
    return not any(map(_may_be_vietnamese, typed))


def is_foreign_greeting(text: str) -> bool:
    """
    Say whether *text* greets in another language and says no more.

    >>> is_foreign_greeting("Good morning!"), is_foreign_greeting("who are you")
    (True, False)
    """
    return is_foreign(text) and _words("greeting").issuperset(_letters(text))


def _letters(text: str) -> list[str]:
    """Return the words of *text* in lower case, without its figures."""
    return [word for word in syllables(clean(text).lower()) if word.isalpha()]


def _may_be_vietnamese(word: str) -> bool:
    if word in _words("only") or word in _words("either") or _is_of_another_script(word):
        return False
    # A letter with a mark, an abbreviation, keys of Telex: all of them are Vietnamese before anything else.
    return not word.isascii() or any(is_syllable(read.folded) for read in typed_syllables(word))


def _is_of_another_script(word: str) -> bool:
    return not any(unicodedata.name(letter, "").startswith("LATIN") for letter in word)


@lru_cache(maxsize=3)
def _words(name: str) -> frozenset[str]:
    return frozenset(" ".join(phrase_list(read_lexicon("foreign")[name])).split())
