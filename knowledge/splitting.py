"""
Cutting a record into passages: one for its name, one per facet, one per phrasing it answers.

Nothing is added to what was published but the label a reader needs to understand a row
("Trực tiếp: …"), because these texts are searched and shown to staff as evidence. What a citizen
reads is composed from the record itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from knowledge.passages import Facet, Passage, PassagePart, RecordKind
from knowledge.records import (
    QA,
    Charge,
    ChargeKind,
    Contact,
    DossierCase,
    Guide,
    Procedure,
    SubmissionMethod,
    SubmissionMode,
    TimeUnit,
)

MAX_CHARACTERS = 1200  # of one passage; longer facets are cut at line borders

_MODE = {
    SubmissionMode.DIRECT: "Trực tiếp",
    SubmissionMode.ONLINE: "Trực tuyến",
    SubmissionMode.POSTAL: "Bưu chính công ích",
}
_UNIT = {
    TimeUnit.WORKING_DAY: "ngày làm việc",
    TimeUnit.DAY: "ngày",
    TimeUnit.HOUR: "giờ",
    TimeUnit.MONTH: "tháng",
    TimeUnit.YEAR: "năm",
}
_CHARGE = {ChargeKind.FEE: "Phí", ChargeKind.CHARGE: "Lệ phí", ChargeKind.PRICE: "Mức giá"}


def passages_of(record: Procedure | Contact | Guide | QA) -> tuple[Passage, ...]:
    """
    Return the passages of *record*: its name first, then its facets in the order of ``Facet``.

    An empty facet gives none. An internal procedure gives none at all, so that it can never be
    found; an abolished or replaced one is cut like any other, so that we can say what became of it.
    """
    match record:
        case Procedure():
            return tuple(_procedure(record)) if record.is_public else ()
        case Contact():
            return tuple(_asking(RecordKind.CONTACT, record.contact_id, record.name, record.about))
        case Guide():
            return (
                *_asking(RecordKind.GUIDE, record.guide_id, record.title, record.questions),
                *_bodies(RecordKind.GUIDE, record.guide_id, Facet.OVERVIEW, record.body),
            )
        case QA():
            return (
                *_asking(RecordKind.QA, record.qa_id, record.question, record.also_asked),
                *_bodies(RecordKind.QA, record.qa_id, Facet.OVERVIEW, record.answer),
            )


def record_id(kind: RecordKind, key: str) -> str:
    """
    Return the part of a passage id that names the record.

    >>> record_id(RecordKind.PROCEDURE, "1.001193"), record_id(RecordKind.GUIDE, "quen-mat-khau")
    ('1.001193', 'guide/quen-mat-khau')
    """
    return key if kind is RecordKind.PROCEDURE else f"{kind}/{key}"


def asked_passage(kind: RecordKind, key: str, number: int, text: str) -> Passage:
    """Return the passage for the *number*-th (from 1) citizen's wording of a record's matter."""
    passage_id = f"{record_id(kind, key)}#asked-{number}"
    return Passage(passage_id, kind, key, PassagePart.ASKED, Facet.OVERVIEW, text)


def _asking(kind: RecordKind, key: str, title: str, asked: Iterable[str]) -> Iterator[Passage]:
    passage_id = f"{record_id(kind, key)}#title"
    yield Passage(passage_id, kind, key, PassagePart.TITLE, Facet.OVERVIEW, title)
    for number, text in enumerate(asked, 1):
        yield asked_passage(kind, key, number, text)


def _bodies(kind: RecordKind, key: str, facet: Facet, text: str) -> Iterator[Passage]:
    for number, piece in enumerate(cut(text), 1):
        suffix = f"-{number}" if number > 1 else ""
        passage_id = f"{record_id(kind, key)}#{facet}{suffix}"
        yield Passage(passage_id, kind, key, PassagePart.BODY, facet, piece)


def _procedure(procedure: Procedure) -> Iterator[Passage]:
    yield from _asking(RecordKind.PROCEDURE, procedure.code, procedure.title, ())
    for facet in Facet:
        text = facet_text(procedure, facet)
        yield from _bodies(RecordKind.PROCEDURE, procedure.code, facet, text)


def facet_text(procedure: Procedure, facet: Facet) -> str:
    """Return what *procedure* publishes about *facet*, one statement a line; "" when nothing."""
    return "\n".join(line.strip() for line in _lines(procedure, facet) if line.strip())


def _lines(procedure: Procedure, facet: Facet) -> Iterable[str]:
    match facet:
        case Facet.OVERVIEW:
            return _overview(procedure)
        case Facet.DOCUMENTS:
            return _documents(procedure.dossier_cases)
        case Facet.FEE:
            return _fees(procedure.submission_methods)
        case Facet.TIME:
            return _times(procedure.submission_methods)
        case Facet.WHERE:
            return _where(procedure)
        case Facet.STEPS:
            return (f"{stage.name}: {stage.text}" if stage.name else stage.text for stage in procedure.stages)
        case Facet.CONDITIONS:
            return (procedure.conditions,)
        case Facet.ONLINE:
            return _online(procedure.submission_methods)
        case Facet.FORM:
            return _forms(procedure.dossier_cases)
        case Facet.RESULT:
            return procedure.outcomes
        case Facet.LEGAL:
            return (f"{law.code} {law.title}" for law in procedure.legal_basis)
        case Facet.WHO:
            return procedure.applicants


def _overview(procedure: Procedure) -> Iterator[str]:
    yield procedure.description
    yield _labelled("Lĩnh vực", (procedure.sector,))
    yield _labelled("Kết quả", procedure.outcomes)
    yield _labelled("Đối tượng", procedure.applicants)
    yield _labelled("Cơ quan thực hiện", procedure.handling_agencies)
    yield _labelled("Từ khóa", procedure.keywords)


def _labelled(label: str, values: Iterable[str]) -> str:
    joined = "; ".join(value for value in values if value)
    return f"{label}: {joined}" if joined else ""


def _documents(cases: Iterable[DossierCase]) -> Iterator[str]:
    for case in cases:
        yield case.name
        yield from (f"- {document.name}" for document in case.documents if document.name)


def _forms(cases: Iterable[DossierCase]) -> Iterable[str]:
    forms = (form.name for case in cases for document in case.documents for form in document.forms)
    return dict.fromkeys(forms)


def _fees(methods: Iterable[SubmissionMethod]) -> Iterator[str]:
    for method in methods:
        charges = [text for charge in method.charges if (text := _charge(charge))]
        yield _labelled(_MODE[method.mode], charges)


def _charge(charge: Charge) -> str:
    """Return the published amount or wording; an amount of 0 is no amount (see ``Charge``)."""
    amount = f"{charge.amount:,.0f} {charge.currency}".replace(",", ".") if charge.amount else ""
    return _labelled(_CHARGE[charge.kind], (amount.strip(), charge.description))


def _times(methods: Iterable[SubmissionMethod]) -> Iterator[str]:
    for method in methods:
        unit = _UNIT.get(method.processing_time_unit)
        stated = method.processing_time is not None and unit is not None
        time = f"{method.processing_time:g} {unit}" if stated else ""
        yield _labelled(_MODE[method.mode], (time, method.description))


def _online(methods: Iterable[SubmissionMethod]) -> Iterator[str]:
    for method in methods:
        if method.mode is SubmissionMode.ONLINE:
            yield f"Nộp trực tuyến. {method.description}"


def _where(procedure: Procedure) -> Iterator[str]:
    yield _labelled("Cơ quan thực hiện", procedure.handling_agencies)
    yield _labelled("Cơ quan có thẩm quyền", procedure.competent_agencies)
    yield _labelled("Cơ quan phối hợp", procedure.coordinating_agencies)
    yield _labelled("Địa chỉ tiếp nhận hồ sơ", (procedure.submission_addresses,))


def cut(text: str, limit: int = MAX_CHARACTERS) -> tuple[str, ...]:
    r"""
    Return *text* in pieces of at most *limit* characters, cut at line borders where possible.

    A single line above the limit is cut at a blank, and inside a word only when the word alone is
    longer. Blank text gives no piece.

    >>> cut("một\nhai\nba bốn năm", limit=8)
    ('một\nhai', 'ba bốn', 'năm')
    """
    text = "\n".join([line.strip() for line in text.splitlines()]).lstrip("\n")
    if len(text) <= limit:  # nearly always
        return (text,) if text else ()
    pieces: list[str] = []
    for line in text.split("\n"):
        for part in _short_lines(line, limit):
            if pieces and len(pieces[-1]) + 1 + len(part) <= limit:
                pieces[-1] += "\n" + part
            elif part:
                pieces.append(part)
    return tuple(pieces)


def _short_lines(line: str, limit: int) -> Iterator[str]:
    while len(line) > limit:
        border = line.rfind(" ", 1, limit + 1)
        border = border if border > 0 else limit
        yield line[:border].rstrip()
        line = line[border:].lstrip()
    yield line
