"""
Running labelled questions through the real search and the real pipeline.

Each question is asked three times: of the search alone, of the search with the right procedures and
their families taken out ("near-domain": what a citizen asks is not among what the office published),
and of the whole pipeline, in a conversation of its own. The pipeline stores into a file that is
thrown away: an evaluation leaves no trace in the office's data.

But: nothing is measured here; see ``measuring.py``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import msgspec

from handlers.answering import Answerer
from handlers.answers import Answer, Question
from handlers.conversations import Conversations
from index.labelled import LabelledQuestion
from index.ranking import MOST_OFFERED, Ranking
from index.search import Searcher
from index.variants import Form, derive
from knowledge.database import open_database
from knowledge.passages import RecordKind

TOP_K = 10
_LOOKED_AT = 40  # records taken from a ranking, so that ten families are among them


class Outcome(msgspec.Struct, frozen=True):
    """
    What came of one question. Codes only: it may be published where the question's text may not.

    ``codes`` and ``families`` are the search's, best first, at most 10 each; ``confidence`` its own.
    ``near_confidence`` is the search's with the right procedures taken out, None when there are none.
    ``quoted`` is the procedure that the pipeline answered with, "" for none; ``offered`` its choices.
    """

    id: str
    codes: tuple[str, ...]
    families: tuple[str, ...]
    confidence: float
    decision: str
    near_confidence: float | None
    near_decision: str
    status: str
    kind: str
    facets: tuple[str, ...]
    quoted: str
    offered: tuple[str, ...]


class Families:
    """Which family a code belongs to, in one generation; an unknown code is its own."""

    def __init__(self, searcher: Searcher) -> None:
        cards = searcher.generation.records.cards
        self._family = {code: card.family for code, card in cards.items()}
        self._members: dict[str, list[str]] = {}
        for code, family in self._family.items():
            self._members.setdefault(family, []).append(code)

    def of(self, code: str) -> str:
        """Return the family of *code*."""
        return self._family.get(code, code)

    def with_relatives(self, codes: Collection[str]) -> frozenset[str]:
        """Return *codes* and every member of their families."""
        families = {self.of(code) for code in codes}
        return frozenset(codes).union(*(self._members.get(family, ()) for family in families))


def run_questions(
    searcher: Searcher,
    questions: Sequence[LabelledQuestion],
    form: Form,
    today: date,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Outcome]:
    """Ask *questions* in *form* and return what came of each, in order."""
    families = Families(searcher)
    outcomes = []
    with throwaway_conversations() as conversations:
        answerer = Answerer(lambda: searcher, conversations, today=lambda: today)
        for number, question in enumerate(questions):
            text = derive(question.question, form)
            answer = answerer.answer(Question(text, f"evaluation/{number}"))
            outcomes.append(_outcome(searcher, families, question, text, answer))
            progress(1)
    return outcomes


@contextmanager
def throwaway_conversations() -> Iterator[Conversations]:
    """Give a store of conversations that is gone after the block."""
    with (
        tempfile.TemporaryDirectory(prefix="danhoi-evaluate-") as folder,
        closing(open_database(Path(folder) / "conversations.db")) as database,
    ):
        yield Conversations(database)


def _outcome(
    searcher: Searcher, families: Families, question: LabelledQuestion, text: str, answer: Answer
) -> Outcome:
    ranking = searcher.rank(text, _LOOKED_AT)
    gone = families.with_relatives(question.helpful)
    near = searcher.rank(text, excluded=gone) if gone else None
    codes = _codes(ranking)
    return Outcome(
        id=question.id,
        codes=codes[:TOP_K],
        families=tuple(dict.fromkeys(map(families.of, codes)))[:TOP_K],
        confidence=round(ranking.confidence, 6),
        decision=ranking.decision,
        near_confidence=round(near.confidence, 6) if near else None,
        near_decision=near.decision if near else "",
        status=answer.status,
        kind=answer.kind,
        facets=answer.facets,
        quoted=_quoted(searcher, answer),
        offered=tuple(choice.key for choice in answer.choices if choice.key)[:MOST_OFFERED],
    )


def _codes(ranking: Ranking) -> tuple[str, ...]:
    return tuple(candidate.key for candidate in ranking.candidates if candidate.kind is RecordKind.PROCEDURE)


def _quoted(searcher: Searcher, answer: Answer) -> str:
    """Return the procedure that *answer* tells about, the first one for a published question, or ""."""
    for source in answer.sources:
        if source.kind == RecordKind.PROCEDURE:
            return source.key
        qa = searcher.generation.records.qa(source.key) if source.kind == RecordKind.QA else None
        if qa:
            return next(iter(qa.procedure_codes), "")
    return ""
