"""What the page says when something is wrong. The page's other words stand in its templates."""

from __future__ import annotations

from bot.web.forms import TEXT_CHARACTERS
from handlers import messages, messages_doors

TEXT_MISSING = "Ông/bà chưa gõ câu hỏi. Mời ông/bà gõ điều muốn hỏi vào ô này."
TEXT_TOO_LONG = (
    f"Câu hỏi dài quá {TEXT_CHARACTERS // 1000}.000 chữ cái. Mời ông/bà viết ngắn lại thành một, hai câu."
)
# Where there are buttons, nobody need type a number.
BY_BUTTONS = {
    messages.WHICH_ONE: "Máy chưa rõ ông/bà cần việc nào. Xin ông/bà bấm vào việc đúng:",
    messages_doors.WHAT_WAS_WRONG: "Cảm ơn ông/bà đã cho biết. Câu trả lời chưa được ở điểm nào?",
}
_NOT_UNDERSTOOD = ("Trang chưa hiểu yêu cầu này", "Mời ông/bà quay lại trang hỏi và gõ câu hỏi.")
_TROUBLE = (
    "Máy đang gặp trục trặc",
    "Câu hỏi vừa rồi có thể chưa được trả lời. Xin ông/bà hỏi lại sau ít phút, hoặc gọi hay đến cơ quan.",
)
_ERRORS = {
    403: (
        "Câu hỏi chưa được gửi",
        "Yêu cầu này không đến từ trang hỏi nên máy không nhận. Mời ông/bà mở trang hỏi rồi gõ lại.",
    ),
    404: (
        "Không có trang này",
        "Đường dẫn có thể bị gõ thiếu, hoặc trang đã bỏ. Mời ông/bà quay lại trang hỏi.",
    ),
    413: (
        "Câu hỏi dài quá",
        "Máy không đọc hết được. Mời ông/bà quay lại và viết ngắn thành một, hai câu.",
    ),
    503: (
        "Máy đang gặp trục trặc",
        "Câu hỏi vừa rồi chưa được lưu. Xin ông/bà hỏi lại sau ít phút, hoặc gọi hay đến cơ quan.",
    ),
}


NOT_DELETED = (
    "Chưa xóa được",
    "Máy đang gặp trục trặc nên CHƯA xóa được những gì ông/bà đã hỏi. Xin ông/bà thử lại sau ít phút, "
    "hoặc nhờ cán bộ.",
)


def error_words(status: int) -> tuple[str, str]:
    """Return the title of the page for *status*, and what to do."""
    return _ERRORS.get(status, _TROUBLE if status >= 500 else _NOT_UNDERSTOOD)
