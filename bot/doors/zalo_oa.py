"""
The door of a Zalo Official Account: plain text with up to five buttons, called by Zalo at its webhook.

Zalo wants its 200 within two seconds and switches the webhook off after some failures, so an event is
stored and nothing else is done with it. Within 48 hours of the citizen's last message eight replies are
free: parts are few and full, and what Zalo refuses beyond that is told to staff.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.doors import zalo_oa_form, zalo_oa_updates
from bot.doors.door import (
    DoorHealth,
    Intake,
    MaybeDelivered,
    NotDelivered,
    Pace,
    Remember,
    Sending,
    SendingError,
)
from bot.doors.opening import stay_open
from bot.doors.webhooks import body_of
from bot.doors.zalo_oa_access import Access
from bot.doors.zalo_oa_api import AccessRefused, OaRefused, ZaloOaApi
from bot.doors.zalo_oa_tokens import TokenStore
from bot.doors.zalo_oa_webhook import SIGNATURE_HEADER, authentic, is_recent
from bot.messaging.model import Incoming, Outgoing, Reply
from bot.settings import ZaloOaSettings
from knowledge.errors import DatabaseRefused

PATH = "/zalo-oa"
_ANSWER_SECONDS = 15.0
_WATCH_SECONDS = 60.0
_STORED, _NOT_ZALO, _TOO_LONG, _TRY_AGAIN = 200, 401, 413, 503


class ZaloOaDoor:
    """One Official Account; see ``Door``. Its webhook is entered by hand in Zalo's pages for developers."""

    name = "zalo_oa"
    # 20 are allowed; the way there takes longer now and then, so that more arrive in a second than left.
    pace = Pace(per_second=16, per_chat_seconds=0.5)
    can_edit = False
    on_the_wire = 1

    def __init__(
        self,
        settings: ZaloOaSettings,
        intake: Intake,
        public_url: str,
        tokens: TokenStore,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        answer_seconds: float = _ANSWER_SECONDS,
    ) -> None:
        self.health = DoorHealth(notes={"webhook": public_url.rstrip("/") + PATH})
        self._settings = settings
        self._intake = intake
        self._clock = clock
        self._sleep = sleep
        self._api = ZaloOaApi(settings, answer_seconds=answer_seconds)
        self._access = Access(settings.refresh_token, tokens, self._api.renew, clock)
        self._shut = ""  # why the last message did not get through, as no other would
        self._unsigned = 0

    def routes(self) -> Sequence[Route]:
        return (Route(PATH, self._called, methods=["POST"]),)

    async def keep_open(self) -> None:
        await stay_open(self.health, self._open, self._watch, self._trouble, self._sleep)

    def read(self, raw: str) -> Incoming | None:
        return zalo_oa_updates.read(raw)

    def render(self, reply: Reply) -> tuple[Outgoing, ...]:
        return zalo_oa_form.render(reply)

    async def send(self, sending: Sending, remember: Remember) -> str:
        try:
            message_id = await self._send(sending)
        except (NotDelivered, MaybeDelivered, OaRefused) as error:
            self._shut = _why(error)
            self._note()
            raise
        self._shut = ""
        self._note()
        self.health.last_contact = self._clock()
        return message_id

    async def show_typing(self, address: str) -> None:
        """Do nothing: an Official Account cannot show it."""

    async def close(self) -> None:
        await self._access.close()
        await self._api.close()

    # --- opening -------------------------------------------------------------------------------

    async def _open(self) -> None:
        await self._access.keep_fresh()
        self.health.opened = True
        self._note()

    async def _watch(self) -> None:
        await self._sleep(_WATCH_SECONDS)
        await self._access.keep_fresh()
        self._note()

    def _trouble(self, error: SendingError) -> str:
        return " ".join(filter(None, (_why(error), self._access.aging())))

    # --- sending -------------------------------------------------------------------------------

    async def _send(self, sending: Sending) -> str:
        text = zalo_oa_form.text_of(sending.outgoing, again=sending.again)
        buttons = zalo_oa_form.buttons_of(sending.outgoing)
        access = await self._access.token()
        try:
            return await self._api.send(access, sending.address, text, buttons)
        except AccessRefused:
            # Ended before its time, or renewed elsewhere: once, for a second refusal means something else.
            access = await self._access.other_than(access)
            return await self._api.send(access, sending.address, text, buttons)

    def _note(self) -> None:
        self.health.trouble = self._access.warning or self._shut
        if ends_at := self._access.ends_at:
            self.health.notes["access token"] = f"đến {ends_at.astimezone():%H:%M %d/%m/%Y}"

    # --- updates -------------------------------------------------------------------------------

    async def _called(self, request: Request) -> Response:
        body = await body_of(request)
        if body is None:
            return Response(status_code=_TOO_LONG)
        return Response(status_code=await self._taken(body, request.headers.get(SIGNATURE_HEADER)))

    async def _taken(self, body: bytes, signature: str | None) -> int:
        event = authentic(body, signature, self._settings)
        if event is None:
            self._unsigned += 1
            self.health.notes["unsigned"] = (
                f"{self._unsigned} lần gọi không đúng chữ ký; nếu tin của người dân không đến, "
                "kiểm tra DANHOI_ZALO_OA_APP_ID và DANHOI_ZALO_OA_SECRET"
            )
            return _NOT_ZALO
        if not is_recent(event, self._clock()):
            self.health.notes["clock"] = (
                "có lần gọi đúng chữ ký nhưng lệch giờ quá 6 ngày, đã từ chối; kiểm tra đồng hồ máy chủ"
            )
            return _NOT_ZALO
        self.health.notes.pop("clock", None)
        self.health.last_contact = self._clock()
        if zalo_oa_updates.is_echo(event):
            return _STORED
        try:
            # However much waits: a webhook that says "later" too often is switched off.
            await self._intake.accept(self.name, [zalo_oa_updates.update_of(event)])
        except DatabaseRefused:
            return _TRY_AGAIN
        return _STORED


def _why(error: SendingError) -> str:
    if isinstance(error, OaRefused):
        return error.remedy
    return f"Chưa nối được với Zalo OA ({error}); máy đang thử lại. Nếu kéo dài, kiểm tra đường truyền."
