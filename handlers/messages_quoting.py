"""
What stands around a quotation: its title, its source, how fresh it is, and whom to ask.

Written as ``messages.py`` says.
"""

from __future__ import annotations

from datetime import date

from handlers.messages import FULL

# --- frame of every answer ------------------------------------------------------------------------

AUTOMATIC = "Trả lời tự động, trích từ hồ sơ đã công bố."
AUTOMATIC_CONTACT = "Trả lời tự động, theo thông tin cơ quan cung cấp."
AUTOMATIC_QA = "Trả lời tự động, trích câu trả lời cơ quan đã công bố."
SAMPLE = "(dữ liệu mẫu)"
CONTINUED = "…"


def answer_title(title: str, *, sample: bool) -> str:
    """First line: the column's name and what the answer is about."""
    return f"Cơ quan trả lời – {title}" + (f" {SAMPLE}" if sample else "")


def question_title(question: str) -> str:
    """First line of a published question with its answer."""
    return f"Dân hỏi: {question}"


def continued(heading: str) -> str:
    """
    Heading of a list that goes on in the next message.

    >>> continued("Lưu ý:")
    'Lưu ý (tiếp):'
    """
    return f"{heading.rstrip(':')} (tiếp):"


def more_line(names: tuple[str, ...]) -> str:
    """What may be asked next; *names* may be empty."""
    full = f"Gõ “{FULL}” để xem toàn bộ."
    return f"Ông/bà có thể hỏi tiếp: {', '.join(names)}. {full}" if names else full


# --- where it stands ------------------------------------------------------------------------------


def source_name(title: str, code: str) -> str:
    """Which procedure was quoted."""
    return f"Nguồn: {title} (mã {code})"


def source_decision(decision: str, publisher: str, decided_on: date | None) -> str:
    """Who made it official; a part left out by the record is said to be missing."""
    number = f"Quyết định công bố: {decision or 'hồ sơ không ghi số'}"
    dated = f" ngày {day(decided_on)}" if decided_on and decision else ""
    return f"{number}{dated} – {publisher or 'không ghi cơ quan công bố'}"


def source_dates(updated_on: date | None, crawled_on: date | None) -> str:
    """How fresh the quotation is."""
    updated = f"Cập nhật: {day(updated_on)}" if updated_on else "Cập nhật: hồ sơ không ghi ngày"
    return updated + (f" (dữ liệu lấy ngày {day(crawled_on)})" if crawled_on else "")


def guide_source(source: str, checked_on: date | None) -> str:
    """Who published the facts of a guide."""
    return f"Nguồn: {source}" + (f", kiểm tra ngày {day(checked_on)}" if checked_on else "")


def approved(by: str, on: date | None) -> str:
    """Who answered a published question."""
    return f"Người duyệt: {by}" + (f", ngày {day(on)}" if on else "")


def rests_on(codes: tuple[str, ...]) -> str:
    """Procedures that a published answer rests on."""
    return f"Thủ tục liên quan: mã {', '.join(codes)}"


def checked(on: date) -> str:
    """When the office last confirmed a contact."""
    return f"Cơ quan xác nhận ngày {day(on)}"


def day(value: date) -> str:
    """
    Write a date as Vietnamese do.

    >>> day(date(2026, 7, 1))
    '01/07/2026'
    """
    return value.strftime("%d/%m/%Y")


# --- what to beware of ----------------------------------------------------------------------------


def stale(crawled_on: date) -> str:
    """The knowledge is old; ask before going."""
    return (
        f"Lưu ý: dữ liệu lấy từ ngày {day(crawled_on)}, có thể đã thay đổi. "
        "Ông/bà nên hỏi lại trước khi đi nộp."
    )


ABOLISHED = (
    "Lưu ý: thủ tục này ĐÃ BÃI BỎ. Nội dung dưới đây chỉ để tham khảo; ông/bà đừng nộp hồ sơ theo bản này."
)


def replaced(names: tuple[str, ...]) -> str:
    """The procedure has successors; *names* are what the record knows of them."""
    by = f" bằng: {'; '.join(names)}" if names else ""
    return f"Lưu ý: thủ tục này ĐÃ ĐƯỢC THAY THẾ{by}. Nội dung dưới đây là bản cũ, chỉ để tham khảo."


_CITIES = frozenset({"Hà Nội", "Huế", "Hải Phòng", "Đà Nẵng", "Hồ Chí Minh", "Cần Thơ"})


def province_name(province: str) -> str:
    """
    Put "tỉnh" or "thành phố" before the bare name of a province.

    >>> province_name("Lào Cai"), province_name("Thành phố Huế"), province_name("Huế")
    ('tỉnh Lào Cai', 'thành phố Huế', 'thành phố Huế')
    """
    bare = province.strip()
    for prefix in ("Thành phố ", "Tỉnh "):
        if bare.lower().startswith(prefix.lower()):
            return prefix.lower() + bare[len(prefix) :]
    return ("thành phố " if bare in _CITIES else "tỉnh ") + bare


def provincial(province: str) -> str:
    """The record is one province's own copy."""
    return f"(bản do {province_name(province)} công bố, áp dụng tại địa phương đó)"


def with_code(code: str) -> str:
    """Tell two procedures apart by nothing but the code."""
    return f"mã {code}"


# --- whom to ask ----------------------------------------------------------------------------------


def ask_here(number: str, purpose: str) -> str:
    """The hotline, where the record is silent."""
    return f"Hỏi thêm: {number}" + (f" ({purpose})" if purpose else "")


ASK_THE_OFFICE = "Ông/bà hỏi cơ quan tiếp nhận hồ sơ trước khi nộp."


def office_matter(office: str) -> str:
    """Heading of the office's own address and hours."""
    return f"Thông tin của {office}:"


NOT_HANDLED_HERE = (
    "Hồ sơ công bố ghi nơi giải quyết là cơ quan nêu trên, có thể không phải cơ quan dưới đây; "
    "ông/bà nên hỏi trước khi đi."
)
CONTACT_TITLE = "Thông tin liên hệ"
NO_PHONE = "Số điện thoại: cơ quan chưa cung cấp"
NO_CONTACT = "Cơ quan chưa cung cấp thông tin liên hệ cho việc này."
WORKING_HOURS = "Giờ làm việc"
HOLIDAYS = "Ngày nghỉ, lễ"
RECEPTION = "Lịch tiếp công dân"
ADDRESS = "Địa chỉ"
EMAIL = "Thư điện tử"
WEBSITE = "Trang thông tin"
ANSWERED = "Cơ quan trả lời:"
