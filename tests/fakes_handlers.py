"""A search small enough to check by eye: folded words that question and title share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.answering import Answerer
from handlers.conversations import Conversations
from index.cards import cards_of
from index.ranking import Candidate, Decision, Hit, Ranking
from knowledge.database import open_database
from knowledge.families import families
from knowledge.passages import RecordKind
from knowledge.records import QA, Contact, Guide, Office, Procedure, Record
from knowledge.text import fold, syllables

EMPTY_WORDS = frozenset(
    syllables(
        "toi muon can gi giay to cho hoi lam the nao o dau bao nhieu tien le phi thu tuc va thi sao mat la bi"
        " khong"
    )
)
ANSWER_AT = 0.6
OFFER_AT = 0.3
MARGIN = 0.2
TODAY = date(2026, 11, 20)


class FakeRecords:
    def __init__(self, records: Sequence[Record]) -> None:
        self.all = list(records)

    def of(self, kind):
        return tuple(record for record in self.all if isinstance(record, kind))

    @property
    def cards(self):
        return {card.code: card for card in cards_of(self.of(Procedure))}

    def procedure(self, code):
        return next((record for record in self.of(Procedure) if record.code == code), None)

    def contact(self, key):
        return next((record for record in self.of(Contact) if record.contact_id == key), None)

    def guide(self, key):
        return next((record for record in self.of(Guide) if record.guide_id == key), None)

    def qa(self, key):
        return next((record for record in self.of(QA) if record.qa_id == key), None)

    def contacts(self):
        return self.of(Contact)

    def guides(self):
        return self.of(Guide)

    def office(self):
        return next(iter(self.of(Office)), None)


@dataclass(frozen=True)
class FakeManifest:
    created_at: str = "2026-11-20T08:00:00+00:00"


@dataclass(frozen=True)
class FakeGeneration:
    records: FakeRecords
    generation_id: str = "gen-1"
    manifest: FakeManifest = FakeManifest()


class FakeSearcher:
    """Ranks by the share of the question's words that stand in a record's title or questions."""

    def __init__(self, records: Sequence[Record], generation_id: str = "gen-1") -> None:
        self.generation = FakeGeneration(FakeRecords(records), generation_id)
        self.asked: list[str] = []

    def rank(self, query: str, top_k: int = 10, *, provinces: Collection[str] = ()) -> Ranking:
        self.asked.append(query)
        words = set(syllables(fold(query))) - EMPTY_WORDS
        found = [self._candidate(record, words) for record in self.generation.records.all]
        ranked = sorted((one for one in found if one and one.score > 0), key=lambda one: -one.score)[:top_k]
        leaders = list({one.family: one for one in reversed(ranked)}.values())[::-1]
        leaders.sort(key=lambda one: -one.score)
        decision = _decided(leaders)
        return Ranking(
            query=query,
            candidates=tuple(ranked),
            confidence=ranked[0].score if ranked else 0.0,
            decision=decision,
            generation=self.generation.generation_id,
            offered=tuple(leaders[:4]) if decision is Decision.ASK_BACK else (),
        )

    def _candidate(self, record: Record, words: set[str]) -> Candidate | None:
        named = _named(record, self.generation.records)
        if named is None:
            return None
        kind, key, family, text = named
        score = len(words & set(syllables(fold(text)))) / max(len(words), 1)
        return Candidate(kind, key, family, score, (Hit(f"{key}#title", score, 1.0),))


def _named(record, records):
    if isinstance(record, Procedure):
        titles = {procedure.code: procedure.title for procedure in records.of(Procedure)}
        return RecordKind.PROCEDURE, record.code, families(titles)[record.code], record.title
    if isinstance(record, Guide):
        return RecordKind.GUIDE, record.guide_id, record.guide_id, " ".join((record.title, *record.questions))
    if isinstance(record, QA):
        return RecordKind.QA, record.qa_id, record.qa_id, record.question
    if isinstance(record, Contact):
        return RecordKind.CONTACT, record.contact_id, record.contact_id, " ".join(record.about)
    return None


def _decided(leaders: list[Candidate]) -> Decision:
    if not leaders or leaders[0].score < OFFER_AT:
        return Decision.HAND_OVER
    lead = leaders[0].score - leaders[1].score if len(leaders) > 1 else 1.0
    return Decision.ANSWER if leaders[0].score >= ANSWER_AT and lead >= MARGIN else Decision.ASK_BACK


def an_answerer(path, records: Sequence[Record], *, today: date = TODAY) -> Answerer:
    """An answerer on a real database at *path* and a search over *records*."""
    searcher = FakeSearcher(records)
    return Answerer(lambda: searcher, Conversations(open_database(path)), today=lambda: today)
