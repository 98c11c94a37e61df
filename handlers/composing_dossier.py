"""The papers and the forms of a procedure."""

from __future__ import annotations

import re

from handlers import messages_facts
from handlers.composed import Told, listed
from handlers.cutting import bare, heading, shorten, tidy
from knowledge.records import DossierCase, Procedure, RequiredDocument

SHORT_CHARACTERS = 1100  # what the short form aims at
_LEAST_PER_PAPER = 90
_LONGEST = 2200  # beyond this, and with several cases, the short form names the cases only
_NOTES_SHOWN = 2
_NOTE_CHARACTERS = 170
_CASE_NAME_CHARACTERS = 160
_MENTIONS_SHOWN = 5
_MENTION_CHARACTERS = 200
_AFTER_ALL = 100  # papers without a number, behind the numbered ones
_OWN_NUMBER = re.compile(r"(\d{1,2})[.)]\s*[^\W\d]")
_SAYS_NOTE = re.compile(r"^lưu ý *:?\s*[-+*]?\s*", re.IGNORECASE)
_MENTIONS_FORM = re.compile(r"\b(?:mẫu|tờ khai|đơn|phiếu)\b", re.IGNORECASE)


def documents(procedure: Procedure, *, full: bool) -> Told:
    """
    List the papers case by case with their quantities, then the notes.

    The short form shortens each paper's text before it leaves any paper out: a list that
    silently ends early sends a citizen home for the missing paper.
    """
    cases = [case for case in procedure.dossier_cases if case.documents or case.name.strip()]
    if not any(case.documents for case in cases):
        return Told(
            "\n".join([messages_facts.NO_DOCUMENTS, *(heading(case.name) for case in cases)]), silent=True
        )
    papers = [document for case in cases for document in case.documents if not document.is_note]
    if not papers:  # every row carries 0/0: the rows are all there is, so they are no mere notes
        return Told(_uncounted(cases, full=full))
    limit = None if full else _limit_per_paper(papers)
    blocks = [block for case in cases if (block := _case(case, limit))]
    if not full and len(blocks) > 2 and sum(map(len, blocks)) > _LONGEST:
        return Told(f"{messages_facts.PAPERS_DIFFER}\n{listed(_case_names(cases))}")
    return Told("\n".join(blocks + _notes(cases, full=full)))


def _case_names(cases: list[DossierCase]) -> list[str]:
    """Name the cases that have papers; one without a name is named by its first paper."""
    named = [case for case in cases if not all(document.is_note for document in case.documents)]
    names = (heading(case.name) or bare(tidy(case.documents[0].name)) for case in named)
    return [shorten(name, _CASE_NAME_CHARACTERS) for name in names]


def _limit_per_paper(papers: list[RequiredDocument]) -> int:
    if sum(len(paper.name) for paper in papers) <= SHORT_CHARACTERS:
        return SHORT_CHARACTERS
    return max(_LEAST_PER_PAPER, SHORT_CHARACTERS // len(papers))


def _case(case: DossierCase, limit: int | None) -> str:
    papers = [_paper(document, limit) for document in _in_order(case)]
    if not papers:
        return ""
    name = heading(case.name)
    if limit is not None:
        name = heading(shorten(name, _CASE_NAME_CHARACTERS))
    return (f"{name}:\n" if name else "") + listed(papers)


def _in_order(case: DossierCase) -> list[RequiredDocument]:
    """Return the papers of *case*: where most carry a number of their own by it, else as published."""
    papers = [document for document in case.documents if not document.is_note]
    numbers = [_own_number(paper) for paper in papers]
    stated = [number for number in numbers if number]
    if len(set(stated)) < len(stated) or len(stated) <= len(papers) / 2:
        return papers
    in_order = sorted(zip(numbers, papers, strict=True), key=lambda pair: pair[0] or _AFTER_ALL)
    return [paper for _, paper in in_order]


def _own_number(paper: RequiredDocument) -> int:
    """Return the number that *paper* begins with, below 100; 0 when it has none."""
    found = _OWN_NUMBER.match(bare(paper.name))
    return int(found[1]) if found else 0


def _paper(document: RequiredDocument, limit: int | None) -> str:
    name = bare(tidy(document.name)).rstrip(" ;.,")
    name = name if limit is None else shorten(name, limit)
    quantity = messages_facts.copies(document.originals, document.copies)
    return f"{name} ({quantity})" if quantity else name


def _notes(cases: list[DossierCase], *, full: bool) -> list[str]:
    """Rows with no quantity, under one heading; the name of a case of nothing but notes leads them."""
    rows = [document for case in cases for document in case.documents if document.is_note]
    notes = [note for row in rows if (note := _SAYS_NOTE.sub("", bare(tidy(row.name))))]
    if not notes:
        return []
    if full:
        return [f"{messages_facts.NOTES}\n{listed(notes)}"]
    shown = [shorten(note, _NOTE_CHARACTERS) for note in notes[:_NOTES_SHOWN]]
    rest = f"\n{messages_facts.MORE_NOTES}" if len(notes) > _NOTES_SHOWN else ""
    return [f"{messages_facts.NOTES}\n{listed(shown)}{rest}"]


def _uncounted(cases: list[DossierCase], *, full: bool) -> str:
    limit = None if full else _limit_per_paper([document for case in cases for document in case.documents])
    blocks = [messages_facts.UNCOUNTED_PAPERS]
    for case in cases:
        name = heading(case.name)
        rows = listed(_paper(document, limit) for document in case.documents)
        blocks.append((f"{name}:\n" if name else "") + rows)
    return "\n".join(blocks)


def form(procedure: Procedure, *, full: bool) -> Told:
    """List the attached forms by their published names; without any, the papers that mention one."""
    rows = [document for case in procedure.dossier_cases for document in case.documents]
    names = dict.fromkeys(form.name.strip() for row in rows for form in row.forms if form.name.strip())
    if names:
        return Told(listed(names))
    mentions = [
        _paper(row, None if full else _MENTION_CHARACTERS)
        for row in rows
        if not row.is_note and _MENTIONS_FORM.search(row.name)
    ]
    if not mentions:
        return Told(messages_facts.NO_FORM, silent=True)
    shown = mentions if full else mentions[:_MENTIONS_SHOWN]
    return Told(f"{messages_facts.NO_FORM} {messages_facts.MENTIONED_FORMS}\n{listed(shown)}")
