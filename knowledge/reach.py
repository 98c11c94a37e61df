"""
What phrases of the lexicon reach: the bundled wordings they match, and how many of those mean the codes.

But: the wordings are a sample of how people ask; few matches say little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from knowledge.phrases import PhraseBook, typed_syllables
from knowledge.phrasings import Phrasing


@dataclass(frozen=True, slots=True)
class Reach:
    """The wordings that a phrase matches: those that mean one of its codes, and the others."""

    right: tuple[Phrasing, ...]
    wrong: tuple[Phrasing, ...]

    @property
    def matched(self) -> int:
        return len(self.right) + len(self.wrong)


def reach(
    phrases: Sequence[tuple[str, Collection[str]]],
    phrasings: Iterable[Phrasing],
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[Reach, ...]:
    """
    Return what each of *phrases*, with its codes, matches in *phrasings*.

    Args:
        phrases: the phrase as written, and the codes it is meant to name.
        phrasings: what people said, with the codes they meant.
        progress: called with 1 after each of *phrasings*.
    """
    book = PhraseBook({str(place): [phrase] for place, (phrase, _) in enumerate(phrases)})
    right: list[list[Phrasing]] = [[] for _ in phrases]
    wrong: list[list[Phrasing]] = [[] for _ in phrases]
    for phrasing in phrasings:
        for label in book.labels(typed_syllables(phrasing.q)):
            codes = phrases[int(label)][1]
            found = wrong if set(phrasing.codes).isdisjoint(codes) else right
            found[int(label)].append(phrasing)
        progress(1)
    return tuple(Reach(tuple(r), tuple(w)) for r, w in zip(right, wrong, strict=True))


def common_words(phrasings: Collection[Phrasing], least_share: float) -> frozenset[str]:
    """Return the syllables, folded, that stand in at least *least_share* (0..1) of *phrasings*."""
    counts = Counter(
        word
        for phrasing in phrasings
        for word in {syllable.folded for syllable in typed_syllables(phrasing.q)}
    )
    return frozenset(word for word, count in counts.items() if count >= least_share * len(phrasings))
