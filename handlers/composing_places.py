"""Where a procedure is handled, whether it can be filed online, and for whom it is."""

from __future__ import annotations

import re

from handlers import messages_facts, messages_quoting
from handlers.composed import Told, listed
from handlers.composing_methods import modes
from handlers.composing_times import duration
from handlers.cutting import heading, shorten, tidy
from knowledge.records import Level, Office, OpeningHours, Procedure, SubmissionMode

_AGENCIES_SHOWN = 6
_ADDRESS_CHARACTERS = 500
_ROW_CHARACTERS = 400
# ``levels`` is the portal's flag and proves nothing; only the named agency tells who does it.
_AT_LEVEL = {
    Level.COMMUNE: re.compile(r"cấp xã|\bxã\b|\bphường\b|đặc khu", re.IGNORECASE),
    Level.PROVINCE: re.compile(r"cấp tỉnh|\btỉnh\b|thành phố|^sở\b", re.IGNORECASE),
}

# At the same level, and yet not where the people's committee is.
_OWN_DOOR = re.compile(r"công an|bảo hiểm xã hội|quân sự|biên phòng|hải quan|thuế|tòa án|đăng ký đất đai")


def where(procedure: Procedure, office: Office | None, *, full: bool) -> Told:
    """Tell the handling agencies, the ways to file, the addresses, and the office's own door."""
    lines = _in_charge(procedure, full=full)
    if ways := modes(procedure.submission_methods):
        lines.append(f"{messages_facts.WAYS}: {ways}")
    if addresses := tidy(procedure.submission_addresses):
        shown = addresses if full else shorten(addresses, _ADDRESS_CHARACTERS)
        lines.append(f"{messages_facts.ADDRESSES}:{chr(10) if chr(10) in shown else ' '}{shown}")
    told = lines or [messages_facts.NO_AGENCY]
    return Told("\n".join(told + _office(procedure, office)), silent=not procedure.handling_agencies)


def _in_charge(procedure: Procedure, *, full: bool) -> list[str]:
    lines = [_agencies(messages_facts.HANDLED_BY, procedure.handling_agencies, full=full)]
    if procedure.competent_agencies != procedure.handling_agencies:
        lines.append(_agencies(messages_facts.DECIDED_BY, procedure.competent_agencies, full=full))
    return [line for line in lines if line]


def _agencies(label: str, agencies: tuple[str, ...], *, full: bool) -> str:
    names = list(dict.fromkeys(" ".join(agency.split()).rstrip(" .;") for agency in agencies))
    if not names:
        return ""
    shown = names if full else names[:_AGENCIES_SHOWN]
    rest = f"; {messages_quoting.CONTINUED}" if len(shown) < len(names) else ""
    return f"{label}: {'; '.join(shown)}{rest}"


def _office(procedure: Procedure, office: Office | None) -> list[str]:
    if office is None:
        return []
    warning = [] if _may_handle(office, procedure) else [messages_quoting.NOT_HANDLED_HERE]
    return [*warning, messages_quoting.office_matter(office.name), office_lines(office)]


def _may_handle(office: Office, procedure: Procedure) -> bool:
    pattern = _AT_LEVEL.get(office.level)
    return pattern is None or any(
        pattern.search(agency) and _of_one_kind(agency, office.name) for agency in procedure.handling_agencies
    )


def _of_one_kind(agency: str, office: str) -> bool:
    """Say whether both or neither are one of the bodies with a door of their own."""
    return _OWN_DOOR.findall(agency.lower()) == _OWN_DOOR.findall(office.lower())


def office_lines(office: Office) -> str:
    """Return the office's address, hours and holidays as a list; what it did not give is left out."""
    lines = [f"{messages_quoting.ADDRESS}: {office.address}"] if office.address else []
    lines += [f"{messages_quoting.WORKING_HOURS}: {_hours(hours)}" for hours in office.opening_hours]
    lines += [f"{messages_quoting.HOLIDAYS}: {tidy(office.holidays)}"] if office.holidays else []
    return listed(lines)


def _hours(hours: OpeningHours) -> str:
    return f"{hours.days}, {hours.times}" + (f" ({hours.note})" if hours.note else "")


def online(procedure: Procedure, *, full: bool) -> Told:
    """Say whether the record has an online row, and quote what it says."""
    rows = [method for method in procedure.submission_methods if method.mode is SubmissionMode.ONLINE]
    if not rows:
        others = modes(procedure.submission_methods)
        ways = f" {messages_facts.WAYS}: {others}." if others else ""
        return Told(messages_facts.NO_ONLINE + ways, silent=True)
    quotes = [tidy(row.description) for row in rows]
    times = [f"{messages_facts.TIME_LIMIT}: {duration(row)}" for row in rows if duration(row)]
    shown = [quote if full else shorten(quote, _ROW_CHARACTERS) for quote in quotes if quote]
    return Told("\n".join(dict.fromkeys([messages_facts.ONLINE_YES, *times, *shown])))


def who(procedure: Procedure, *, full: bool) -> Told:
    """List for whom the procedure is, and who decides: "ai" and "cơ quan nào" are asked in one breath."""
    names = [heading(applicant) for applicant in procedure.applicants if applicant.strip()]
    told = [listed(names) if names else messages_facts.NO_APPLICANTS, *_in_charge(procedure, full=full)]
    return Told("\n".join(told), silent=not names)
