"""
The Telegram door: ``telegram.Bot`` between Telegram and our own model.

An update is acknowledged only after it is on disk: by the next offset when we ask for updates, by a 200
when Telegram calls us. An answer goes into a placeholder that is edited, so that a try whose outcome is
unknown can be repeated.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.doors import telegram_form, telegram_updates
from bot.doors.door import (
    DoorHealth,
    DoorRefused,
    Intake,
    MessageRefused,
    NotDelivered,
    Pace,
    Remember,
    Sending,
    SendingError,
    SlowDown,
)
from bot.doors.opening import stay_open
from bot.doors.raw import Raw
from bot.doors.telegram_api import TelegramApi
from bot.doors.telegram_updates import Me
from bot.doors.telegram_wire import AlsoPolling, Moved
from bot.doors.webhooks import receive
from bot.messaging.model import Incoming, Outgoing, Reply
from bot.settings import WEBHOOK, TelegramSettings
from handlers.messages_doors import TYPING
from knowledge.errors import DatabaseRefused

PATH = "/telegram"
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_POLL_SECONDS = 30
_ANSWER_SECONDS = 15.0
_PAUSE_SECONDS = 1.0
_WATCH_SECONDS = 60.0

_log = logging.getLogger(__name__)


class TelegramDoor:
    """One Telegram bot; see ``Door``."""

    name = "telegram"
    # 30 are allowed; the way there takes longer now and then, so that more arrive in a second than left.
    pace = Pace(per_second=25, per_chat_seconds=1.0, per_group_minute=20)
    can_edit = True
    on_the_wire = 16

    def __init__(
        self,
        settings: TelegramSettings,
        intake: Intake,
        public_url: str,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        poll_seconds: int = _POLL_SECONDS,
        answer_seconds: float = _ANSWER_SECONDS,
    ) -> None:
        self.health = DoorHealth()
        self._settings = settings
        self._intake = intake
        self._url = public_url.rstrip("/") + PATH
        self._clock = clock
        self._sleep = sleep
        self._api = TelegramApi(
            settings.token, settings.base_url, poll_seconds=poll_seconds, answer_seconds=answer_seconds
        )
        # A bot's number stands in its token, so updates can be read before Telegram is reached.
        self._me = Me(settings.token.partition(":")[0])
        self._offset: int | None = None
        self._thanks: set[asyncio.Task[None]] = set()

    def routes(self) -> Sequence[Route]:
        if self._settings.mode != WEBHOOK:
            return ()
        return (Route(PATH, self._called, methods=["POST"]),)

    async def keep_open(self) -> None:
        go_on = self._watch if self._settings.mode == WEBHOOK else self._poll
        await stay_open(self.health, self._open, go_on, _trouble, self._sleep)

    def read(self, raw: str) -> Incoming | None:
        return telegram_updates.read(raw, self._me)

    def render(self, reply: Reply) -> tuple[Outgoing, ...]:
        return telegram_form.render(reply)

    async def send(self, sending: Sending, remember: Remember) -> str:
        try:
            try:
                return await self._deliver(sending, remember)
            except Moved as moved:
                return await self._deliver(replace(sending, address=moved.address, message_id=""), remember)
        except DoorRefused as error:
            self.health.trouble = _trouble(error)
            raise

    async def show_typing(self, address: str) -> None:
        with suppress(SendingError):
            await self._api.show_typing(address)

    async def close(self) -> None:
        for task in tuple(self._thanks):
            task.cancel()
        await asyncio.gather(*self._thanks, return_exceptions=True)
        await self._api.close()

    # --- opening -------------------------------------------------------------------------------

    async def _open(self) -> None:
        self._me = await self._api.open()
        webhook = await self._api.webhook()
        if self._settings.mode == WEBHOOK:
            # Always: Telegram does not tell whether it holds the secret of today.
            await self._api.set_webhook(self._url, self._settings.secret)
        elif webhook.url:
            _log.warning("telegram: a webhook was set; removed, for this bot asks for its updates")
            await self._api.delete_webhook()
        if self.health.last_contact is None:
            await self._api.introduce()
        self.health.opened = True
        self._heard()

    def _heard(self) -> None:
        self.health.trouble = ""
        self.health.last_contact = self._clock()

    # --- updates -------------------------------------------------------------------------------

    async def _poll(self) -> None:
        """Take in what has come; what we have no room for waits at Telegram, for a day."""
        while self._intake.is_full:
            await self._sleep(_PAUSE_SECONDS)
        found = await self._api.updates(self._offset)
        self._heard()
        if not found:
            return
        await self._store(found)
        numbers = [number for raw in found if (number := telegram_updates.number_of(raw)) is not None]
        if numbers:
            self._offset = max(numbers) + 1
        else:
            await self._sleep(_PAUSE_SECONDS)  # nothing to acknowledge them by: they come again at once

    async def _store(self, found: Sequence[object]) -> None:
        try:
            await self._intake.accept(self.name, [telegram_updates.update_of(raw) for raw in found])
        except DatabaseRefused as error:
            raise _NotStored(f"getUpdates: {type(error).__name__}") from error
        self._thank(found)

    async def _watch(self) -> None:
        """See that Telegram still calls us, and not somebody else."""
        await self._sleep(_WATCH_SECONDS)
        webhook = await self._api.webhook()
        if webhook.url != self._url:
            raise NotDelivered("getWebhookInfo: the webhook was changed")
        self._heard()
        if webhook.trouble:
            self.health.trouble = (
                f"Telegram không gọi được địa chỉ {self._url} ({webhook.trouble}); "
                f"{webhook.waiting} tin đang chờ. Kiểm tra tên miền, chứng chỉ và tường lửa."
            )

    async def _called(self, request: Request) -> Response:
        return await receive(request, _SECRET_HEADER, self._settings.secret, self._accept)

    async def _accept(self, raw: Raw) -> bool:
        if self._intake.is_full:
            return False
        await self._intake.accept(self.name, [telegram_updates.update_of(raw)])
        self.health.last_contact = self._clock()
        self._thank([raw])
        return True

    def _thank(self, found: Sequence[object]) -> None:
        """Answer presses: a button spins until then. It is not worth waiting for, nor trying twice."""
        for query in filter(None, map(telegram_updates.query_of, found)):
            task = asyncio.create_task(self._answer_press(query))
            self._thanks.add(task)
            task.add_done_callback(self._thanks.discard)

    async def _answer_press(self, query: str) -> None:
        with suppress(SendingError):
            await self._api.answer_press(query)

    # --- sending -------------------------------------------------------------------------------

    async def _deliver(self, sending: Sending, remember: Remember) -> str:
        outgoing, message_id = sending.outgoing, sending.message_id
        html = telegram_form.to_html(outgoing.text)
        if message_id and await self._api.edit(sending.address, message_id, html, outgoing.rows):
            return message_id
        # None yet, or the citizen deleted it.
        message_id = await self._api.place(sending.address, TYPING, outgoing.quotes)
        await remember(message_id)
        if not await self._api.edit(sending.address, message_id, html, outgoing.rows):
            raise MessageRefused("editMessageText: the placeholder is gone")
        return message_id


class _NotStored(NotDelivered):
    """Our own store refused; Telegram keeps the updates."""


def _trouble(error: SendingError) -> str:
    match error:
        case DoorRefused():
            return (
                "Telegram từ chối mã bot. Lấy lại mã ở @BotFather, ghi vào DANHOI_TELEGRAM_TOKEN "
                "rồi khởi động lại."
            )
        case AlsoPolling():
            return (
                "Có máy khác đang nhận tin của bot Telegram này. Tắt chương trình ở máy kia, "
                "hoặc đổi mã bot ở @BotFather rồi ghi lại vào DANHOI_TELEGRAM_TOKEN."
            )
        case _NotStored():
            return (
                "Không ghi được tin nhắn Telegram vào cơ sở dữ liệu; tin vẫn nằm ở Telegram. Kiểm tra ổ đĩa."
            )
        case SlowDown():
            return "Telegram yêu cầu chờ; máy tự nối lại."
    return f"Chưa nối được với Telegram ({error}); máy đang thử lại. Nếu kéo dài, kiểm tra đường truyền."
