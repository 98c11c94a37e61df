"""
What types cannot say about a record that a clerk wrote: numbers, addresses, ids, what goes together.

A number is never corrected, only accepted as written or refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.plain_tree import Mistake, Pairs, Tree
from knowledge.records import QA, Contact, Guide, Office, Procedure, ProcedureType, Record

_CODE = re.compile(r"\d\.\d{6,}(-\w+)?")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LINK = re.compile(r"https?://[^\s<>\"]+")
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[a-z]{2,}", re.IGNORECASE)
_EXTENSION = re.compile(r"\s*\(?(?:nhánh|máy lẻ|ext\.?)\s*\d{1,5}\)?$", re.IGNORECASE)
_PHONE = re.compile(r"(?:1[89]00\d{4,6}|1022|11[0-9]|(?:0|\+84)\d{9,10})")
_SEPARATORS = re.compile(r"[ .()\u00a0-]")
# Paragraphs and lists are all that Telegram, Zalo and a web page show alike.
_NOT_PLAIN = re.compile(r"^\s*(?:#{1,6}\s|\||```|~~~)|!\[|<[a-zA-Z/!]", re.MULTILINE)

CODE_FORM = "mã thủ tục có dạng 1.001193, đủ cả các số 0 ở cuối; hãy đặt mã trong dấu nháy"
_SLUG_FORM = "chỉ dùng chữ thường không dấu, số và dấu gạch nối, ví dụ mot-cua-xa"
_LINK_FORM = "địa chỉ phải bắt đầu bằng https:// hoặc http:// và không có khoảng trắng"
_PHONE_FORM = (
    "đây không giống số điện thoại ở Việt Nam; hãy ghi như 024 3823 4567, 0912 345 678, 1800 1096 hoặc 1022"
)
_EMAIL_FORM = "hãy ghi địa chỉ thư điện tử đầy đủ, ví dụ motcua@xamau.gov.vn"
_BODY_FORM = "hướng dẫn chỉ gồm đoạn văn và danh sách; hãy bỏ tiêu đề, bảng, ảnh và thẻ HTML"

Doubt = tuple[str, str, str]  # field, value, remedy


def check_record(record: Record, tree: Tree) -> None:
    """
    Accept *record*, which was built from *tree*, or say what is wrong with it.

    Raises:
        Mistake: the first wrong value, with the line of its field.
    """
    for field, value, remedy in _doubts(record):
        found = tree.get(field) if isinstance(tree, Pairs) else None
        raise Mistake((found or tree).line, field, value, remedy)


def looks_like_a_code(written: str) -> bool:
    """
    Say whether *written* may be the code of a procedure.

    >>> [looks_like_a_code(code) for code in ("1.001193", "1.00119", "khai tử")]
    [True, False, False]
    """
    return bool(_CODE.fullmatch(written))


def is_phone_number(written: str) -> bool:
    """
    Say whether *written* may be a Vietnamese telephone number: a hotline, or 0 and 9 or 10 digits.

    >>> [is_phone_number(n) for n in ("1800 1096", "024.3823.4567", "1022", "500.000", "1.013124")]
    [True, True, True, False, False]
    """
    return bool(_PHONE.fullmatch(_SEPARATORS.sub("", _EXTENSION.sub("", written.strip()))))


def _doubts(record: Record) -> Iterator[Doubt]:
    if isinstance(record, Procedure):
        return _procedure(record)
    if isinstance(record, Contact):
        return _contact(record)
    if isinstance(record, Guide):
        return _guide(record)
    return _qa(record) if isinstance(record, QA) else _office(record)


def _procedure(record: Procedure) -> Iterator[Doubt]:
    yield from _codes("code", (record.code,))
    yield from _codes("replaced_by", record.replaced_by)
    if record.procedure_type is ProcedureType.PROVINCIAL and not record.province:
        yield "province", "", "thủ tục riêng của một tỉnh phải ghi tên tỉnh; hãy bổ sung"


def _contact(record: Contact) -> Iterator[Doubt]:
    yield from _slug("contact_id", record.contact_id)
    yield from _link("website", record.website)
    for phone in record.phones:
        if not is_phone_number(phone.number):
            yield "phones", phone.number, _PHONE_FORM
    if record.email and not _EMAIL.fullmatch(record.email):
        yield "email", record.email, _EMAIL_FORM


def _guide(record: Guide) -> Iterator[Doubt]:
    yield from _slug("guide_id", record.guide_id)
    yield from _link("link", record.link)
    found = _NOT_PLAIN.search(record.body)
    if found:
        yield "body", record.body[found.start() :].strip().partition("\n")[0], _BODY_FORM


def _qa(record: QA) -> Iterator[Doubt]:
    yield from _slug("qa_id", record.qa_id)
    yield from _codes("procedure_codes", record.procedure_codes)
    if record.approved_on and record.expires_on and record.expires_on < record.approved_on:
        yield "expires_on", record.expires_on.isoformat(), "ngày hết hạn phải sau ngày duyệt (approved_on)"


def _office(record: Office) -> Iterator[Doubt]:
    yield from _link("website", record.website)


def _codes(field: str, codes: tuple[str, ...]) -> Iterator[Doubt]:
    yield from ((field, code, CODE_FORM) for code in codes if not looks_like_a_code(code))


def _slug(field: str, value: str) -> Iterator[Doubt]:
    if not _SLUG.fullmatch(value):
        yield field, value, _SLUG_FORM


def _link(field: str, value: str) -> Iterator[Doubt]:
    if value and not _LINK.fullmatch(value):
        yield field, value, _LINK_FORM
