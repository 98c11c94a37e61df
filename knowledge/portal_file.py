"""
Files of the national portal's detail JSON: one object, a list, or JSON Lines.

One bad record becomes a `Problem` with its line or position, field, value and remedy, and the
next one is read. JSON Lines are streamed; the other two must fit in 64 MiB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from knowledge import files
from knowledge.errors import Problem
from knowledge.portal import FORMAT, decode_answer, decode_detail, to_procedure
from knowledge.portal_schema import Detail
from knowledge.records import Origin, Procedure
from knowledge.wording import remedy_for

_LARGEST_DOCUMENT = 64 * 2**20
_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")

_NOT_JSON = "không đúng cú pháp JSON; hãy tải lại tệp từ Cổng Dịch vụ công quốc gia"
_TOO_DEEP = "lồng nhau quá sâu; đây không phải dữ liệu của Cổng Dịch vụ công quốc gia"
_NO_DETAIL = "không có phần chi tiết (detail); hãy xuất chi tiết thủ tục, không phải danh sách"


def read_portal(path: Path) -> Iterator[tuple[Procedure, bytes] | Problem]:
    """Yield (record, its published JSON) or a problem, in the order of the file."""
    origin = Origin(path.name, FORMAT, crawl_date(path.name))
    for place, data in _items(path):
        yield _read(data, origin, place)


def crawl_date(file_name: str) -> date | None:
    """
    Return the date in *file_name*; None when there is none.

    >>> crawl_date("thu-tuc_2026-07-18.jsonl.gz")
    datetime.date(2026, 7, 18)
    """
    found = _DATE.search(file_name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _items(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield (place, bytes of one object)."""
    if _is_json_lines(path):
        yield from ((f"dòng {number}", line) for number, line in files.lines(path))
        return
    document = files.whole(path, _LARGEST_DOCUMENT).strip()
    if not document.startswith(b"["):
        yield "", document
        return
    try:
        items = msgspec.json.decode(document, type=list[msgspec.Raw])
    except msgspec.DecodeError as error:
        raise files.refuse(path, "", _NOT_JSON) from error
    except RecursionError as error:
        raise files.refuse(path, "", _TOO_DEEP) from error
    yield from ((f"bản ghi {number}", bytes(item)) for number, item in enumerate(items, start=1))


def _is_json_lines(path: Path) -> bool:
    """Say so by the name, or else by a first line that ends the object it begins."""
    if ".jsonl" in path.name.lower():
        return True
    _, first = next(files.lines(path), (0, b""))
    return first.startswith(b"{") and first.endswith(b"}")


def _read(data: bytes, origin: Origin, place: str) -> tuple[Procedure, bytes] | Problem:
    try:
        return to_procedure(_decode(data), origin), data
    except msgspec.ValidationError as error:
        field, value, remedy = _explain(error, data)
        return Problem(origin.source, _with_code(place, data), field, value, remedy)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Problem(origin.source, place, "", "", _NOT_JSON)
    except RecursionError:
        return Problem(origin.source, place, "", "", _TOO_DEEP)


def _decode(data: bytes) -> Detail:
    """Decode *data* as the answer, as the wire's ``{"data": …}`` around it, or as the bare detail."""
    try:
        return decode_answer(data)
    except msgspec.ValidationError:
        shape = _shape(data)
        if "detail" in shape or not (shape.keys() & {"data", "executionSteps"}):
            raise
        return _decode(bytes(shape["data"])) if "data" in shape else decode_detail(data)


def _shape(data: bytes) -> dict[str, msgspec.Raw]:
    try:
        return msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        return {}


def _explain(error: msgspec.ValidationError, data: bytes) -> tuple[str, str, str]:
    """Return (field, value, remedy) of the first thing wrong."""
    message, _, path = str(error).partition(" - at `$")
    path = path.rstrip("`").lstrip(".")
    missing = re.search(r"missing required field `(\w+)`", message)
    if missing:
        name = missing[1]
        if name == "detail":
            return "detail", "", _NO_DETAIL
        return f"{path}.{name}".lstrip("."), "", "trường này bắt buộc; hãy bổ sung"
    return path, _value_at(data, path), remedy_for(message, path)


def _value_at(data: bytes, path: str) -> str:
    """Return what stands at *path* ("detail.executionMethods[0].fees") as text; "" when unreadable."""
    try:
        value = msgspec.json.decode(data)
        for name, index in re.findall(r"(\w+)|\[(\d+)\]", path):
            value = value[name] if name else value[int(index)]
        return value if isinstance(value, str) else msgspec.json.encode(value).decode()
    except (msgspec.MsgspecError, RecursionError, LookupError, TypeError, UnicodeError):
        return ""


def _with_code(place: str, data: bytes) -> str:
    code = " ".join((_value_at(data, "code") or _value_at(data, "detail.code")).split())[:20]
    return f"{place} ({code})" if place and code else place or code
