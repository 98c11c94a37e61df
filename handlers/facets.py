"""
What about a procedure is asked: the facets of a question, over accented and accent-less text.

The phrases are data (``lexicon/facets.yaml``). "asked" phrases name the facet; "hinted" ones count only
where the question has none of the former: "nộp online được không" is about filing online, and only
"xin cấp lại được không" about conditions. "ignored" ones belong to names and stories ("giấy chứng nhận
đủ điều kiện") and hide what lies inside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from handlers.lexicons import phrase_list, read_lexicon
from knowledge.passages import Facet
from knowledge.phrases import Match, PhraseBook, covered, typed_syllables
from knowledge.spelling import Syllable

# A story may mention money, days and papers long before it asks for one of them.
_LONG_STORY = 30
_IGNORED = "ignored"
_LAST_ASKED = 8
_SENTENCE = re.compile(r"[^.?!;\n]+[.?!;\n]*")


def detect(text: str) -> tuple[Facet, ...]:
    """
    Return the facets that *text* asks for, in the order asked; the overview alone when it names none.

    >>> [str(facet) for facet in detect("le phi bao nhieu va nop o dau")]
    ['fee', 'where']
    """
    return named(text) or (Facet.OVERVIEW,)


# Two steps ask this of the same message.
@lru_cache(maxsize=_LAST_ASKED)
def named(text: str) -> tuple[Facet, ...]:
    """Return the facets that *text* names, in the order asked; ``()`` when it names none."""
    for part in _parts_that_ask(text):
        typed = typed_syllables(part)
        found = _facets(_asked(), typed) or _facets(_hinted(), typed)
        if found:
            return found
    return ()


def asks_beside(typed: tuple[Syllable, ...], others: Iterable[Match]) -> bool:
    """Say whether *typed* names a facet outside what *others* cover."""
    hidden = covered(others)
    return any(not hidden.issuperset(range(match.start, match.end)) for match in _asked().find(typed))


def facet_matches(typed: tuple[Syllable, ...]) -> tuple[Match, ...]:
    """Return every phrase in *typed* that speaks of a facet, named or hinted."""
    return (*_asked().find(typed), *_hinted().find(typed))


def _parts_that_ask(text: str) -> list[str]:
    """Return *text* itself, or the sentences of a long story from the most to the least asking one."""
    if len(text.split()) <= _LONG_STORY:
        return [text]
    sentences = [sentence for sentence in _SENTENCE.findall(text) if sentence.strip()]
    asking = [sentence for sentence in sentences if "?" in sentence]
    telling = [sentence for sentence in sentences if "?" not in sentence]
    return [*reversed(asking), *reversed(telling)]


def _facets(book: PhraseBook, typed: tuple[Syllable, ...]) -> tuple[Facet, ...]:
    found = book.find(typed)
    hidden = covered(match for match in found if match.label == _IGNORED)
    told = (match for match in found if match.label != _IGNORED)
    seen = (match.label for match in told if not hidden.issuperset(range(match.start, match.end)))
    return tuple(Facet(label) for label in dict.fromkeys(seen))


@lru_cache(maxsize=1)
def _asked() -> PhraseBook:
    return _book("asked")


@lru_cache(maxsize=1)
def _hinted() -> PhraseBook:
    return _book("hinted")


def _book(strength: str) -> PhraseBook:
    entries = read_lexicon("facets")
    phrases = {str(facet): phrase_list(_of(entries.get(facet), strength)) for facet in Facet}
    return PhraseBook({_IGNORED: phrase_list(entries[_IGNORED]), **phrases}, forgiving=True)


def _of(entry: object, strength: str) -> object:
    return entry.get(strength) if isinstance(entry, dict) else None
