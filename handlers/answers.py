"""
Questions and answers as records. No dict and no messenger's type crosses this line.

The doors give a ``Question`` in and get an ``Answer`` out; everything else is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from knowledge.passages import Facet


class AnswerStatus(StrEnum):
    """How a question ended. The first word groups them in every chart."""

    ANSWERED = "answered"  # a published procedure (or published Q&A) was quoted
    CLARIFICATION = "clarification"  # asked back with choices
    CONTACT = "contact"  # a contact was quoted
    GUIDE = "guide"  # a guide was quoted
    GREETING = "greeting"  # greeting, thanks, help
    UNANSWERABLE_NOT_FOUND = "unanswerable_not_found"  # no such procedure here; logged for staff
    UNANSWERABLE_LEGAL = "unanswerable_legal"  # asks for legal advice; logged for staff
    UNANSWERABLE_HANDED_OVER = "unanswerable_handed_over"  # the citizen asked for a person; logged
    REFUSED_OUT_OF_SCOPE = "refused_out_of_scope"
    REFUSED_ACTION = "refused_action"  # wants the bot to act for them
    REFUSED_SECRET = "refused_secret"  # passwords, OTP: fraud warning
    REFUSED_ABUSE = "refused_abuse"
    REFUSED_INJECTION = "refused_injection"
    ERROR_NO_INDEX = "error_no_index"


class QuestionKind(StrEnum):
    """What sort of question it is, decided before anything is searched for in earnest."""

    PROCEDURE = "procedure"
    CONTACT = "contact"
    PORTAL_HELP = "portal_help"
    COMPLAINT = "complaint"  # about officers, decisions, the surroundings
    LEGAL_QUESTION = "legal_question"
    HUMAN = "human"  # asks for an officer
    GREETING = "greeting"
    OUT_OF_SCOPE = "out_of_scope"
    ACTION = "action"
    SECRET = "secret"
    ABUSE = "abuse"
    INJECTION = "injection"


@dataclass(frozen=True, slots=True)
class Question:
    """
    One message of one citizen, as typed, or what a pressed button stands for.

    ``conversation`` names the thread it belongs to; ``about`` is the number of the answer that the
    button stood under, 0 when nothing was pressed.
    """

    text: str
    conversation: str
    about: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """
    The record an answer quotes; every field is the record's own.

    ``reference`` is the decision (procedure), the source (guide) or who approved it (QA).
    ``dated`` is ISO 8601 or "".
    """

    kind: str
    key: str
    title: str
    reference: str
    publisher: str
    dated: str
    link: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One numbered choice of a clarification: what the citizen reads, and the record behind it."""

    key: str  # procedure code; "" = "none of these"
    label: str


@dataclass(frozen=True, slots=True)
class StepTrace:
    """What one step did: its name, how long it took and one line for staff (no citizen's words)."""

    name: str
    ms: float
    note: str


@dataclass(frozen=True, slots=True)
class Rating:
    """
    What a citizen thinks of answer ``number``.

    ``value`` is one of ``messages_doors.RATINGS``, ``reason`` one of ``REASONS`` or "".
    """

    number: int
    value: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    r"""
    What the citizen gets, and why.

    Attributes:
        text: The whole message, plain Vietnamese text with line breaks.
        sections: The same text cut where it may be split, so that ``"\n\n".join(sections) == text``.
        codes: Ranked procedure codes, at most 10, families flattened; ``()`` when nothing was searched.
        choices: What the citizen may choose from; ``()`` unless the status is clarification.
        confidence: 0..1, that the first code is right.
        receipt: Code under which staff will answer, "" when the question is not with staff.
        more: Facets that the citizen may ask for next ("đầy đủ" for all).
        generation: Index generation that was quoted.
        number: Under which the answer is stored, and may be rated; 0 when it is not stored.
        code: Procedure that was quoted, "" otherwise.
        asks_reason: It answers a thumb down and offers reasons; ``number`` is then the answer rated.
        greets: Its first section is the greeting, which a door may say in its own words.
        forgets: Everything that the conversation asked is deleted with it.
    """

    status: AnswerStatus
    kind: QuestionKind
    text: str
    sections: tuple[str, ...]
    facets: tuple[Facet, ...] = ()
    codes: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    confidence: float = 0.0
    sources: tuple[Source, ...] = ()
    receipt: str = ""
    more: tuple[Facet, ...] = ()
    generation: str = ""
    trace: tuple[StepTrace, ...] = ()
    hits_used: tuple[str, ...] = ()
    hits_rejected: tuple[str, ...] = ()
    number: int = 0
    code: str = ""
    asks_reason: bool = False
    greets: bool = False
    forgets: bool = False
