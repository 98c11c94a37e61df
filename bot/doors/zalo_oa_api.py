"""
The two calls we make to Zalo for an Official Account: send a message, and renew the tokens.

Zalo says no by a negative ``error`` in an HTTP 200, and the network by everything else; both are told here
in the words of ``bot.doors.door``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus

from bot.doors.calling import CallFailed, Connections, NotSent
from bot.doors.door import (
    ChatClosed,
    DoorRefused,
    MaybeDelivered,
    MessageRefused,
    NotDelivered,
    SendingError,
    SlowDown,
)
from bot.doors.raw import Raw, name_of, object_in, part, reason_in
from bot.messaging.model import Button
from bot.settings import ZaloOaSettings

_CONNECTIONS = 32
_WAIT_SECONDS = 15.0  # Zalo says "too much" without saying for how long
_USUAL_LIFE = timedelta(hours=25)
_ACCESS = (-216, -124)
_TOO_FAST = -32
# Not a follower; silent for 7 days; silent for 48 hours, or eight replies since, and nothing paid for. The
# eight are counted anew with the citizen's next message, so only this chat has to wait.
_CLOSED = (-213, -230, -305, -311)
_PACKAGE = "Câu trả lời đang chờ, máy tự gửi lại. Mở trang quản trị Zalo OA, xem gói dịch vụ và số dư."
_SHUT = {
    -211: f"Zalo OA đã dùng hết số tin của gói dịch vụ. {_PACKAGE}",
    -218: f"Zalo OA đã dùng hết số tin của gói dịch vụ. {_PACKAGE}",
    -224: f"Zalo OA chưa có gói dịch vụ được gửi tin qua API. {_PACKAGE}",
    -320: f"Zalo OA chưa liên kết tài khoản thanh toán. {_PACKAGE}",
    -321: f"Tài khoản thanh toán của Zalo OA không đủ tiền. {_PACKAGE}",
}
_NEW_TOKEN_REFUSED = (
    "Zalo không nhận access token vừa cấp. Kiểm tra ứng dụng đã liên kết với Zalo OA và còn quyền gửi tin, "
    "rồi đăng nhập lại để lấy refresh token mới, ghi vào DANHOI_ZALO_OA_REFRESH_TOKEN và khởi động lại."
)
_LOG_IN_AGAIN = (
    "Zalo không nhận refresh token. Đăng nhập lại ở developers.zalo.me bằng tài khoản quản trị Zalo OA, "
    "lấy refresh token mới, ghi vào DANHOI_ZALO_OA_REFRESH_TOKEN rồi khởi động lại; "
    "kiểm tra luôn DANHOI_ZALO_OA_APP_ID và DANHOI_ZALO_OA_APP_SECRET."
)


class OaRefused(DoorRefused):
    """The account may not send for now; ``remedy`` tells staff why, and what to do."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


class AccessRefused(OaRefused):
    """The access token is not, or no longer, a good one."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A new pair of tokens; *refresh* is "" when the old one goes on serving."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    life: timedelta


class ZaloOaApi:
    """One Official Account at Zalo. Every method raises ``SendingError`` and nothing else."""

    def __init__(self, settings: ZaloOaSettings, *, answer_seconds: float) -> None:
        self._settings = settings
        self._connections = Connections(_CONNECTIONS, answer_seconds)

    async def send(self, access: str, user_id: str, text: str, buttons: Sequence[Button]) -> str:
        """Send *text* and return the message's name; "" when Zalo gave none."""
        message: Raw = {"text": text}
        if buttons:
            # "hide": what comes back is not shown in the chat, where it would mean nothing.
            shown = [
                {"title": button.label, "type": "oa.query.hide", "payload": button.press}
                for button in buttons
            ]
            message["attachment"] = {"type": "template", "payload": {"buttons": shown}}
        try:
            status, body = await self._connections.call(
                "POST",
                f"{self._settings.base_url}/v3.0/oa/message/cs",
                headers={"access_token": access},
                json={"recipient": {"user_id": user_id}, "message": message},
            )
        except NotSent as error:
            raise NotDelivered(f"send: {error}") from None
        except CallFailed as error:
            raise MaybeDelivered(f"send: {error}") from None
        answer = _Answer(status, object_in(body) or {})
        if answer.is_success and answer.code == 0:
            return name_of(part(answer.body, "data"), "message_id")
        raise _failure(answer)

    async def renew(self, refresh: str) -> Grant:
        """Exchange *refresh*, which serves once, for a new pair."""
        try:
            status, body = await self._connections.call(
                "POST",
                f"{self._settings.oauth_url}/v4/oa/access_token",
                headers={"secret_key": self._settings.app_secret},
                form={
                    "app_id": self._settings.app_id,
                    "grant_type": "refresh_token",
                    "refresh_token": refresh,
                },
            )
        except CallFailed as error:
            raise NotDelivered(f"renew: {error}") from None
        answer = _Answer(status, object_in(body) or {})
        if access := name_of(answer.body, "access_token"):
            life = _life(name_of(answer.body, "expires_in"))
            return Grant(access, name_of(answer.body, "refresh_token"), life)
        if answer.is_too_fast:
            raise SlowDown("renew: too fast", _WAIT_SECONDS)
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or not answer.code:
            raise NotDelivered(f"renew: HTTP {answer.status}, not Zalo's answer")
        raise OaRefused(f"renew: {answer.reason}", _LOG_IN_AGAIN)

    async def close(self) -> None:
        await self._connections.close()


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came back from Zalo, or from a proxy before it; *body* is {} when it is no JSON object."""

    status: int
    body: Raw = field(repr=False)

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def code(self) -> int | None:
        """What Zalo calls ``error``, 0 for yes; None when the answer is not Zalo's."""
        code = self.body.get("error")
        return code if type(code) is int else None

    @property
    def is_too_fast(self) -> bool:
        return self.status == HTTPStatus.TOO_MANY_REQUESTS or self.code == _TOO_FAST

    @property
    def reason(self) -> str:
        """Zalo's code and words, without what it may quote; else the status."""
        said = self.body.get("message") or self.body.get("error_name")
        words = reason_in(said) if isinstance(said, str) else ""
        return f"{self.code or ''} {words}".strip() or f"HTTP {self.status}"


def _failure(answer: _Answer) -> SendingError:
    """Return what went wrong with a message that Zalo did not say it took."""
    code, reason = answer.code, f"send: {answer.reason}"
    if answer.is_too_fast:
        return SlowDown(reason, _WAIT_SECONDS)
    # Some proxy's words say nothing of the message, so it must not be given up for them.
    if code is None and answer.is_success:
        return MaybeDelivered(f"{reason}, not Zalo's answer")
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or not answer.body:
        return NotDelivered(reason)
    if answer.status == HTTPStatus.UNAUTHORIZED or code in _ACCESS:
        return AccessRefused(reason, _NEW_TOKEN_REFUSED)
    if not code:
        return NotDelivered(f"{reason}, not Zalo's answer")
    if code in _SHUT:
        return OaRefused(reason, _SHUT[code])
    return ChatClosed(reason) if code in _CLOSED else MessageRefused(reason)


def _life(seconds: str) -> timedelta:
    if not (seconds.isascii() and seconds.isdecimal()) or len(seconds) > len("7776000"):
        return _USUAL_LIFE
    return timedelta(seconds=int(seconds))
