"""What msgspec says about a wrong value, as a remedy in Vietnamese for staff."""

from __future__ import annotations

import re

_KINDS = {
    "str": "chữ trong ngoặc kép",
    "int": "số nguyên",
    "float": "số",
    "bool": "true hoặc false",
    "null": "null",
    "object": "một đối tượng {…}",
    "array": "một danh sách […]",
    "date": "ngày dạng 2026-07-18",
}
_CODE_FORM = "mã thủ tục có dạng 1.001193, đủ cả các số 0 ở cuối; hãy ghi lại đúng mã đã công bố"


def remedy_for(message: str, path: str) -> str:
    """Return what to do about msgspec's *message* on the field at *path*."""
    bound = re.search(r"(>=|<=) (-?[\d.]+)", message)
    expected = re.search(r"Expected `([^`]+)`", message)
    if "differs" in message:
        return "mã này khác detail.code; hãy tải lại bản ghi"
    if "matching regex" in message:
        return _CODE_FORM if path.endswith("code") else "trường này không được để trống; hãy bổ sung"
    if "Invalid enum value" in message:
        return "giá trị này không có trong định dạng của Cổng; hãy kiểm tra lại bản ghi đã tải"
    if bound:
        side = "nhỏ nhất là" if bound[1] == ">=" else "lớn nhất là"
        return f"số phải {side} {float(bound[2]):.0f}; hãy kiểm tra lại số đã công bố"
    if expected:
        kinds = (_KINDS.get(kind.strip(), kind.strip()) for kind in expected[1].split("|"))
        return f"chỗ này phải là {' hoặc '.join(kinds)}; hãy sửa lại"
    return "giá trị này không đọc được; hãy kiểm tra lại bản ghi"
