"""The steps, conditions, results and legal basis of a procedure."""

from __future__ import annotations

import re

from handlers import messages_facts
from handlers.composed import Told, listed
from handlers.cutting import bare, calm, shorten, tidy
from knowledge.records import LegalDocument, Procedure, Stage

_SHORT_CHARACTERS = 1000
_LEAST_PER_STAGE = 110
_RESULT_CHARACTERS = 300
_LEGAL_SHOWN = 6
_LEGAL_CHARACTERS = 150
_BARE_NO = re.compile(
    r"[\s\-]*không(?: (?:có|quy định|yêu cầu|áp dụng|điều kiện|có yêu cầu|có điều kiện))*[\s.]*",
    re.IGNORECASE,
)


def steps(procedure: Procedure, *, full: bool) -> Told:
    """Tell the stages in their published order and under their published labels."""
    stages = [stage for stage in procedure.stages if stage.text.strip() or stage.name.strip()]
    if not stages:
        return Told(messages_facts.NO_STEPS, silent=True)
    limit = None if full else max(_LEAST_PER_STAGE, _SHORT_CHARACTERS // len(stages))
    return Told("\n".join(_stage(stage, limit) for stage in stages))


def _stage(stage: Stage, limit: int | None) -> str:
    name = calm(bare(" ".join(stage.name.split())).rstrip(" :.-"))
    text = tidy(stage.text)
    if limit is not None:
        text = shorten(text, limit)
    if not name or not text:
        return f"- {name}" if name else text
    if text.lower().startswith(name.lower()):
        return text
    return f"{name}:{chr(10) if text.startswith(('- ', '+ ')) else ' '}{text}"


def conditions(procedure: Procedure, *, full: bool) -> Told:
    """Quote the conditions; a bare "Không" is told as what it means, with the word itself."""
    text = tidy(procedure.conditions)
    if not text:
        return Told(messages_facts.NO_CONDITIONS, silent=True)
    if _BARE_NO.fullmatch(text):
        return Told(messages_facts.no_condition(text.strip(" -.")))
    return Told(text if full else shorten(text, _SHORT_CHARACTERS))


def result(procedure: Procedure, *, full: bool) -> Told:
    """List what the citizen gets."""
    names = [bare(tidy(outcome)).rstrip(" .;") for outcome in procedure.outcomes if outcome.strip()]
    if not names:
        return Told(messages_facts.NO_RESULT, silent=True)
    return Told(listed(name if full else shorten(name, _RESULT_CHARACTERS) for name in names))


def legal(procedure: Procedure, *, full: bool) -> Told:
    """List number and title of the legal documents; the short form shows six and how many there are."""
    documents = procedure.legal_basis
    if not documents:
        return Told(messages_facts.NO_LEGAL, silent=True)
    shown = documents if full else documents[:_LEGAL_SHOWN]
    text = listed(_legal_document(document, full=full) for document in shown)
    return Told(
        text if len(shown) == len(documents) else f"{text}\n{messages_facts.legal_total(len(documents))}"
    )


def _legal_document(document: LegalDocument, *, full: bool) -> str:
    title = bare(" ".join(document.title.split())).rstrip(" .;")
    title = title if full else shorten(title, _LEGAL_CHARACTERS)
    code = document.code.strip()
    return title if not code or code in title else f"{code} – {title}" if title else code
