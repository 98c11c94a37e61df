"""
CSV as trees of texts, one a row: comma, semicolon or tab, with or without a byte-order mark.

A list in one cell is written with "|" between its items. A contact's telephone numbers stand in
the three columns ``phone``, ``phone_purpose`` and ``phone_hours``, which count in step.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from knowledge.plain_tree import Items, Mistake, Pairs, Text, Tree

LIST_COLUMNS = frozenset({"about", "also_asked", "procedure_codes"})
_PHONE_COLUMNS = {"phone": "number", "phone_purpose": "purpose", "phone_hours": "hours"}
_BETWEEN = "|"
_LONGEST_CELL = 100_000

_SYNTAX = "CSV sai cú pháp; hãy kiểm tra dấu nháy kép và lưu lại tệp"


def parse_csv(text: str) -> Iterator[Pairs | Mistake]:
    """
    Yield one tree for each row that is not blank, or what is wrong with the row.

    Raises:
        Mistake: the file as a whole is not CSV.
    """
    csv.field_size_limit(_LONGEST_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = [name.strip() for name in next(rows, [])]
        line = rows.line_num + 1
        for row in rows:
            if any(cell.strip() for cell in row):
                yield _row(header, row, line)
            line = rows.line_num + 1
    except csv.Error as error:
        raise Mistake(rows.line_num, "", "", _SYNTAX) from error


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(",;\t", key=header.count)


def _row(header: Sequence[str], row: Sequence[str], line: int) -> Pairs | Mistake:
    if len(row) > len(header):
        remedy = (
            f"dòng có {len(row)} ô, tiêu đề có {len(header)} cột; hãy đặt chữ có dấu phẩy trong dấu nháy kép"
        )
        return Mistake(line, "", "", remedy)
    cells = dict(zip(header, row, strict=False))
    if len(cells) < min(len(header), len(row)):
        return Mistake(line, "", "", "tiêu đề có hai cột trùng tên; hãy giữ một")
    phones = _phones(cells, line)
    pairs = [
        (Text(line, name), _cell(name, value, line))
        for name, value in cells.items()
        if name not in _PHONE_COLUMNS
    ]
    return Pairs(line, (*pairs, (Text(line, "phones"), phones)) if phones else tuple(pairs))


def _cell(name: str, value: str, line: int) -> Tree:
    if name in LIST_COLUMNS:
        return Items(line, tuple(Text(line, part) for part in _parts(value)))
    return Text(line, value)


def _phones(cells: dict[str, str], line: int) -> Items | None:
    if not cells.keys() & _PHONE_COLUMNS.keys():
        return None
    columns = [_parts(cells.get(column, ""), keep_empty=True) for column in _PHONE_COLUMNS]
    names = tuple(_PHONE_COLUMNS.values())
    return Items(
        line,
        tuple(
            Pairs(
                line,
                tuple((Text(line, name), Text(line, part)) for name, part in zip(names, parts, strict=True)),
            )
            for parts in zip_longest(*columns, fillvalue="")
            if any(parts)
        ),
    )


def _parts(value: str, *, keep_empty: bool = False) -> list[str]:
    parts = [part.strip() for part in value.split(_BETWEEN)]
    return parts if keep_empty else [part for part in parts if part]
