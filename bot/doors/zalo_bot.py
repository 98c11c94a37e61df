"""
The door of the Zalo Bot Platform: plain text, no buttons, no edits, and a number of messages a month.

Zalo forgets an update as soon as it has handed it out, so asking for updates is for trials; a ward's bot
is called by Zalo at its webhook, and says yes only after the update is on disk.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.doors import zalo_bot_form, zalo_bot_updates
from bot.doors.door import (
    DoorHealth,
    DoorRefused,
    Intake,
    MaybeDelivered,
    MessageRefused,
    NotDelivered,
    Pace,
    Remember,
    Sending,
    SendingError,
    SlowDown,
)
from bot.doors.opening import stay_open
from bot.doors.raw import Raw, name_of
from bot.doors.webhooks import receive
from bot.doors.zalo_bot_api import SafeZaloBot, ZaloApiError
from bot.messaging.model import Incoming, Outgoing, Reply
from bot.settings import WEBHOOK, ZaloBotSettings
from knowledge.errors import DatabaseRefused

PATH = "/zalo-bot"
_SECRET_HEADER = "X-Bot-Api-Secret-Token"
_POLL_SECONDS = 30
_ANSWER_SECONDS = 15.0
_PAUSE_SECONDS = 1.0
_WATCH_SECONDS = 60.0
_WAIT_SECONDS = 60.0  # Zalo says "too much" without saying for how long
_NEARLY_USED_UP = 0.8

_log = logging.getLogger(__name__)


class ZaloBotDoor:
    """One Zalo Bot; see ``Door``. *count* returns how many messages were sent this month."""

    name = "zalo_bot"
    # 5 are allowed; the way there takes longer now and then, so that more arrive in a second than left.
    pace = Pace(per_second=4, per_chat_seconds=0.5)
    can_edit = False
    on_the_wire = 1

    def __init__(
        self,
        settings: ZaloBotSettings,
        intake: Intake,
        public_url: str,
        *,
        count: Callable[[], int],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        poll_seconds: int = _POLL_SECONDS,
        answer_seconds: float = _ANSWER_SECONDS,
    ) -> None:
        self.health = DoorHealth()
        self._settings = settings
        self._intake = intake
        self._url = public_url.rstrip("/") + PATH
        self._count = count
        self._clock = clock
        self._sleep = sleep
        self._bot = SafeZaloBot(
            settings.token, settings.base_url, poll_seconds=poll_seconds, answer_seconds=answer_seconds
        )
        self._names: tuple[str, ...] = ()
        self._is_verified = False
        self._stalled = ""  # why the last message was refused, for Zalo may go on bringing updates
        if settings.mode != WEBHOOK:
            self.health.notes["mode"] = (
                "hỏi vòng, chỉ để chạy thử: máy dừng đột ngột thì tin vừa nhận có thể mất"
            )

    def routes(self) -> Sequence[Route]:
        if self._settings.mode != WEBHOOK:
            return ()
        return (Route(PATH, self._called, methods=["POST"]),)

    async def keep_open(self) -> None:
        go_on = self._watch if self._settings.mode == WEBHOOK else self._poll
        await stay_open(self.health, self._open, go_on, self._trouble, self._sleep)

    def read(self, raw: str) -> Incoming | None:
        return zalo_bot_updates.read(raw, self._names)

    def render(self, reply: Reply) -> tuple[Outgoing, ...]:
        return zalo_bot_form.render(reply)

    async def send(self, sending: Sending, remember: Remember) -> str:
        text = zalo_bot_form.text_of(sending.outgoing, again=sending.again)
        try:
            with self._told("sendMessage", is_repeatable=False):
                message_id = await self._bot.send_text(sending.address, text)
        except (DoorRefused, SlowDown) as error:
            self._stalled = self.health.trouble = self._trouble(error)
            raise
        self.health.last_contact = self._clock()
        if self._stalled:
            self._stalled = self.health.trouble = ""
        self._note_quota()
        return message_id

    async def show_typing(self, address: str) -> None:
        with suppress(ZaloApiError):
            await self._bot.send_typing(address)

    async def close(self) -> None:
        await self._bot.close()

    # --- opening -------------------------------------------------------------------------------

    async def _open(self) -> None:
        await self._bot.open()
        with self._told("getMe"):
            me = await self._bot.me()
        self._names = (name_of(me, "display_name"), name_of(me, "account_name"))
        if self._settings.mode == WEBHOOK:
            await self._register()
        else:
            await self._unregister()
        self.health.opened = True
        self._heard()

    async def _register(self) -> None:
        # Always: Zalo does not tell whether it holds the secret of today.
        with self._told("setWebhook"):
            self._is_verified = await self._bot.register_webhook(self._url, self._settings.secret)

    async def _unregister(self) -> None:
        with self._told("deleteWebhook"):
            if await self._bot.webhook_url():
                _log.warning("zalo_bot: a webhook was set; removed, for this bot asks for its updates")
                await self._bot.remove_webhook()

    def _heard(self) -> None:
        self.health.last_contact = self._clock()
        self.health.trouble = self._stalled
        if self._settings.mode == WEBHOOK and not self._is_verified and not self._stalled:
            self.health.trouble = (
                f"Zalo thử gọi địa chỉ {self._url} nhưng không được; máy sẽ đăng ký lại. "
                "Kiểm tra tên miền, chứng chỉ, tường lửa (Cloudflare có thể chặn Zalo)."
            )
        self._note_quota()

    def _note_quota(self) -> None:
        used, quota = self._count(), self._settings.monthly_quota
        self.health.notes["quota"] = f"{used}/{quota}"
        if used >= _NEARLY_USED_UP * quota and not self.health.trouble:
            self.health.trouble = (
                f"Zalo Bot đã gửi {used}/{quota} tin của tháng này; "
                "hết số tin thì người dân không nhận được trả lời. Xem gói dịch vụ ở Zalo."
            )

    # --- updates -------------------------------------------------------------------------------

    async def _poll(self) -> None:
        while self._intake.is_full:
            await self._sleep(_PAUSE_SECONDS)
        with self._told("getUpdates"):
            raw = await self._bot.raw_update()
        self._heard()
        if raw is None:
            await self._sleep(_PAUSE_SECONDS)
            return
        update = zalo_bot_updates.update_of(raw)
        while True:  # Zalo has it no longer
            try:
                await self._intake.accept(self.name, [update])
            except DatabaseRefused:
                self.health.trouble = (
                    "Không ghi được tin nhắn Zalo vào cơ sở dữ liệu; máy đang thử lại. Kiểm tra ổ đĩa."
                )
                await self._sleep(_PAUSE_SECONDS)
            else:
                return

    async def _watch(self) -> None:
        """See that Zalo still calls us, and not somebody else."""
        await self._sleep(_WATCH_SECONDS)
        if not self._is_verified:
            await self._register()
        else:
            with self._told("getWebhookInfo"):
                url = await self._bot.webhook_url()
            if url != self._url:
                raise NotDelivered("getWebhookInfo: the webhook was changed")
        self._heard()

    async def _called(self, request: Request) -> Response:
        return await receive(request, _SECRET_HEADER, self._settings.secret, self._accept)

    async def _accept(self, raw: Raw) -> bool:
        # However much waits: whether Zalo would try again is not known.
        await self._intake.accept(self.name, [zalo_bot_updates.update_of(raw)])
        self.health.last_contact = self._clock()
        return True

    # --- errors --------------------------------------------------------------------------------

    @contextmanager
    def _told(self, call: str, *, is_repeatable: bool = True) -> Iterator[None]:
        """Turn Zalo's refusals into ours; *is_repeatable*: a call made twice does the same as one."""
        try:
            yield
        except ZaloApiError as error:
            raise self._failure(f"{call}: {error}", error, is_repeatable=is_repeatable) from None

    def _failure(self, reason: str, error: ZaloApiError, *, is_repeatable: bool) -> SendingError:
        match error.code:
            case HTTPStatus.UNAUTHORIZED:
                return DoorRefused(reason)
            case HTTPStatus.TOO_MANY_REQUESTS if self._count() >= self._settings.monthly_quota:
                return DoorRefused(f"{reason}: the month's messages are used up")
            case HTTPStatus.TOO_MANY_REQUESTS:
                return SlowDown(reason, _WAIT_SECONDS)
            case HTTPStatus.BAD_REQUEST | HTTPStatus.NOT_FOUND:
                return MessageRefused(reason)
        is_unknown = error.ambiguous or error.code == HTTPStatus.REQUEST_TIMEOUT
        # 403 too: Zalo documents it as an error of its server.
        return MaybeDelivered(reason) if is_unknown and not is_repeatable else NotDelivered(reason)

    def _trouble(self, error: SendingError) -> str:
        quota = self._settings.monthly_quota
        match error:
            case DoorRefused() if self._count() >= quota:
                return (
                    f"Zalo Bot đã gửi hết {quota} tin của tháng này; câu trả lời chờ đến tháng sau. "
                    "Mua thêm ở Zalo rồi ghi số mới vào DANHOI_ZALO_BOT_MONTHLY_QUOTA."
                )
            case DoorRefused():
                return (
                    "Zalo từ chối mã bot. Lấy lại mã trong Zalo Bot Manager, "
                    "ghi vào DANHOI_ZALO_BOT_TOKEN rồi khởi động lại."
                )
            case SlowDown():
                return (
                    "Zalo báo vượt hạn mức; máy chờ rồi tự nối lại. Kiểm tra số tin còn lại của bot ở Zalo."
                )
        return f"Chưa nối được với Zalo ({error}); máy đang thử lại. Nếu kéo dài, kiểm tra đường truyền."
