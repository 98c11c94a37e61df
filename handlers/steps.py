"""
The earlier steps of a question, one function each: what needs no search.

``steps_answering.py`` has the later ones, ``steps_staff.py`` those that give a question to staff,
``answering.py`` the order of all.

A step that has nothing to say to a question returns the draft as it came. What a citizen reads is in
``messages.py``; records become text in ``composing*.py``.
"""

from __future__ import annotations

import re
from dataclasses import replace

from handlers import messages, messages_facts, messages_staff
from handlers.answers import AnswerStatus, QuestionKind
from handlers.composed import Composed
from handlers.contacts import published_numbers
from handlers.conversations import RECEIPT_ALPHABET
from handlers.facets import detect, named
from handlers.followups import (
    asks_for_everything,
    chosen,
    is_follow_up,
    says_nothing,
    wants_everything,
)
from handlers.foreign import is_foreign
from handlers.kinds import Greeting, greeting_of, is_abroad, is_emergency, recognise
from handlers.personal_data import redact, remove
from handlers.pipeline import Draft, settle
from handlers.state import RETENTION_DAYS
from handlers.steps_staff import handed_over_before, none_of_these, without_choices
from knowledge.passages import Facet
from knowledge.phrases import typed_syllables
from knowledge.text import clean, fold

LONGEST_QUESTION = 4000  # characters; a Telegram message holds 4,096
_CODE = re.compile(r"(?<![\w.])\d\.\d{6}(?![\w.]*\d)")
_PRESSED = re.compile(r"(?P<what>.+?)(?: cua)? thu tuc (?P<code>\d\.\d{6})")
_FACETS = {fold(name): facet for facet, name in messages_facts.SHORT_NAMES.items()}
_RECEIPT = re.compile(rf"(?<!\w)dh[ -]?([{RECEIPT_ALPHABET}]{{4,6}})(?!\w)", re.IGNORECASE)
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
    hides = redacted != clean(text)
    note = "personal data hidden" if hides else ""
    return replace(draft, redacted=redacted, hides=hides, query=remove(text, published), note=note)


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
    text = messages.ABROAD if draft.kind is QuestionKind.OUT_OF_SCOPE and is_abroad(draft.query) else text
    return settle(draft, status, Composed((text,)), after=without_choices(draft.state))


def take_up_press(draft: Draft) -> Draft:
    """Take a button's words for what the button means, however old the message it stood under."""
    about, said = draft.question.about, fold(draft.query)
    none_of_these = said == fold(messages.NONE_OF_THESE)
    if none_of_these or (about and _CODE.fullmatch(said)):
        offered = draft.state if draft.state.choices and not about else draft.offered(about)
        if offered is None:
            return draft
        state = replace(
            draft.state, choices=offered.choices, asked=offered.asked, asked_facets=offered.asked_facets
        )
        return replace(draft, kind=QuestionKind.PROCEDURE, state=state, note="a choice of before")
    pressed = _PRESSED.fullmatch(said)
    if pressed is None or draft.public_procedure(pressed["code"]) is None:
        return draft
    facet = _FACETS.get(pressed["what"])
    if facet is None and pressed["what"] != fold(messages.FULL):
        return draft
    return replace(
        draft,
        kind=QuestionKind.PROCEDURE,
        code=pressed["code"],
        confidence=1.0,
        facets=(facet,) if facet else (),
        full=facet is None,
        note="a part of a procedure named by its code",
    )


def tell_receipt(draft: Draft) -> Draft:
    """Tell what became of a question that is with staff, by its receipt alone."""
    typed = _RECEIPT.search(draft.query)
    if typed is None:
        return draft
    receipt = f"DH-{typed[1].upper()}"
    told = draft.told_of(receipt)
    certain = any(map(str.isdigit, receipt)) or _RECEIPT.fullmatch(draft.query.strip(" .?!"))
    if not told and not certain:  # "ĐH CNTT" is a university
        return draft
    text = messages_staff.NO_RECEIPT_NOW if told is None else told or messages_staff.receipt_unknown(receipt)
    sections = tuple(text.split("\n\n"))
    return settle(draft, AnswerStatus.CLARIFICATION, Composed(sections), after=draft.state)


def greet(draft: Draft) -> Draft:
    """Greet, thank, explain; an empty message is asked for its question."""
    if not typed_syllables(draft.query):
        text = messages.PERSONAL_DATA if draft.hides else messages.EMPTY
        return settle(draft, AnswerStatus.CLARIFICATION, Composed((text,)), after=draft.state)
    takes_choice = chosen(draft.query, draft.state.choices) is not None
    if draft.kind is not QuestionKind.GREETING or takes_choice:
        return draft
    greeting = greeting_of(draft.query)
    return settle(
        draft,
        AnswerStatus.GREETING,
        Composed((_GREETINGS[greeting],)),
        after=without_choices(draft.state),
        greets=greeting is Greeting.HELLO,
    )


# --- what the conversation already holds -----------------------------------------------------------


def take_up_choice(draft: Draft) -> Draft:
    """Take the message as the answer to the choices offered last, with the facets asked then."""
    if draft.code:
        return draft
    choice = chosen(draft.query, draft.state.choices)
    if choice is None:
        if _NUMBER.fullmatch(draft.query):
            if (asked := handed_over_before(draft)) is not None:
                return none_of_these(draft, asked)
            text = messages.NOT_A_CHOICE if draft.state.choices else messages.NO_TOPIC
            return settle(draft, AnswerStatus.CLARIFICATION, Composed((text,)), after=draft.state)
        state = without_choices(draft.state) if draft.state.choices else replace(draft.state, rated=0)
        return replace(draft, state=state)
    draft = replace(draft, kind=QuestionKind.PROCEDURE, facets=draft.state.asked_facets)
    if not choice.key:
        # Staff get the question that was asked, not the number that was typed.
        return none_of_these(draft, draft.state.asked)
    # Whoever reads it later reads what was asked and chosen: "2" says nothing.
    asked = " – ".join(filter(None, (draft.state.asked, choice.label)))
    full = asks_for_everything(draft.state.asked)
    return replace(draft, redacted=asked, code=choice.key, confidence=1.0, full=full, note="choice taken")


def follow_up(draft: Draft) -> Draft:
    """Stay with the procedure in hand when the message has no topic of its own."""
    if draft.code or draft.kind not in _ABOUT_A_PROCEDURE:
        return draft
    everything, facets = wants_everything(draft.query), named(draft.query)
    portal_itself = draft.kind is QuestionKind.PORTAL_HELP and Facet.ONLINE not in facets
    if portal_itself:
        return draft
    if not (everything or facets):
        return _without_a_word(draft)
    in_hand = draft.public_procedure(draft.state.code)
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
    if Facet.ONLINE in facets and is_follow_up(draft.query, ""):
        return replace(draft, kind=QuestionKind.PORTAL_HELP, note="filing online, whatever the procedure")
    if everything or is_follow_up(draft.query, ""):
        # What is asked of the procedure is known already; its name comes with the next message.
        after = replace(without_choices(draft.state), asked_facets=facets)
        return settle(draft, AnswerStatus.CLARIFICATION, Composed((messages.NO_TOPIC,)), after=after)
    return draft


def _without_a_word(draft: Draft) -> Draft:
    """Ask what is meant by "ủa sao vậy" or "tôi muốn hỏi": there is nothing to search for."""
    if draft.kind is not QuestionKind.PROCEDURE or not says_nothing(draft.query):
        return draft
    return settle(draft, AnswerStatus.CLARIFICATION, Composed((messages.NO_TOPIC,)), after=draft.state)


def look_up_code(draft: Draft) -> Draft:
    """Take a procedure by the code that the question names."""
    if draft.code:
        return draft
    typed = _CODE.findall(draft.query)
    found = next((code for code in typed if draft.public_procedure(code)), "")
    if found:
        return replace(draft, code=found, confidence=1.0, note="code named")
    if typed:  # the nearest procedure would be another one
        told = Composed((messages.UNKNOWN_CODE,))
        return settle(draft, AnswerStatus.UNANSWERABLE_NOT_FOUND, told, after=draft.state)
    return draft


def ask_in_vietnamese(draft: Draft) -> Draft:
    """Tell whoever writes in another language what is understood here; nothing published is near it."""
    if draft.code or draft.kind is not QuestionKind.PROCEDURE or not is_foreign(draft.query):
        return draft
    told = Composed((messages.NOT_VIETNAMESE,))
    return settle(draft, AnswerStatus.CLARIFICATION, told, after=draft.state)


def detect_facets(draft: Draft) -> Draft:
    """Find out what about the procedure is asked; the overview when nothing in particular is."""
    if draft.full or asks_for_everything(draft.query):
        return replace(draft, facets=draft.facets or (Facet.OVERVIEW,), full=True, note="everything")
    asked_before = () if named(draft.query) else draft.state.asked_facets
    facets = draft.facets or asked_before or detect(draft.query)
    return replace(draft, facets=facets, note=", ".join(facets))
