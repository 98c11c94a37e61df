"""What a phrase would change if it were an entry of the lexicon: what it matches, and what would be found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.search import Searcher
from knowledge.concepts import Concept, Lexicon
from knowledge.phrases import PhraseBook, typed_syllables
from knowledge.phrasings import Phrasing
from knowledge.reach import Reach

# Ranking takes some ten milliseconds, twice for each wording.
MOST_RANKED = 150


@dataclass(frozen=True, slots=True)
class Change:
    """
    A question that would find another record first; "" stands for none.

    ``meant`` are the codes a bundled wording means; () for a citizen's question, where nobody knows.
    """

    question: str
    before: str
    after: str
    meant: tuple[str, ...]

    @property
    def mends(self) -> bool:
        return self.before not in self.meant and self.after in self.meant

    @property
    def breaks(self) -> bool:
        return self.before in self.meant and self.after not in self.meant


@dataclass(frozen=True, slots=True)
class Preview:
    """
    What a phrase for a code matches and changes.

    ``stored`` are the citizens' questions it matches; ``ranked`` says how many questions were ranked
    with and without it, which is not every wording when it matches very many.
    """

    reach: Reach
    stored: tuple[str, ...]
    ranked: int
    changes: tuple[Change, ...]


def preview(
    concept: Concept, reach: Reach, stored: Iterable[str], now: Searcher, lexicon: Lexicon
) -> Preview:
    """
    Return what *concept*, not yet in *lexicon*, matches and changes.

    Args:
        concept: the entry that is tried.
        reach: the bundled wordings that its phrases match.
        stored: citizens' questions, redacted.
        now: ranks as citizens are answered today, with *lexicon*.
        lexicon: the entries there are.
    """
    book = PhraseBook({"": concept.says})
    asked = tuple(text for text in stored if book.find(typed_syllables(text)))
    # Only a question that the phrase matches can be ranked otherwise.
    questions: list[tuple[str, tuple[str, ...]]] = [(text, ()) for text in asked]
    questions += [(phrasing.q, phrasing.codes) for phrasing in _chosen(reach)]
    tried = Searcher(now.generation, now.embedder, lexicon=lexicon.with_concepts([concept]))
    return Preview(reach, asked, len(questions), tuple(_changes(questions, now, tried)))


def _chosen(reach: Reach) -> Sequence[Phrasing]:
    """
    Return at most MOST_RANKED of the wordings: those kept out of the index first, then evenly spread.

    A wording in the index is found by itself, so it shows less of what a new question would meet.
    """
    wordings = sorted((*reach.right, *reach.wrong), key=lambda phrasing: not phrasing.is_held_out)
    new = sum(phrasing.is_held_out for phrasing in wordings)
    if new >= MOST_RANKED or len(wordings) <= MOST_RANKED:
        return wordings[:MOST_RANKED]
    step = -(-(len(wordings) - new) // (MOST_RANKED - new))
    return wordings[:new] + wordings[new::step]


def _changes(
    questions: Iterable[tuple[str, tuple[str, ...]]], now: Searcher, tried: Searcher
) -> Iterator[Change]:
    for question, meant in questions:
        before, after = _first(now, question), _first(tried, question)
        if before != after:
            yield Change(question, before, after, meant)


def _first(searcher: Searcher, question: str) -> str:
    candidates = searcher.rank(question).candidates
    return candidates[0].key if candidates else ""
