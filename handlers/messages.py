"""
What a citizen reads when talking: greeted, refused, asked back, or found nothing for.

Plain, calm Vietnamese for an old person on a phone: "ông/bà" throughout, one thought a sentence,
what is so, what to do next, a way to a person. No figure stands here but the nationwide emergency
numbers: amounts, dates and telephone numbers are handed in by the record or office they belong to.

Every sentence that a citizen reads stands here or in one of four modules beside this one, written the
same way: ``messages_quoting.py`` (around a quotation), ``messages_facts.py`` (between quotations),
``messages_staff.py`` (with an officer) and ``messages_doors.py`` (buttons, ratings, what goes wrong).
"""

from __future__ import annotations

# --- what a citizen may type ----------------------------------------------------------------------

FULL = "đầy đủ"
TALK_TO_STAFF = "gặp cán bộ"
DELETE = "/xoa"
DELETE_ALL = "/xoadulieu"  # the same, as the menu of commands names it
DELETES = (DELETE, DELETE_ALL)

# Every automatic message shows that it is one: by this mark, or by speaking of itself as "máy".
MARK = "(Trả lời tự động)"

# --- first contact --------------------------------------------------------------------------------


def greeting(retention_days: int, notice_link: str = "", *, invites: bool = True) -> str:
    """
    The first message: what this is, what it keeps, a way to a person. At most 60 words.

    *notice_link* leads to the notice on personal data; "" when there is none. Whoever has asked already
    is not invited to.
    """
    invitation = " Mời ông/bà hỏi, ví dụ: “khai sinh cần gì?”" if invites else ""
    notice = f" Chi tiết: {notice_link}" if notice_link else ""
    return (
        "Kính chào ông/bà! Đây là máy trả lời tự động về thủ tục hành chính: "
        "giấy tờ, phí, thời hạn, nơi nộp.\n"
        f"Câu hỏi lưu {retention_days} ngày (câu gửi cán bộ: từ khi được trả lời); "
        f"gõ {DELETE} để xóa.{notice}\n"
        f"Gõ “{TALK_TO_STAFF}” để gặp người thật.{invitation}"
    )


THANKS = f"Cảm ơn ông/bà đã hỏi. Khi cần, ông/bà cứ nhắn tiếp. {MARK}"
HELP = (
    "Đây là máy trả lời tự động. Ông/bà cứ hỏi như nói chuyện bình thường, "
    "có dấu hay không dấu đều được. Ví dụ:\n"
    "- làm khai sinh cho con cần giấy tờ gì\n"
    "- đăng ký kết hôn mất bao nhiêu tiền\n"
    "- làm căn cước nộp ở đâu\n"
    f"Gõ “{FULL}” để xem toàn bộ một thủ tục, “{TALK_TO_STAFF}” để gửi câu hỏi cho cán bộ, "
    f"{DELETE} để xóa những gì ông/bà đã nhắn."
)

# --- the question cannot be taken as it is --------------------------------------------------------

EMPTY = (
    f"Ông/bà chưa gõ câu hỏi. Mời ông/bà gõ điều muốn hỏi, ví dụ: “đăng ký khai sinh cần giấy tờ gì?” {MARK}"
)
TOO_LONG = "Tin nhắn này dài quá, máy không đọc hết được. Mời ông/bà hỏi lại bằng một, hai câu ngắn."
NO_INDEX = (
    "Hệ thống đang được chuẩn bị nên chưa trả lời được. "
    f"Mong ông/bà thông cảm và nhắn lại sau, hoặc liên hệ trực tiếp cơ quan. {MARK}"
)
NO_TOPIC = (
    "Ông/bà đang hỏi về thủ tục nào? "
    f"Mời ông/bà gõ tên việc cần làm, ví dụ: “đăng ký khai sinh”, “cấp lại căn cước”. {MARK}"
)
UNREADABLE = (
    "Máy chưa đọc được tin nhắn này. Mời ông/bà gõ lại bằng tiếng Việt, có dấu hay không dấu đều được, "
    f"ví dụ: “làm căn cước ở đâu”. {MARK}"
)
NOT_VIETNAMESE = (
    "Xin lỗi ông/bà, máy chỉ hiểu tiếng Việt, có dấu hay không dấu đều được. Máy trả lời về thủ tục hành "
    "chính: giấy tờ, phí, thời hạn, nơi nộp. Mời ông/bà gõ lại, ví dụ: “làm căn cước ở đâu”, hoặc gõ "
    f"“{TALK_TO_STAFF}”. {MARK}"
)
PERSONAL_DATA = (
    "Lưu ý: tin nhắn vừa rồi có thông tin cá nhân. Máy đã che lại, không lưu. "
    "Xin ông/bà đừng gửi số căn cước, số điện thoại hay số tài khoản ở đây; hỏi thủ tục thì không cần."
)
FORGOTTEN = f"Đã xóa những gì ông/bà đã nhắn và câu trả lời. Ông/bà có thể hỏi lại từ đầu. {MARK}"
NOT_FORGOTTEN = (
    "Máy đang gặp trục trặc nên CHƯA xóa được những gì ông/bà đã nhắn. "
    f"Xin ông/bà gõ {DELETE} lần nữa sau ít phút. {MARK}"
)

# --- refused, with a reason -----------------------------------------------------------------------

OUT_OF_SCOPE = (
    "Câu này không thuộc thủ tục hành chính nên máy không trả lời được. "
    "Ông/bà có thể hỏi về giấy tờ, phí, thời hạn hoặc nơi nộp của một thủ tục, "
    "ví dụ: “đăng ký thường trú cần gì?”"
)
ABROAD = (
    "Visa và giấy tờ của nước khác do nước đó cấp nên máy không trả lời được; "
    "ông/bà hỏi đại sứ quán, lãnh sự quán của nước đó. "
    "Máy trả lời được về giấy tờ Việt Nam cần khi đi, ví dụ: “cấp hộ chiếu cần gì?”"
)
ACTION = (
    "Máy chỉ hướng dẫn, không nộp hồ sơ, sửa hồ sơ hay đặt lịch thay ông/bà được. "
    "Ông/bà cho biết cần làm thủ tục gì, máy sẽ nói rõ cần giấy tờ nào và nộp ở đâu. "
    f"Cần người giúp, ông/bà gõ “{TALK_TO_STAFF}”."
)
SECRET = (
    "Cảnh báo lừa đảo: cán bộ không bao giờ hỏi mã OTP, mật khẩu, số thẻ hay yêu cầu chuyển tiền "
    "qua điện thoại, tin nhắn.\n"
    "- Ông/bà đừng đưa mã OTP hay mật khẩu cho bất kỳ ai, kể cả người xưng là công an, cán bộ.\n"
    "- Đừng bấm đường dẫn lạ, đừng cài phần mềm người lạ gửi.\n"
    "- Nếu đã lỡ đưa: gọi ngay cho ngân hàng để khóa tài khoản và báo công an xã, phường nơi ở.\n"
    f"{MARK}"
)
ABUSE = (
    "Có lẽ ông/bà đang bực, mong ông/bà thông cảm. Ông/bà cho biết việc cần làm, máy sẽ cố gắng giúp; "
    f"hoặc gõ “{TALK_TO_STAFF}” để cán bộ trả lời."
)

# The only numbers that stand here: the nationwide emergency numbers, the same for every office.
EMERGENCY = (
    "Nếu đang có người gặp nguy hiểm, ông/bà gọi ngay: 113 (công an), 114 (cháy, cứu nạn), 115 (cấp cứu), "
    "111 (bảo vệ trẻ em). Bị đánh, bị đe dọa, có người bỏ đi hay mất tích: báo ngay công an nơi gần nhất. "
    "Đây là máy trả lời tự động, không gọi giúp được."
)
INJECTION = (
    "Máy chỉ trả lời theo thủ tục hành chính đã công bố và không làm theo yêu cầu này được. "
    "Mời ông/bà hỏi về một thủ tục."
)
COMPLAINT = (
    "Mong ông/bà thông cảm về điều chưa hài lòng. Máy không giải quyết được phản ánh, khiếu nại; "
    f"dưới đây là nơi tiếp nhận. Muốn gửi cho cán bộ, ông/bà gõ “{TALK_TO_STAFF}”."
)

# --- not found ------------------------------------------------------------------------------------

UNKNOWN_CODE = (
    "Dữ liệu của cơ quan không có thủ tục nào mang mã này. "
    f"Mời ông/bà xem lại mã, hoặc gõ tên việc cần làm. {MARK}"
)
NOT_FOUND = "Máy chưa tìm thấy thủ tục đúng với câu hỏi này trong dữ liệu của cơ quan nên chưa trả lời được."
NEAREST = "Gần nhất là (có thể không phải việc ông/bà cần; nếu đúng, xin gõ lại tên việc):"

# --- asking back ----------------------------------------------------------------------------------

WHICH_ONE = "Máy chưa rõ ông/bà cần việc nào. Xin ông/bà gõ số của việc đúng:"
NONE_OF_THESE = "Không có trong danh sách – gửi cán bộ"
NOT_A_CHOICE = f"Xin ông/bà gõ đúng một số trong danh sách trên, hoặc hỏi lại bằng câu khác. {MARK}"
