"""
The steps of a question, one function each; ``answering.py`` holds their order.

A step that has nothing to say to a question returns the draft as it came. What a citizen reads is in
``messages.py``; records become text in ``composing*.py``.
"""

from __future__ import annotations

import re
from dataclasses import replace

from handlers import messages
from handlers.answers import AnswerStatus, QuestionKind
from handlers.choosing import fitting, within_reach
from handlers.composed import Composed
from handlers.composing import compose_procedure
from handlers.composing_records import (
    choices_for,
    compose_choices,
    compose_contacts,
    compose_guide,
    compose_not_found,
    compose_qa,
)
from handlers.contacts import asks_for_office, best_contacts, hotlines, published_numbers
from handlers.facets import detect, named
from handlers.followups import chosen, is_follow_up, wants_everything
from handlers.kinds import Greeting, greeting_of, is_emergency, recognise
from handlers.personal_data import redact, remove
from handlers.phrases import typed_syllables
from handlers.pipeline import Draft, settle
from handlers.state import RETENTION_DAYS, ConversationState
from index.ranking import Candidate, Decision
from knowledge.passages import Facet, RecordKind
from knowledge.records import QA, Contact, Procedure
from knowledge.text import clean

_NEAREST = 2
_OFFERED = 4
LONGEST_QUESTION = 4000  # characters; a Telegram message holds 4,096
_CODE = re.compile(r"(?<![\w.])\d\.\d{6}(?![\w.]*\d)")
_NUMBER = re.compile(r"\s*\d{1,2}\s*[.)]?\s*")
_ABOUT_A_PROCEDURE = (QuestionKind.PROCEDURE, QuestionKind.LEGAL_QUESTION, QuestionKind.PORTAL_HELP)
_GREETINGS = {
    Greeting.HELLO: messages.greeting(RETENTION_DAYS),
    Greeting.THANKS: messages.THANKS,
    Greeting.HELP: messages.HELP,
}
_FIXED = {
    QuestionKind.OUT_OF_SCOPE: (AnswerStatus.REFUSED_OUT_OF_SCOPE, messages.OUT_OF_SCOPE),
    QuestionKind.ACTION: (AnswerStatus.REFUSED_ACTION, messages.ACTION),
    QuestionKind.SECRET: (AnswerStatus.REFUSED_SECRET, messages.SECRET),
    QuestionKind.ABUSE: (AnswerStatus.REFUSED_ABUSE, messages.ABUSE),
    QuestionKind.INJECTION: (AnswerStatus.REFUSED_INJECTION, messages.INJECTION),
}


# --- before anything is searched for -------------------------------------------------------------


def redact_personal_data(draft: Draft) -> Draft:
    """Hide personal numbers; from here on nobody sees them."""
    text = draft.question.text
    if len(text) > LONGEST_QUESTION:
        return settle(draft, AnswerStatus.CLARIFICATION, Composed((messages.TOO_LONG,)), after=draft.state)
    published = published_numbers(draft.records.contacts())
    redacted = redact(text, published)
    found = "personal data hidden" if redacted != clean(text) else ""
    return replace(draft, redacted=redacted, query=remove(text, published), note=found)


def recognise_kind(draft: Draft) -> Draft:
    """Tell questions about procedures from all others."""
    kind = recognise(draft.query)
    return replace(draft, kind=kind, note=kind)


def help_in_danger(draft: Draft) -> Draft:
    """Somebody in danger is told whom to call, before anything else."""
    if not is_emergency(draft.query):
        return draft
    return settle(draft, AnswerStatus.REFUSED_OUT_OF_SCOPE, Composed((messages.EMERGENCY,)))


def refuse(draft: Draft) -> Draft:
    """Say why not, for what this bot does not do. The procedure in hand stays in hand."""
    if draft.kind not in _FIXED:
        return draft
    status, text = _FIXED[draft.kind]
    return settle(draft, status, Composed((text,)), after=_without_choices(draft.state))


def greet(draft: Draft) -> Draft:
    """Greet, thank, explain; an empty message is asked for its question."""
    if not typed_syllables(draft.query):
        text = messages.PERSONAL_DATA if draft.redacted != clean(draft.question.text) else messages.EMPTY
        return settle(draft, AnswerStatus.CLARIFICATION, Composed((text,)), after=draft.state)
    if draft.kind is not QuestionKind.GREETING or _takes_choice(draft):
        return draft
    text = _GREETINGS[greeting_of(draft.query)]
    return settle(draft, AnswerStatus.GREETING, Composed((text,)), after=_without_choices(draft.state))


def hand_over_to_a_person(draft: Draft) -> Draft:
    """The citizen asked for an officer."""
    if draft.kind is not QuestionKind.HUMAN:
        return draft
    return _with_staff(draft, AnswerStatus.UNANSWERABLE_HANDED_OVER)


# --- what the conversation already holds -----------------------------------------------------------


def take_up_choice(draft: Draft) -> Draft:
    """Take the message as the answer to the choices offered last, with the facets asked then."""
    choice = chosen(draft.query, draft.state.choices)
    if choice is None:
        if draft.state.choices and _NUMBER.fullmatch(draft.query):
            text = Composed((messages.NOT_A_CHOICE,))
            return settle(draft, AnswerStatus.CLARIFICATION, text, after=draft.state)
        return replace(draft, state=_without_choices(draft.state))
    draft = replace(draft, kind=QuestionKind.PROCEDURE, facets=draft.state.asked_facets)
    if not choice.key:
        # Staff get the question that was asked, not the number that was typed.
        return _with_staff(replace(draft, redacted=draft.state.asked), AnswerStatus.UNANSWERABLE_NOT_FOUND)
    return replace(draft, code=choice.key, confidence=1.0, note="choice taken")


def follow_up(draft: Draft) -> Draft:
    """Stay with the procedure in hand when the message has no topic of its own."""
    if draft.code or draft.kind not in _ABOUT_A_PROCEDURE:
        return draft
    everything, facets = wants_everything(draft.query), named(draft.query)
    if not (everything or facets):
        return draft
    in_hand = _public(draft, draft.state.code)
    if in_hand and (everything or is_follow_up(draft.query, in_hand.title)):
        return replace(
            draft,
            kind=QuestionKind.PROCEDURE,
            code=in_hand.code,
            confidence=draft.state.confidence,
            facets=() if everything else facets,
            full=everything,
            note="stays with the procedure in hand",
        )
    if everything or is_follow_up(draft.query, ""):
        return settle(draft, AnswerStatus.CLARIFICATION, Composed((messages.NO_TOPIC,)))
    return draft


def look_up_code(draft: Draft) -> Draft:
    """Take a procedure by the code that the question names."""
    if draft.code:
        return draft
    found = next((code for code in _CODE.findall(draft.query) if _public(draft, code)), "")
    return replace(draft, code=found, confidence=1.0, note="code named") if found else draft


def detect_facets(draft: Draft) -> Draft:
    """Find out what about the procedure is asked; the overview when nothing in particular is."""
    facets = draft.facets or ((Facet.OVERVIEW,) if draft.full else detect(draft.query))
    return replace(draft, facets=facets, note=", ".join(facets))


# --- searching and choosing ----------------------------------------------------------------------


def search(draft: Draft) -> Draft:
    """Rank what the office has published, unless the procedure is known already."""
    if draft.code:
        return draft
    ranking = draft.searcher.rank(draft.query)
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
    found = best_contacts(draft.query, draft.records.contacts()) or _contacts_found(draft)
    shown = office if office and (asks_for_office(draft.query) or not found) else None
    if not found and not shown:
        return draft
    return settle(draft, AnswerStatus.CONTACT, compose_contacts(found, office=shown))


def answer_guide(draft: Draft) -> Draft:
    """Quote how to use online public services."""
    first = draft.candidates[0] if draft.candidates else None
    led_here = _decided(draft) is Decision.ANSWER and first is not None and first.kind is RecordKind.GUIDE
    if draft.code or (draft.kind is not QuestionKind.PORTAL_HELP and not led_here):
        return draft
    best = next((candidate for candidate in draft.candidates if candidate.kind is RecordKind.GUIDE), None)
    guide = draft.records.guide(best.key) if best else None
    if guide is None:
        return draft
    return settle(draft, AnswerStatus.GUIDE, compose_guide(guide), used=best)


def answer_qa(draft: Draft) -> Draft:
    """Quote a published question when it is the first thing found."""
    if draft.code or not draft.candidates or _decided(draft) is not Decision.ANSWER:
        return draft
    best = draft.candidates[0]
    qa = draft.records.qa(best.key) if best.kind is RecordKind.QA else None
    if qa is None:
        return draft
    after = ConversationState(code=next(iter(qa.procedure_codes), ""), confidence=draft.confidence)
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
    if draft.kind is not QuestionKind.LEGAL_QUESTION or (draft.code and named(draft.query)):
        return draft
    return _with_staff(draft, AnswerStatus.UNANSWERABLE_LEGAL)


def answer_procedure(draft: Draft) -> Draft:
    """Quote what was asked of the procedure that is known by now."""
    procedure = _public(draft, draft.code)
    if procedure is None:
        return draft
    office = draft.records.office()
    composed = compose_procedure(
        procedure, draft.facets, full=draft.full, office=office, hotlines=_hotlines(draft)
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


def hand_over(draft: Draft) -> Draft:
    """Say honestly that it is not here, name the nearest, and give the question to staff."""
    nearest = tuple(
        members[0] for family in _families(draft.candidates) if (members := _within_reach(draft, family))
    )
    composed = compose_not_found(nearest[:_NEAREST], _hotlines(draft), draft.receipt)
    return settle(draft, AnswerStatus.UNANSWERABLE_NOT_FOUND, composed, receipt=True)


# --- small helpers -------------------------------------------------------------------------------


def _without_choices(state: ConversationState) -> ConversationState:
    return replace(state, choices=(), asked="", asked_facets=())


def _takes_choice(draft: Draft) -> bool:
    return chosen(draft.query, draft.state.choices) is not None


def _with_staff(draft: Draft, status: AnswerStatus) -> Draft:
    legal = status is AnswerStatus.UNANSWERABLE_LEGAL
    told = messages.legal_question(draft.receipt) if legal else messages.handed_over(draft.receipt)
    after = _without_choices(draft.state)
    return settle(draft, status, Composed((told,)), after=after, receipt=True)


def _public(draft: Draft, code: str) -> Procedure | None:
    procedure = draft.records.procedure(code) if code else None
    return procedure if procedure and procedure.is_public else None


def _hotlines(draft: Draft) -> tuple[Contact, ...]:
    return hotlines(draft.records.contacts(), draft.records.office())


def _decided(draft: Draft) -> Decision:
    return draft.ranking.decision if draft.ranking else Decision.HAND_OVER


def _may_be_told(draft: Draft, candidate: Candidate) -> bool:
    """Leave out what expired and what is internal."""
    if candidate.kind is RecordKind.QA:
        qa = draft.records.qa(candidate.key)
        return qa is not None and not _expired(draft, qa)
    return candidate.kind is not RecordKind.PROCEDURE or _public(draft, candidate.key) is not None


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
        return meant, len(meant) == 1 and only_procedures
    # What was decided on may not be told here (expired, another province): the rest was not decided on.
    return _fitting(draft, _families(draft.candidates)), False


def _fitting(draft: Draft, families: tuple[str, ...]) -> tuple[Procedure, ...]:
    office = draft.records.office()
    members = (_within_reach(draft, family) for family in families)
    return tuple(
        procedure for group in members if group for procedure in fitting(group, office, draft.query)
    )[:_OFFERED]


def _within_reach(draft: Draft, family: str) -> tuple[Procedure, ...]:
    """Return the members of *family* that were found and are not another province's."""
    keys = (candidate.key for candidate in draft.candidates if candidate.family == family)
    found = tuple(filter(None, (_public(draft, key) for key in keys)))
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
