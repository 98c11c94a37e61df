"""
A published procedure and the facets asked for → the answer's text, with its source.

The order is the one an old person needs on a small screen: what was understood, the answer, whom to
ask where the record is silent, what else may be asked, and last where it all comes from.
"""

from __future__ import annotations

from datetime import date, timedelta

from handlers import messages_facts, messages_quoting
from handlers.answers import Source
from handlers.composed import Composed, Told
from handlers.composing_dossier import documents, form
from handlers.composing_fees import fee
from handlers.composing_places import online, where, who
from handlers.composing_rules import conditions, legal, result, steps
from handlers.composing_times import time
from handlers.cutting import heading, shorten
from handlers.sections import into_sections
from knowledge.passages import Facet
from knowledge.records import Contact, Office, Procedure, ProcedureStatus

_TITLE_CHARACTERS = 140
_OVERVIEW_CHARACTERS = 260
_MORE_SHOWN = 5
_STALE_AFTER = timedelta(days=120)
_PORTAL = "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/"

_IN_OVERVIEW = (Facet.WHERE, Facet.TIME, Facet.FEE, Facet.DOCUMENTS, Facet.RESULT)
# The order in which everything is told, and in which further questions are offered.
_ALL = (
    Facet.DOCUMENTS,
    Facet.FEE,
    Facet.TIME,
    Facet.WHERE,
    Facet.STEPS,
    Facet.ONLINE,
    Facet.FORM,
    Facet.CONDITIONS,
    Facet.WHO,
    Facet.RESULT,
    Facet.LEGAL,
)


def compose_procedure(
    procedure: Procedure,
    facets: tuple[Facet, ...],
    *,
    full: bool = False,
    office: Office | None = None,
    hotlines: tuple[Contact, ...] = (),
    replacements: tuple[Procedure, ...] = (),
    today: date | None = None,
) -> Composed:
    """
    Answer *facets* of *procedure*, in the order asked; no facet means an overview.

    Args:
        procedure: The record to quote; nothing else is.
        facets: What is asked.
        full: Everything published, uncut; otherwise the short form, cut at sentence borders. With
            no facet (or only the overview) and *full*, every facet is told.
        office: Adds the office's own address and hours to "where".
        hotlines: Contacts whose first phone number is named where the record is silent.
        replacements: Records of ``procedure.replaced_by``, to be named by title.
        today: Warns of knowledge more than 120 days old; ``None`` never warns.
    """
    asked = _asked(facets, full=full)
    told = {facet: tell(procedure, facet, full=full, office=office) for facet in asked}
    more = _more(procedure, asked, full=full)
    sections = [
        "\n".join([_opening(procedure), *_notices(procedure, replacements, today)]),
        *(part for facet in asked for part in _section(facet, told[facet])),
        *_ask_whom(tuple(told.values()), hotlines),
        *_offer(more, full=full),
        source_lines(procedure, full=full),
    ]
    return Composed(tuple(filter(None, sections)), source_of(procedure), more)


def tell(procedure: Procedure, facet: Facet, *, full: bool = False, office: Office | None = None) -> Told:
    """Return what *procedure* tells on one facet, without title, source or heading."""
    if facet is Facet.WHERE:
        return where(procedure, office, full=full)
    if facet is Facet.OVERVIEW:
        return overview(procedure)
    return _TELLERS[facet](procedure, full=full)


_TELLERS = {
    Facet.DOCUMENTS: documents,
    Facet.FEE: fee,
    Facet.TIME: time,
    Facet.STEPS: steps,
    Facet.CONDITIONS: conditions,
    Facet.ONLINE: online,
    Facet.FORM: form,
    Facet.RESULT: result,
    Facet.LEGAL: legal,
    Facet.WHO: who,
}


def overview(procedure: Procedure) -> Told:
    """Tell where, how long, how much, which papers and what comes of it, each in a few lines."""
    told = [(facet, tell(procedure, facet)) for facet in _IN_OVERVIEW]
    blocks = [
        f"{messages_facts.HEADINGS[facet]}:\n{shorten(part.text, _OVERVIEW_CHARACTERS)}"
        for facet, part in told
    ]
    return Told("\n\n".join(blocks), silent=any(part.silent for _, part in told))


def _asked(facets: tuple[Facet, ...], *, full: bool) -> tuple[Facet, ...]:
    asked = tuple(dict.fromkeys(facets)) or (Facet.OVERVIEW,)
    return _ALL if full and asked == (Facet.OVERVIEW,) else asked


def _opening(procedure: Procedure) -> str:
    title = shorten(heading(procedure.title), _TITLE_CHARACTERS)
    return messages_quoting.answer_title(title, sample=procedure.origin.sample)


def _notices(procedure: Procedure, replacements: tuple[Procedure, ...], today: date | None) -> list[str]:
    notices = [messages_quoting.provincial(procedure.province)] if procedure.province else []
    if procedure.status is ProcedureStatus.ABOLISHED:
        notices.append(messages_quoting.ABOLISHED)
    if procedure.status is ProcedureStatus.REPLACED:
        named = {new.code: f"{new.title} (mã {new.code})" for new in replacements}
        notices.append(
            messages_quoting.replaced(tuple(named.get(code, f"mã {code}") for code in procedure.replaced_by))
        )
    crawled_on = procedure.origin.crawled_on
    if today and crawled_on and today - crawled_on > _STALE_AFTER:
        notices.append(messages_quoting.stale(crawled_on))
    return notices


def _section(facet: Facet, told: Told) -> tuple[str, ...]:
    if facet is Facet.OVERVIEW:
        return tuple(part for block in told.text.split("\n\n") for part in into_sections(block))
    return into_sections(f"{messages_facts.HEADINGS[facet]}:\n{told.text}")


def _ask_whom(told: tuple[Told, ...], hotlines: tuple[Contact, ...]) -> list[str]:
    if not any(part.silent for part in told):
        return []
    return ["\n".join(line for line in (messages_quoting.ASK_THE_OFFICE, hotline_line(hotlines)) if line)]


def hotline_line(hotlines: tuple[Contact, ...]) -> str:
    """Return the line with the first number the office published; "" when there is none."""
    for contact in hotlines:
        for phone in contact.phones:
            return messages_quoting.ask_here(phone.number, phone.purpose or contact.name)
    return ""


def _more(procedure: Procedure, asked: tuple[Facet, ...], *, full: bool) -> tuple[Facet, ...]:
    shown = {*asked, *(_IN_OVERVIEW if Facet.OVERVIEW in asked and full else ())}
    held = _held(procedure)
    return tuple(facet for facet in _ALL if facet not in shown and held[facet])


def _held(procedure: Procedure) -> dict[Facet, bool]:
    """Say of each facet whether the record holds anything on it."""
    methods = procedure.submission_methods
    return {
        Facet.DOCUMENTS: any(case.documents for case in procedure.dossier_cases),
        Facet.FEE: any(method.charges for method in methods),
        Facet.TIME: bool(methods),
        Facet.WHERE: bool(procedure.handling_agencies or procedure.submission_addresses),
        Facet.STEPS: bool(procedure.stages),
        Facet.ONLINE: not online(procedure, full=False).silent,
        Facet.FORM: any(row.forms for case in procedure.dossier_cases for row in case.documents),
        Facet.CONDITIONS: bool(procedure.conditions),
        Facet.WHO: bool(procedure.applicants),
        Facet.RESULT: bool(procedure.outcomes),
        Facet.LEGAL: bool(procedure.legal_basis),
    }


def _offer(more: tuple[Facet, ...], *, full: bool) -> list[str]:
    if full and not more:
        return []
    return [
        messages_quoting.more_line(tuple(messages_facts.SHORT_NAMES[facet] for facet in more[:_MORE_SHOWN]))
    ]


def link_of(procedure: Procedure) -> str:
    """Return the procedure's page on the national portal, or the portal itself without an id."""
    return _PORTAL + procedure.portal_id


def source_lines(procedure: Procedure, *, full: bool) -> str:
    """Return the lines every procedure answer ends with: name, code, decision, dates, link, automatic."""
    title = " ".join(procedure.title.split()).strip(" .;")
    return "\n".join(
        [
            messages_quoting.source_name(
                title if full else shorten(title, _TITLE_CHARACTERS), procedure.code
            ),
            messages_quoting.source_decision(
                procedure.publishing_decision, procedure.publisher, procedure.decided_on
            ),
            messages_quoting.source_dates(procedure.updated_on, procedure.origin.crawled_on),
            link_of(procedure),
            messages_quoting.AUTOMATIC,
        ]
    )


def source_of(procedure: Procedure) -> Source:
    """Return *procedure* as the source of an answer; dated by the portal's last update."""
    return Source(
        kind="procedure",
        key=procedure.code,
        title=procedure.title,
        reference=procedure.publishing_decision,
        publisher=procedure.publisher,
        dated=procedure.updated_on.isoformat() if procedure.updated_on else "",
        link=link_of(procedure),
    )
