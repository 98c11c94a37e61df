"""Contacts, guides, published Q&A, choices and "not found" → the answer's text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from handlers import messages, messages_facts, messages_quoting, messages_staff
from handlers.answers import Choice, Source
from handlers.composed import Composed, listed
from handlers.composing import hotline_line
from handlers.composing_places import office_lines
from handlers.contacts import Wish
from handlers.cutting import heading, shorten, tidy
from handlers.sections import into_sections
from index.ranking import MOST_OFFERED
from knowledge.records import QA, Contact, Guide, Office, PhoneNumber, Procedure
from knowledge.text import fold, syllables

_NEAREST_SHOWN = 2
_LABEL_CHARACTERS = 110
_CONTACTS_SHOWN = 3

_LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]+)\)")
_MARKS = re.compile(r"(?<!\w)(?:\*\*|__|\*|_|`)(?=\S)|(?<=\S)(?:\*\*|__|\*|`)(?!\w)")
_HEADING = re.compile(r"^#{1,6}\s+", re.MULTILINE)


# --- contacts ------------------------------------------------------------------------------------


def compose_contacts(
    contacts: tuple[Contact, ...], *, office: Office | None = None, wish: Wish = Wish.ANY
) -> Composed:
    """
    Quote up to three *contacts*, best first, and the office's address and hours when *office* is set.

    Of all these only what *wish* asks for is told, where it was given. With neither contact nor
    office the text says so; ``source`` is the first contact, else the office, else ``None``.
    """
    shown = contacts[:_CONTACTS_SHOWN]
    blocks = [_contact(contact, wish) for contact in shown]
    if office is not None:
        blocks += _office_blocks(office, wish)
    sample = any(contact.origin.sample for contact in shown) or bool(office and office.origin.sample)
    title = messages_quoting.answer_title(messages_quoting.CONTACT_TITLE, sample=sample)
    sections = (title, *(blocks or [messages_quoting.NO_CONTACT]), messages_quoting.AUTOMATIC_CONTACT)
    return Composed(sections, _contact_source(shown, office))


def _office_blocks(office: Office, wish: Wish) -> list[str]:
    address = replace(office, opening_hours=(), holidays="")
    narrowed = {Wish.HOURS: replace(office, address=""), Wish.ADDRESS: address, Wish.RECEPTION: address}
    lines = office_lines(narrowed.get(wish, office)) or office_lines(office)
    reception = f"{messages_quoting.RECEPTION}:\n{tidy(office.reception_schedule)}"
    blocks = [f"{messages_quoting.office_matter(office.name)}\n{lines}"]
    if office.reception_schedule and wish in (Wish.ANY, Wish.RECEPTION):
        blocks.insert(0 if wish is Wish.RECEPTION else 1, reception)
    return blocks


def _contact(contact: Contact, wish: Wish) -> str:
    hours = [f"{messages_quoting.WORKING_HOURS}: {contact.hours}"] if contact.hours else []
    if wish is Wish.HOURS and hours:
        return f"{contact.name}:\n{listed(hours)}"
    lines = [_phone(phone) for phone in contact.phones] or [messages_quoting.NO_PHONE]
    lines += [f"{messages_quoting.ADDRESS}: {contact.address}"] if contact.address else []
    lines += hours
    lines += [f"{messages_quoting.EMAIL}: {contact.email}"] if contact.email else []
    lines += [f"{messages_quoting.WEBSITE}: {contact.website}"] if contact.website else []
    lines += [messages_quoting.checked(contact.checked_on)] if contact.checked_on else []
    return f"{contact.name}:\n{listed(lines)}"


def _phone(phone: PhoneNumber) -> str:
    purpose = f" – {phone.purpose}" if phone.purpose else ""
    return f"{phone.number}{purpose}" + (f" ({phone.hours})" if phone.hours else "")


def _contact_source(contacts: tuple[Contact, ...], office: Office | None) -> Source | None:
    if contacts:
        first = contacts[0]
        dated = first.checked_on.isoformat() if first.checked_on else ""
        return Source(
            "contact", first.contact_id, first.name, first.origin.source, first.unit, dated, first.website
        )
    if office:
        return Source("office", "office", office.name, office.origin.source, office.name, "", office.website)
    return None


# --- guides and published questions --------------------------------------------------------------


def compose_complaint(guide: Guide) -> Composed:
    """Quote *guide*, after a calm word to somebody who complains."""
    quoted = compose_guide(guide)
    return replace(quoted, sections=(messages.COMPLAINT, *quoted.sections))


def compose_guide(guide: Guide) -> Composed:
    """Quote *guide* as plain text (no Markdown marks), with who published it and when checked."""
    source = messages_quoting.guide_source(guide.source, guide.checked_on) if guide.source else ""
    ending = "\n".join(line for line in (source, guide.link, messages_quoting.AUTOMATIC) if line)
    sections = (
        messages_quoting.answer_title(guide.title, sample=guide.origin.sample),
        *into_sections(plain_text(guide.body)),
        ending,
    )
    dated = guide.checked_on.isoformat() if guide.checked_on else ""
    cited = Source("guide", guide.guide_id, guide.title, guide.source, guide.source, dated, guide.link)
    return Composed(sections, cited)


def plain_text(markdown: str) -> str:
    r"""
    Return paragraphs and lists of *markdown* without its marks; a link keeps its address.

    >>> plain_text("## Bước\n\n- Vào [Cổng](https://a.vn)\n- Chọn **Nộp**")
    'Bước\n- Vào Cổng (https://a.vn)\n- Chọn Nộp'
    """
    text = _LINK.sub(lambda link: link[2] if link[1] in ("", link[2]) else f"{link[1]} ({link[2]})", markdown)
    text = _MARKS.sub("", _HEADING.sub("", text))
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


def compose_qa(qa: QA) -> Composed:
    """Quote a published question and its official answer, with who approved it and when."""
    sample = f" {messages_quoting.SAMPLE}" if qa.origin.sample else ""
    approved = messages_quoting.approved(qa.approved_by, qa.approved_on) if qa.approved_by else ""
    codes = messages_quoting.rests_on(qa.procedure_codes) if qa.procedure_codes else ""
    sections = (
        messages_quoting.question_title(qa.question.strip()) + sample,
        *into_sections(f"{messages_quoting.ANSWERED}\n{plain_text(qa.answer)}"),
        "\n".join(line for line in (approved, codes, messages_quoting.AUTOMATIC_QA) if line),
    )
    dated = qa.approved_on.isoformat() if qa.approved_on else ""
    return Composed(sections, Source("qa", qa.qa_id, qa.question, qa.approved_by, qa.approved_by, dated, ""))


# --- asking back, not found ------------------------------------------------------------------------


# "Cấp lại Giấy chứng nhận do bị mất" is about land, and its title does not say so.
_SHORT_TITLE = 40


def choices_for(procedures: tuple[Procedure, ...]) -> tuple[Choice, ...]:
    """
    Return up to four choices, labelled so that they can be told apart, and "none of these" last.

    Titles that read the same get what differs: the province, the level, the handling agency, the
    field, and in the end the code, which always differs.
    """
    shown = procedures[:MOST_OFFERED]
    labels = [_label(procedure, shown) for procedure in shown]
    for difference in _DIFFERENCES:
        seen = Counter(map(fold, labels))
        if len(seen) == len(labels):
            break
        told = [difference(procedure) for procedure in shown]
        labels = [
            f"{label} ({told[number]})"
            if seen[fold(label)] > 1 and told[number] and _tells(labels, told, label)
            else label
            for number, label in enumerate(labels)
        ]
    named = [Choice(procedure.code, label) for procedure, label in zip(shown, labels, strict=True)]
    return (*named, Choice("", messages.NONE_OF_THESE))


def _label(procedure: Procedure, shown: tuple[Procedure, ...]) -> str:
    """Return the title; with its field when it is short and the others are of other fields."""
    title = shorten(heading(procedure.title), _LABEL_CHARACTERS)
    fields = {other.sector for other in shown}
    told = procedure.sector if len(fields) > 1 or len(shown) == 1 else ""
    clear = len(title) > _SHORT_TITLE or set(syllables(fold(told))) & set(syllables(fold(title)))
    return title if clear or not told else f"{title} ({told})"


def _tells(labels: list[str], told: list[str], label: str) -> bool:
    """Say whether *told* differs among the choices that share *label*, be it "hủy" or "huỷ"."""
    return len({words for words, other in zip(told, labels, strict=True) if fold(other) == fold(label)}) > 1


_DIFFERENCES: tuple[Callable[[Procedure], str], ...] = (
    lambda procedure: messages_quoting.province_name(procedure.province) if procedure.province else "",
    lambda procedure: ", ".join(messages_facts.LEVELS[level] for level in procedure.levels),
    lambda procedure: shorten("; ".join(procedure.handling_agencies), _LABEL_CHARACTERS),
    lambda procedure: procedure.sector,
    lambda procedure: messages_quoting.with_code(procedure.code),
)


def compose_choices(choices: tuple[Choice, ...]) -> Composed:
    """Ask back: the *choices* numbered from 1, as ``choices_for`` made them."""
    numbered = "\n".join(f"{number}. {choice.label}" for number, choice in enumerate(choices, start=1))
    return Composed((f"{messages.WHICH_ONE}\n{numbered}", messages.MARK))


def compose_not_found(
    nearest: tuple[Procedure, ...], hotlines: tuple[Contact, ...], receipt: str
) -> Composed:
    """
    Say honestly that nothing fits, name the *nearest* one or two, the hotline and the receipt code.

    The first two may be empty and are then not mentioned; without a receipt staff have not got it.
    """
    names = [choice.label for choice in choices_for(nearest[:_NEAREST_SHOWN])[:-1]]
    sections = (
        messages.NOT_FOUND,
        f"{messages.NEAREST}\n{listed(names)}" if names else "",
        messages_staff.receipt_line(receipt),
        hotline_line(hotlines),
        messages.MARK,
    )
    return Composed(tuple(filter(None, sections)))
