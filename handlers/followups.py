"""
Messages that live on the one before: "thế lệ phí thì sao", "số 2", "đầy đủ".

A message is a follow-up when nothing of its own is left after facets, fillers, politeness and
pronouns are taken away, or only words of the procedure in hand. The words are data
(``lexicon/fillers.yaml``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from handlers.answers import Choice
from handlers.facets import asks_beside, facet_matches
from handlers.lexicons import phrase_list, read_lexicon
from knowledge.phrases import PhraseBook, covered, spoken, typed_syllables
from knowledge.spelling import Syllable
from knowledge.text import fold, syllables

_LONGEST_CHOICE = 12
# In a story "đầy đủ" tells of papers or payments that are complete.
_LONGEST_WISH = 15
# The first entries of "fillers" are words that may tell two choices apart ("lại", "một"); these do not.
_POLITE = 3


def is_follow_up(text: str, title: str) -> bool:
    """
    Say whether *text* stays with the procedure named *title*; "" when there is none in hand.

    >>> is_follow_up("the le phi thi sao a", "Đăng ký khai sinh")
    True
    >>> is_follow_up("thế lệ phí đăng ký kết hôn thì sao", "Đăng ký khai sinh")
    False
    """
    own = content_of(typed_syllables(text))
    title_words = set(syllables(fold(title)))
    return all(word.folded in title_words for word in own)


def content_of(typed: tuple[Syllable, ...], also_empty: PhraseBook | None = None) -> tuple[Syllable, ...]:
    """Return the syllables of *typed* that carry a topic of their own."""
    empty = [*facet_matches(typed), *_fillers().find(typed)]
    if also_empty is not None:
        empty += also_empty.find(typed)
    # "hồ sơ đăng ký kết hôn gồm gì" has a topic, between the words that ask.
    hidden = spoken(empty, typed)
    return tuple(word for position, word in enumerate(typed) if position not in hidden)


def says_nothing(text: str) -> bool:
    """Say whether *text* is fillers and nothing else ("tôi muốn hỏi"); "giấy tờ xe" names a matter."""
    typed = typed_syllables(text)
    return len(covered(_fillers().find(typed))) == len(typed)


def wants_everything(text: str) -> bool:
    """Say whether *text* asks for the whole procedure and for nothing else ("đầy đủ", "cho xem het")."""
    typed = typed_syllables(text)
    found = _book("everything").find(typed)
    return bool(found) and not content_of(typed, _book("everything"))


def asks_for_everything(text: str) -> bool:
    """
    Say whether *text* asks for the whole of a procedure that it names, and for no part of it.

    >>> asks_for_everything("thu tuc dang ky ket hon day du")
    True
    >>> asks_for_everything("đăng ký kết hôn cần giấy tờ đầy đủ gì")
    False
    """
    typed = typed_syllables(text)
    hidden = covered(_book("not_everything").find(typed))
    found = [match for match in _book("everything_of").find(typed) if match.start not in hidden]
    return len(typed) <= _LONGEST_WISH and bool(found) and not asks_beside(typed, found)


def chosen(text: str, choices: Sequence[Choice]) -> Choice | None:
    """
    Return which of *choices* the message *text* takes, ``None`` when it takes none.

    By number ("2", "số 2", "cái thứ hai", "cuối cùng"), by the code behind one (a pressed button) or by
    the words of one label.
    """
    by_key = next((choice for choice in choices if choice.key and choice.key == text.strip()), None)
    if by_key is not None:
        return by_key
    typed = typed_syllables(text)
    if not choices or not typed or len(typed) > _LONGEST_CHOICE:
        return None
    place = _place(typed, len(choices))
    if place is not None:
        return choices[place] if place < len(choices) else None
    if _book("none_of_these").find(typed):
        return next((choice for choice in choices if not choice.key), None)
    return _by_label(typed, choices)


def _place(typed: tuple[Syllable, ...], count: int) -> int | None:
    """Return the place chosen, from 0, when the message holds a number or an ordinal and no more."""
    leads = covered(_book("choice_leads").find(typed)) | covered(_polite_book().find(typed))
    if typed[-1].folded in {"cuoi", "cung", "chot"} and _book("last").find(typed):
        return count - 1
    left = [word for position, word in enumerate(typed) if position not in leads]
    if len(left) == 1 and left[0].folded.isdecimal():
        return max(int(left[0].folded) - 1, -1) if int(left[0].folded) else None
    ordinals = {match.label: match for match in _ordinals().find(typed)}
    told = covered(ordinals.values())
    if len(ordinals) == 1 and all(position in told | leads for position in range(len(typed))):
        return int(next(iter(ordinals))) - 1
    return None


def _by_label(typed: tuple[Syllable, ...], choices: Sequence[Choice]) -> Choice | None:
    """Return the one label that holds the typed words best; words that all labels share tell nothing."""
    # "Không có trong danh sách" is no procedure's name: "được không" does not choose it.
    words = [{fold(word) for word in syllables(choice.label)} if choice.key else set() for choice in choices]
    said = {word.folded for word in typed if word.folded not in _politeness()}
    # "cái cho trẻ em": what fills a sentence counts only where a label has it.
    told = {word for word in said if word not in _filling() or any(word in label for label in words)}
    telling = {word for word in told if 0 < sum(word in label for label in words) < len(words)}
    shares = [len(telling & label) for label in words]
    best = max(shares)
    known = sum(any(word in label for label in words) for word in told)
    if not best or shares.count(best) > 1 or known < _known_at_least(len(told)):
        return None
    return choices[shares.index(best)]


def _known_at_least(count: int) -> int:
    """One strange word is forgiven beside two known ones: "khai sinh" does not choose "khai tử"."""
    return count - 1 if count > 2 else count


@lru_cache(maxsize=1)
def _lexicon() -> Mapping[str, object]:
    return read_lexicon("fillers")


@lru_cache(maxsize=8)
def _book(name: str) -> PhraseBook:
    return PhraseBook({name: phrase_list(_lexicon()[name])})


def _fillers() -> PhraseBook:
    return _book("fillers")


@lru_cache(maxsize=1)
def _polite_book() -> PhraseBook:
    return PhraseBook({"fillers": phrase_list(_lexicon()["fillers"])[_POLITE:]})


@lru_cache(maxsize=1)
def _politeness() -> frozenset[str]:
    return frozenset(fold(word) for word in syllables(" ".join(phrase_list(_lexicon()["fillers"])[_POLITE:])))


@lru_cache(maxsize=1)
def _filling() -> frozenset[str]:
    phrases = [*phrase_list(_lexicon()["fillers"])[:_POLITE], *phrase_list(_lexicon()["choice_leads"])]
    return frozenset(fold(word) for word in syllables(" ".join(phrases)))


@lru_cache(maxsize=1)
def _ordinals() -> PhraseBook:
    ordinals = _lexicon()["ordinals"]
    if not isinstance(ordinals, dict):
        raise ValueError("fillers.yaml: ordinals is a mapping of numbers to words")
    return PhraseBook({str(number): phrase_list(words) for number, words in ordinals.items()})
