"""Answers, rankings and records as a terminal shows them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from handlers.composed import Composed
from handlers.composing import compose_procedure
from handlers.composing_records import compose_contacts, compose_guide, compose_qa
from handlers.contacts import hotlines
from index.ranking import Candidate, Decision, Ranking
from knowledge.passages import Facet, RecordKind
from knowledge.records import QA, Contact, Guide, Procedure, Record

if TYPE_CHECKING:
    from index.snapshot import RecordSnapshot
    from knowledge.store import KnowledgeStore

ASKED = "Dân hỏi"
REPLIES = "Cơ quan trả lời"
DECISIONS = {
    Decision.ANSWER: "trả lời bằng bản ghi đầu tiên",
    Decision.ASK_BACK: "hỏi lại",
    Decision.HAND_OVER: "không tìm thấy, gửi cán bộ",
}


def as_reply(text: str) -> str:
    """Return an answer's *text* in the form of the column "Dân hỏi – Cơ quan trả lời"."""
    # A published question brings its own "Dân hỏi … Cơ quan trả lời".
    return text if text.startswith((REPLIES, ASKED)) else f"{REPLIES}: {text}"


# --- rankings ------------------------------------------------------------------------------------


def ranking_lines(ranking: Ranking, records: RecordSnapshot) -> str:
    """Return *ranking* for staff: the decision, then each record with its passages and their scores."""
    decided = DECISIONS[ranking.decision]
    head = f"Quyết định: {decided} (độ tin cậy {ranking.confidence:.2f}, {ranking.generation})"
    if not ranking.candidates:
        return f"{head}\nKhông có bản ghi nào."
    offered = {candidate.key for candidate in ranking.offered}
    shown = [
        _candidate_lines(rank, candidate, title_of(records, candidate), offered=candidate.key in offered)
        for rank, candidate in enumerate(ranking.candidates, start=1)
    ]
    return "\n".join([head, *shown])


def shown_ranking(ranking: Ranking, records: RecordSnapshot) -> dict[str, Any]:
    """Return *ranking* as built-in types, with the title of each record."""
    titled = [asdict(candidate) | {"title": title_of(records, candidate)} for candidate in ranking.candidates]
    return asdict(ranking) | {"candidates": titled}


def title_of(records: RecordSnapshot, candidate: Candidate) -> str:
    """Return what the candidate's record is called; "" when the index no longer holds it."""
    match candidate.kind:
        case RecordKind.PROCEDURE:
            procedure = records.procedure(candidate.key)
            return procedure.title if procedure else ""
        case RecordKind.CONTACT:
            contact = records.contact(candidate.key)
            return contact.name if contact else ""
        case RecordKind.GUIDE:
            guide = records.guide(candidate.key)
            return guide.title if guide else ""
        case RecordKind.QA:
            qa = records.qa(candidate.key)
            return qa.question if qa else ""


def _candidate_lines(rank: int, candidate: Candidate, title: str, *, offered: bool) -> str:
    mark = " (được đưa ra để chọn)" if offered else ""
    hits = [
        f"      nghĩa {hit.cosine:5.2f}   từ {hit.bm25:6.2f}   {hit.passage_id}" for hit in candidate.hits
    ]
    return "\n".join([f"{rank:2}. {candidate.key}  {title}  [{candidate.score:.2f}]{mark}", *hits])


# --- records -------------------------------------------------------------------------------------


def record_text(
    store: KnowledgeStore, key: str, facets: tuple[Facet, ...], *, full: bool, today: date
) -> tuple[Record, str] | None:
    """Return the record called *key* and what a citizen would read of it; None when there is none."""
    procedure = store.procedure(key)
    if procedure:
        hidden = "" if procedure.is_public else "THỦ TỤC NỘI BỘ – không bao giờ hiện cho công dân.\n\n"
        return procedure, hidden + _procedure(store, procedure, facets, full=full, today=today).text
    for record in (*store.contacts(), *store.guides(), *store.qas()):
        match record:
            case Contact(contact_id=name) if name == key:
                return record, compose_contacts((record,)).text
            case Guide(guide_id=name) if name == key:
                return record, compose_guide(record).text
            case QA(qa_id=name) if name == key:
                return record, compose_qa(record).text
    return None


def _procedure(
    store: KnowledgeStore, procedure: Procedure, facets: tuple[Facet, ...], *, full: bool, today: date
) -> Composed:
    office = store.office()
    return compose_procedure(
        procedure,
        facets,
        full=full,
        office=office,
        hotlines=hotlines(store.contacts(), office),
        replacements=tuple(new for code in procedure.replaced_by if (new := store.procedure(code))),
        today=today,
    )
