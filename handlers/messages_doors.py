"""
What a citizen reads around the answers: buttons, ratings, media, and where a door can go wrong.

Written as ``messages.py`` says.
"""

from __future__ import annotations

from handlers.messages import DELETE_ALL, MARK, TALK_TO_STAFF

# --- buttons -----------------------------------------------------------------------------------

FULL_BUTTON = "Xem đầy đủ"
STAFF_BUTTON = "Gặp cán bộ"
RATING_BUTTONS = ("👍 Hữu ích", "👎 Chưa hữu ích")
# What the rating buttons stand for: up, down.
RATINGS = ("👍", "👎")
# Where there are no buttons.
RATE_BY_TYPING = "Câu trả lời có ích không? Gõ 👍 hoặc 👎"
# Zalo OA gives few messages for one of the citizen's.
REST_AT_SOURCE = (
    "Câu trả lời này dài hơn số tin mà Zalo cho gửi một lần, nên còn một phần chưa gửi. "
    "Mời ông/bà hỏi riêng từng phần, ví dụ “các bước”, hoặc xem đủ theo đường dẫn ở nguồn."
)
# Where the choices stand as buttons too: one may press or type.
_BESIDE_BUTTONS = {
    "Xin ông/bà gõ số": "Xin ông/bà bấm nút hoặc gõ số",
    "Xin ông/bà gõ đúng một số": "Xin ông/bà bấm nút hoặc gõ đúng một số",
}
REASONS = ("Không đúng việc tôi hỏi", "Khó hiểu", "Thiếu thông tin", "Sai hoặc đã cũ")

# --- commands and descriptions -------------------------------------------------------------------

# Name and description of each command; what it stands for is in COMMAND_TEXTS.
COMMANDS = (
    ("start", "Bắt đầu"),
    ("trogiup", "Cách hỏi"),
    ("lienhe", "Điện thoại, địa chỉ, giờ làm việc"),
    ("canbo", "Gửi câu hỏi cho cán bộ"),
    ("xoadulieu", "Xóa những gì đã nhắn"),
)
COMMAND_TEXTS = {
    "trogiup": "trợ giúp",
    "lienhe": "thông tin liên hệ của cơ quan",
    "canbo": TALK_TO_STAFF,
    "xoadulieu": DELETE_ALL,
}
BOT_DESCRIPTION = (
    "Máy trả lời tự động về thủ tục hành chính: cần giấy tờ gì, mất bao nhiêu tiền, bao lâu, nộp ở đâu. "
    "Câu trả lời trích từ hồ sơ đã công bố, có ghi nguồn. "
    f"Gõ “{TALK_TO_STAFF}” để gửi câu hỏi cho cán bộ. Xin đừng gửi số căn cước hay ảnh giấy tờ."
)
BOT_SHORT_DESCRIPTION = "Máy trả lời tự động về thủ tục hành chính, trích hồ sơ đã công bố."

# --- what a machine cannot read ------------------------------------------------------------------

_IN_WRITING = f"Mời ông/bà gõ điều muốn hỏi bằng chữ, hoặc gõ “{TALK_TO_STAFF}”. {MARK}"
_NO_PAPERS = (
    "Xin ông/bà đừng gửi ảnh chụp căn cước hay giấy tờ cá nhân; nếu đã lỡ gửi, nên xóa khỏi cuộc trò chuyện."
)
# By the value of ``bot.messaging.model.Media``.
MEDIA = {
    "photo": f"Máy chưa xem được ảnh; ảnh này không được tải về, không được lưu. {_NO_PAPERS} {_IN_WRITING}",
    "file": f"Máy chưa đọc được tệp; tệp này không được tải về, không được lưu. {_NO_PAPERS} {_IN_WRITING}",
    "video": f"Máy chưa xem được video; video này không được tải về, không được lưu. {_IN_WRITING}",
    "voice": (
        "Máy chưa nghe được tin nhắn thoại. Mời ông/bà gõ câu hỏi; nếu ngại gõ, "
        f"bấm hình micrô trên bàn phím điện thoại rồi nói, điện thoại sẽ viết thành chữ. {MARK}"
    ),
    "sticker": f"Cảm ơn ông/bà! Máy chỉ đọc được chữ, mời ông/bà gõ điều muốn hỏi. {MARK}",
    "location": (
        "Máy không tìm được cơ quan gần nhất theo vị trí. "
        f"Mời ông/bà hỏi bằng tên xã, phường, ví dụ: “địa chỉ ủy ban nhân dân xã”. {MARK}"
    ),
    "contact": (
        "Máy không dùng số liên lạc vừa gửi. Xin ông/bà đừng gửi số điện thoại của người khác ở đây. "
        f"{_IN_WRITING}"
    ),
    "other": f"Máy chưa đọc được loại tin nhắn này. {_IN_WRITING}",
}

# --- when something is in the way ------------------------------------------------------------------

TYPING = "Máy đang tìm câu trả lời…"
SENT_AGAIN = "(gửi lại)"
PART_NOTE = ", trả lời tự động"  # behind the number of each part of a long answer
TOO_FAST = f"Ông/bà nhắn nhanh quá, máy chưa trả lời kịp. Xin ông/bà chờ một lát rồi nhắn lại. {MARK}"
BUSY = f"Nhiều người đang hỏi cùng lúc nên máy chưa trả lời kịp. Xin ông/bà chờ một lát rồi gửi lại. {MARK}"
STORE_FULL = (
    "Máy đang gặp trục trặc: vẫn tra được thủ tục, nhưng không lưu được câu hỏi và chưa chuyển được "
    "cho cán bộ. Cần người trả lời, xin ông/bà hỏi lại sau, hoặc gọi hay đến cơ quan."
)
COULD_NOT_READ = (
    "Xin lỗi ông/bà, máy gặp lỗi nên chưa trả lời được tin nhắn vừa rồi; tin nhắn đó cũng chưa đến cán bộ. "
    f"Mời ông/bà hỏi lại bằng câu khác, hoặc gọi hay đến cơ quan. {MARK}"
)

# --- ratings ---------------------------------------------------------------------------------------

RATED_UP = f"Cảm ơn ông/bà đã cho biết. {MARK}"
RATED_AGAIN = f"Máy đã ghi lại đánh giá mới của ông/bà. {MARK}"
WHAT_WAS_WRONG = "Cảm ơn ông/bà đã cho biết. Câu trả lời chưa được ở điểm nào? Xin ông/bà gõ số:"
OR_STAFF = f"Hoặc gõ “{TALK_TO_STAFF}” để gửi câu hỏi này cho cán bộ. {MARK}"
REASON_KEPT = (
    f"Máy đã ghi lại để cơ quan sửa. Muốn cán bộ trả lời câu hỏi này, ông/bà gõ “{TALK_TO_STAFF}”. {MARK}"
)
NOT_RATED = f"Máy đang gặp trục trặc nên chưa ghi được đánh giá này. Mời ông/bà hỏi tiếp. {MARK}"
NOTHING_TO_RATE = f"Máy không còn lưu câu trả lời nào để ông/bà đánh giá. Mời ông/bà hỏi tiếp. {MARK}"


def beside_buttons(text: str) -> str:
    """
    Return *text* as it reads above buttons that may be pressed instead of typing a number.

    >>> beside_buttons("Máy chưa rõ ông/bà cần việc nào. Xin ông/bà gõ số của việc đúng:")
    'Máy chưa rõ ông/bà cần việc nào. Xin ông/bà bấm nút hoặc gõ số của việc đúng:'
    """
    for typed, either in _BESIDE_BUTTONS.items():
        text = text.replace(typed, either)
    return text
