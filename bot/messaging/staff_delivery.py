"""An officer's answer on its way to the citizen, by the door that the question came through."""

from __future__ import annotations

import time
from datetime import timedelta

from sqlite_utils import Database

from bot.messaging.chats import Chat, Chats
from bot.messaging.migrations import messaging_migrations
from bot.messaging.model import Outgoing, Reply
from bot.messaging.outbox import Outbox
from bot.messaging.splitting import split
from knowledge.database import migrate

_DOORS = {"telegram": "Telegram", "zalo_bot": "Zalo Bot", "zalo_oa": "Zalo OA"}
_WEB = "web"
_OA_FREE = timedelta(hours=48)
_OA_FREE_MESSAGES = 8
_OA_LAST = timedelta(days=7)
_HOUR_MS = 3_600_000
_ZALO_UNITS = 1900  # both Zalo doors take 2,000, "(gửi lại)" included

ON_THE_PAGE = "Công dân hỏi trên trang web; câu trả lời hiện ra khi mở lại trang."
NO_WAY_BACK = (
    "Không gửi đi được: không còn địa chỉ của công dân. Câu trả lời được lưu; "
    "công dân gọi hay đến cơ quan, đọc mã tiếp nhận thì tìm được."
)
CLOSED = "Không gửi đi được: công dân đã chặn tài khoản này. Câu trả lời được lưu theo mã tiếp nhận."
REFUSED_FOR_NOW = (
    "Không gửi đi được: công dân đã bỏ quan tâm, hoặc Zalo OA không cho gửi thêm đến khi công dân nhắn lại. "
    "Câu trả lời được lưu theo mã tiếp nhận."
)
TOO_LATE = (
    "Không gửi đi được: công dân nhắn lần cuối đã quá 7 ngày, Zalo OA không cho gửi nữa. "
    "Câu trả lời được lưu theo mã tiếp nhận."
)

# By the state of its messages, the worst first.
_WENT = {
    "failed": (
        "Không đến được công dân: họ đã chặn, hoặc nơi họ hỏi không cho gửi nữa. "
        "Họ gọi hay đến cơ quan thì đọc cho họ; họ gõ mã tiếp nhận ở nơi đã hỏi cũng đọc được."
    ),
    "unsure": "Chưa chắc đã đến công dân: mạng đứt giữa chừng, máy đã gửi lại một lần.",
    "queued": "Đang chờ gửi đến công dân.",
    "sending": "Đang gửi đến công dân.",
    "sent": "Đã gửi đến công dân.",
}


def enqueue_staff_answer(
    database: Database, pseudonym: str, receipt: str, revision: int, text: str, now_ms: int | None = None
) -> str:
    """
    Put an officer's answer into the outbox, once for each *revision*; joins the caller's transaction.

    Returns:
        A sentence for the officer: where it goes, and within which limits.
    """
    migrate(database, messaging_migrations)
    now_ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    chat = Chats(database).of(pseudonym)
    if chat is None:
        return NO_WAY_BACK
    if chat.door == _WEB:
        return ON_THE_PAGE
    is_oa = chat.door == "zalo_oa"
    if is_oa and now_ms - chat.last_inbound_ms > _OA_LAST / timedelta(milliseconds=1):
        return TOO_LATE
    if chat.closed:
        return REFUSED_FOR_NOW if is_oa else CLOSED
    messages = render(chat.door, text)
    Outbox(database).put(_key(receipt, revision), chat.number, chat.door, chat.address, messages, now_ms)
    return f"Đã chuyển để gửi qua {_DOORS.get(chat.door, chat.door)}.{_window(chat, now_ms)}"


def how_it_went(database: Database, receipt: str, revision: int) -> str:
    """Return a sentence on what became of an officer's answer; "" when none was sent, or long ago."""
    migrate(database, messaging_migrations)
    states = Outbox(database).states(_key(receipt, revision))
    return next((sentence for state, sentence in _WENT.items() if state in states), "")


def _key(receipt: str, revision: int) -> str:
    return f"staff:{receipt}:{revision}"


def render(door: str, text: str) -> tuple[Outgoing, ...]:
    """Return *text* as *door* sends it; no token is needed for that."""
    sections = tuple(text.split("\n\n"))
    if door == "telegram":
        from bot.doors import telegram_form

        return telegram_form.render(Reply(sections, automatic=False))
    return tuple(Outgoing(part) for part in split(sections, _ZALO_UNITS))


def _window(chat: Chat, now_ms: int) -> str:
    """Say what Zalo OA still allows for free: 48 hours and 8 messages after the citizen's last one."""
    if chat.door != "zalo_oa":
        return ""
    hours = int(_OA_FREE / timedelta(hours=1)) - (now_ms - chat.last_inbound_ms) // _HOUR_MS
    left = _OA_FREE_MESSAGES - chat.sent_since
    if hours > 0 and left > 0:
        return f" Còn {hours} giờ và {left} tin miễn phí."
    return " Đã hết 48 giờ hoặc 8 tin miễn phí: Zalo tính tin này vào gói dịch vụ."
