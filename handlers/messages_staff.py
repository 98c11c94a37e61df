"""
What a citizen reads of a question that is with an officer: its receipt, and what became of it.

Written as ``messages.py`` says.
"""

from __future__ import annotations

from datetime import date

from handlers.messages import MARK
from handlers.messages_quoting import day

NOT_FORWARDED = (
    "Máy đang gặp trục trặc nên CHƯA gửi được câu hỏi này cho cán bộ. "
    "Xin ông/bà hỏi lại sau, hoặc gọi hay đến cơ quan."
)


def receipt_line(receipt: str) -> str:
    """Where the question is now; the code lets an officer find it. Without one it went nowhere."""
    if not receipt:
        return NOT_FORWARDED
    return (
        f"Câu hỏi đã gửi cán bộ. Mã tiếp nhận: {receipt}. "
        "Khi gặp hoặc gọi cơ quan, ông/bà đọc mã này để cán bộ tìm câu hỏi."
    )


def legal_question(receipt: str) -> str:
    """Asks for legal advice: say what we do instead."""
    return (
        "Câu này cần tư vấn pháp luật. Máy chỉ trích dẫn thủ tục đã công bố, không tư vấn pháp luật.\n"
        + receipt_line(receipt)
    )


def handed_over(receipt: str, *, is_bare: bool = False) -> str:
    """The citizen asked for a person; *is_bare*: and did not say about what."""
    if receipt and is_bare:
        more = "Ông/bà gõ thêm điều cần hỏi; cán bộ sẽ đọc cùng những câu ông/bà nhắn ở đây."
    else:
        more = ("Trong lúc chờ, ông/bà" if receipt else "Ông/bà") + " vẫn có thể hỏi tiếp."
    return f"{receipt_line(receipt)}\n{more} {MARK}"


def handed_over_before(receipt: str) -> str:
    """The same question was given to staff before; nothing is given to them again."""
    return (
        f"Câu hỏi này đã chuyển cán bộ rồi, mã tiếp nhận: {receipt}. Ông/bà không cần gửi lại. "
        f"Khi gặp hoặc gọi cơ quan, ông/bà đọc mã này để cán bộ tìm câu hỏi. {MARK}"
    )


# To what is typed next; the answer to it comes first.
STAFF_READS_TOO = "Cán bộ cũng đọc tin này."


def complaint_handed_over(receipt: str) -> str:
    """A complaint, where the office has published no guide for it."""
    return f"Mong ông/bà thông cảm về điều chưa hài lòng. {receipt_line(receipt)} {MARK}"


def answer_comes_here(within_days: int | None = None) -> str:
    """Say how the answer reaches the citizen; *within_days* of their last message, where it must."""
    if within_days is None:
        return "Cán bộ trả lời xong, máy gửi câu trả lời vào đây."
    return (
        f"Cán bộ trả lời trong {within_days} ngày kể từ tin nhắn cuối của ông/bà thì máy gửi câu trả lời "
        "vào đây. Quá hạn đó máy không được phép gửi nữa: ông/bà nhắn mã này vào đây để xem câu trả lời, "
        "hoặc gọi hay đến cơ quan, đọc mã này."
    )


# --- what became of it ----------------------------------------------------------------------------


def receipt_waiting(receipt: str) -> str:
    """The receipt is known; what was asked is not told, for whoever typed it may be somebody else."""
    return f"Câu hỏi mã {receipt} đã đến cán bộ, đang chờ trả lời. {MARK}"


def receipt_unknown(receipt: str) -> str:
    """No question has this receipt."""
    return f"Máy không tìm thấy câu hỏi nào có mã {receipt}. Mời ông/bà xem lại mã, hoặc hỏi lại. {MARK}"


NO_RECEIPT_NOW = (
    "Máy đang gặp trục trặc nên chưa xem được câu hỏi mang mã này. "
    f"Xin ông/bà hỏi lại sau, hoặc gọi hay đến cơ quan, đọc mã này. {MARK}"
)


def receipt_answered(receipt: str) -> str:
    """It is answered; what was asked and answered is told only where it was asked."""
    return (
        f"Câu hỏi mã {receipt} đã được cán bộ trả lời. Câu trả lời chỉ xem được ở nơi đã hỏi; "
        f"hoặc ông/bà gọi hay đến cơ quan, đọc mã này. {MARK}"
    )


def staff_answer(receipt: str, question: str, text: str, officer: str, on: date, *, again: bool) -> str:
    """
    An officer's answer as the citizen who asked reads it; *again* when it corrects an earlier one.

    *question* is the redacted question, *officer* may be "".
    """
    corrects = " (thay câu trả lời trước)" if again else ""
    signed = f"– {officer}, {day(on)}" if officer else f"– {day(on)}"
    return f"Cơ quan trả lời câu hỏi mã {receipt}{corrects}:\n“{question}”\n\n{text}\n\n{signed}"
