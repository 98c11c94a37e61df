"""
The later steps of a question: searching, choosing what is meant, and telling it.

``steps.py`` has the earlier ones, ``answering.py`` the order of all.
"""

from __future__ import annotations

from dataclasses import replace

from handlers import messages
from handlers.answers import AnswerStatus, QuestionKind
from handlers.choosing import fitting, provinces_named, within_reach
from handlers.composed import Composed
from handlers.composing import compose_procedure
from handlers.composing_records import (
    choices_for,
    compose_choices,
    compose_complaint,
    compose_contacts,
    compose_guide,
    compose_not_found,
    compose_qa,
)
from handlers.contacts import (
    Wish,
    agreement,
    asked_in_guide,
    asks_for_office,
    best_contacts,
    complaints_guide,
    hotlines,
    is_desk,
    wish_of,
)
from handlers.facets import named
from handlers.kinds import asks_beside_law, is_unreadable
from handlers.pipeline import Draft, settle
from handlers.state import ConversationState
from handlers.steps_staff import hand_to_staff
from index.deciding import LEAST_CONFIDENCE
from index.ranking import MOST_OFFERED, Candidate, Decision
from knowledge.passages import Facet, RecordKind
from knowledge.records import QA, Contact, Procedure

_NEAREST = 2
_LEAST_LIKENESS = 0.35  # cosine; below it what was found has nothing to do with the question
# Shared words of a question and a published one: asked in nearly the same words, or on the same matter.
_SAME_QUESTION = 0.7
_SAME_MATTER = 0.3
# On these, two questions on one matter ask for the same; "may I …?" differs from case to case.
_TOLD_ALIKE = {Facet.FEE, Facet.TIME, Facet.WHERE, Facet.DOCUMENTS, Facet.FORM, Facet.ONLINE}


def search(draft: Draft) -> Draft:
    """Rank what the office has published, unless the procedure is known already."""
    if draft.code:
        return draft
    ranking = draft.searcher.rank(draft.query, provinces=provinces_named(draft.query))
    in_play = tuple(candidate for candidate in ranking.candidates if _may_be_told(draft, candidate))
    note = f"{ranking.decision}, {ranking.confidence:.2f}, {len(in_play)} candidates"
    return replace(draft, ranking=ranking, candidates=in_play, confidence=ranking.confidence, note=note)


def answer_contact(draft: Draft) -> Draft:
    """Quote numbers, hours and addresses."""
    first = draft.candidates[0] if draft.candidates else None
    led_here = _decided(draft) is Decision.ANSWER and first is not None and first.kind is RecordKind.CONTACT
    if draft.code or (draft.kind is not QuestionKind.CONTACT and not led_here):
        return draft
    office = draft.records.office()
    wish = wish_of(draft.query)
    meant = best_contacts(draft.query, draft.records.contacts())
    found = meant or _contacts_found(draft) or (_hotlines(draft) if wish is Wish.ANY else ())
    if wish is Wish.HOURS and office:  # those of the office are the desk's, and are told once
        found = tuple(contact for contact in found if _keeps_own_hours(contact))
    wanted = not found or (asks_for_office(draft.query) and not (wish is Wish.HOURS and meant))
    shown = office if wanted else None
    if not found and not shown:
        return draft
    return settle(draft, AnswerStatus.CONTACT, compose_contacts(found, office=shown, wish=wish))


def answer_complaint(draft: Draft) -> Draft:
    """Quote where complaints are taken; without such a guide an officer gets the complaint."""
    if draft.code or draft.kind is not QuestionKind.COMPLAINT:
        return draft
    guide = complaints_guide(draft.records.guides())
    if guide is None:
        return hand_to_staff(draft, AnswerStatus.UNANSWERABLE_HANDED_OVER)
    return settle(draft, AnswerStatus.GUIDE, compose_complaint(guide), after=draft.state)


def answer_guide(draft: Draft) -> Draft:
    """Quote how to use online public services."""
    first = draft.candidates[0] if draft.candidates else None
    led_here = _decided(draft) is Decision.ANSWER and first is not None and first.kind is RecordKind.GUIDE
    if draft.code or (draft.kind is not QuestionKind.PORTAL_HELP and not led_here):
        return draft
    best = next((candidate for candidate in draft.candidates if candidate.kind is RecordKind.GUIDE), None)
    asked_so = None if led_here else asked_in_guide(draft.query, draft.records.guides())
    guide = asked_so or (draft.records.guide(best.key) if best else None)
    if guide is None:
        return draft
    used = best if best and best.key == guide.guide_id else None
    return settle(draft, AnswerStatus.GUIDE, compose_guide(guide), used=used)


def answer_qa(draft: Draft) -> Draft:
    """Quote a published question that was found first; one on another facet leads to its procedure."""
    if draft.code or not draft.candidates or _decided(draft) is not Decision.ANSWER:
        return draft
    best = draft.candidates[0]
    qa = draft.records.qa(best.key) if best.kind is RecordKind.QA else None
    if qa is None:
        return draft
    code = next((code for code in qa.procedure_codes if draft.public_procedure(code)), "")
    if not _asks_the_same(draft, qa):
        return replace(draft, code=code, note="led on by a published question") if code else draft
    after = ConversationState(code=code, confidence=draft.confidence)
    return settle(draft, AnswerStatus.ANSWERED, compose_qa(qa), after=after, used=best)


def choose_by_place(draft: Draft) -> Draft:
    """Take the procedure that was found, when the place leaves one copy of it."""
    if draft.code:
        return draft
    meant, sure = _meant(draft)
    note = f"{len(meant)} may be meant"
    return replace(draft, code=meant[0].code, note=note) if sure else replace(draft, note=note)


# --- the answer ----------------------------------------------------------------------------------


def answer_legal(draft: Draft) -> Draft:
    """Leave a question of law to staff, unless it asks for a part of a procedure that was found."""
    if draft.kind is not QuestionKind.LEGAL_QUESTION or (draft.code and asks_beside_law(draft.query)):
        return draft
    return hand_to_staff(draft, AnswerStatus.UNANSWERABLE_LEGAL)


def answer_procedure(draft: Draft) -> Draft:
    """Quote what was asked of the procedure that is known by now."""
    procedure = draft.public_procedure(draft.code)
    if procedure is None:
        return draft
    office = draft.records.office()
    composed = compose_procedure(
        procedure,
        draft.facets,
        full=draft.full,
        office=office,
        hotlines=_hotlines(draft),
        replacements=tuple(new for code in procedure.replaced_by if (new := draft.records.procedure(code))),
        today=draft.today,
    )
    after = ConversationState(
        code=procedure.code, facets=draft.facets, full=draft.full, confidence=draft.confidence
    )
    used = next((candidate for candidate in draft.candidates if candidate.key == procedure.code), None)
    return settle(draft, AnswerStatus.ANSWERED, composed, after=after, used=used)


def ask_back(draft: Draft) -> Draft:
    """Offer what may be meant, numbered, the difference named."""
    meant, _ = _meant(draft)
    if not meant:
        return draft
    choices = choices_for(meant)
    after = ConversationState(choices=choices, asked=draft.redacted, asked_facets=draft.facets)
    return settle(draft, AnswerStatus.CLARIFICATION, compose_choices(choices), after=after)


def ask_again(draft: Draft) -> Draft:
    """Ask anew for what nobody can read; staff could not read it either."""
    if not is_unreadable(draft.query) or any(map(_is_near, draft.candidates)):
        return draft
    return settle(draft, AnswerStatus.CLARIFICATION, Composed((messages.UNREADABLE,)), after=draft.state)


def hand_over(draft: Draft) -> Draft:
    """Say honestly that it is not here, name the nearest, and give the question to staff."""
    near = tuple(candidate for candidate in draft.candidates if _is_near(candidate))
    nearest = tuple(members[0] for family in _families(near) if (members := _within_reach(draft, family)))
    composed = compose_not_found(nearest[:_NEAREST], _hotlines(draft), draft.receipt)
    return settle(draft, AnswerStatus.UNANSWERABLE_NOT_FOUND, composed, receipt=True)


# --- small helpers -------------------------------------------------------------------------------


def _keeps_own_hours(contact: Contact) -> bool:
    return bool(contact.hours) and not is_desk(contact)


def _is_near(candidate: Candidate) -> bool:
    """Say whether a candidate has words and meaning in common with the question; some are only least far."""
    return any(hit.bm25 > 0 for hit in candidate.hits) and any(
        hit.cosine >= _LEAST_LIKENESS for hit in candidate.hits
    )


def _hotlines(draft: Draft) -> tuple[Contact, ...]:
    return hotlines(draft.records.contacts(), draft.records.office())


def _decided(draft: Draft) -> Decision:
    return draft.ranking.decision if draft.ranking else Decision.HAND_OVER


def _may_be_told(draft: Draft, candidate: Candidate) -> bool:
    """Leave out what expired and what is internal."""
    if candidate.kind is RecordKind.QA:
        qa = draft.records.qa(candidate.key)
        return qa is not None and not _expired(draft, qa)
    return candidate.kind is not RecordKind.PROCEDURE or draft.is_public(candidate.key)


def _asks_the_same(draft: Draft, qa: QA) -> bool:
    """Say whether *qa* answers what was asked, and not only something else of the same matter."""
    wordings = (qa.question, *qa.also_asked)
    likeness = max(agreement(draft.query, wording) for wording in wordings)
    if likeness >= _SAME_QUESTION:
        return True
    asked, answered = set(named(draft.query)), {facet for wording in wordings for facet in named(wording)}
    return likeness >= _SAME_MATTER and bool(asked) and asked <= answered & _TOLD_ALIKE


def _expired(draft: Draft, qa: QA) -> bool:
    return qa.expires_on is not None and qa.expires_on < draft.today


def _meant(draft: Draft) -> tuple[tuple[Procedure, ...], bool]:
    """Return the procedures that may be meant, best first, and whether to quote the first unasked."""
    ranking = draft.ranking
    if ranking is None or ranking.decision is Decision.HAND_OVER:
        return (), False
    in_question = ranking.candidates[:1] if ranking.decision is Decision.ANSWER else ranking.offered
    meant = _fitting(draft, _families(in_question))
    if meant:
        only_procedures = all(candidate.kind is RecordKind.PROCEDURE for candidate in in_question)
        # One that is left because the others are another province's was not decided on: ask, unless it
        # came first and is likelier right than wrong; the others were then copies of it.
        first = meant[0].code in {
            c.key for c in ranking.candidates if c.family == ranking.candidates[0].family
        }
        decided = len(_families(in_question)) == 1 or (first and ranking.confidence >= LEAST_CONFIDENCE)
        return meant, decided and len(meant) == 1 and only_procedures
    # What was decided on may not be told here (expired, another province): the rest was not decided on.
    return _fitting(draft, _families(draft.candidates)), False


def _fitting(draft: Draft, families: tuple[str, ...]) -> tuple[Procedure, ...]:
    office = draft.records.office()
    members = (_within_reach(draft, family) for family in families)
    return tuple(
        procedure for group in members if group for procedure in fitting(group, office, draft.query)
    )[:MOST_OFFERED]


def _within_reach(draft: Draft, family: str) -> tuple[Procedure, ...]:
    """Return the members of *family* that were found and are not another province's."""
    keys = (candidate.key for candidate in draft.candidates if candidate.family == family)
    found = tuple(filter(None, (draft.public_procedure(key) for key in keys)))
    return within_reach(found, draft.records.office(), draft.query)


def _families(candidates: tuple[Candidate, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(candidate.family for candidate in candidates))


def _contacts_found(draft: Draft) -> tuple[Contact, ...]:
    found = (
        draft.records.contact(candidate.key)
        for candidate in draft.candidates
        if candidate.kind is RecordKind.CONTACT
    )
    return tuple(filter(None, found))
