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

import httpx

from bot.doors.door import (
    ChatClosed,
    DoorRefused,
    MaybeDelivered,
    MessageRefused,
    NotDelivered,
    SendingError,
    SlowDown,
)
from bot.doors.raw import Raw, name_of, part, reason_in
from bot.messaging.model import Button
from bot.settings import ZaloOaSettings

_CONNECT_SECONDS = 10.0
_POOL_SECONDS = 30.0
_CONNECTIONS = 32
_WAIT_SECONDS = 15.0  # Zalo says "too much" without saying for how long
_USUAL_LIFE = timedelta(hours=25)
# The call had not left this machine.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
    RuntimeError,  # the client was closed
)
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
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(answer_seconds, connect=_CONNECT_SECONDS, pool=_POOL_SECONDS),
            limits=httpx.Limits(max_connections=_CONNECTIONS),
        )

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
            response = await self._client.post(
                f"{self._settings.base_url}/v3.0/oa/message/cs",
                headers={"access_token": access},
                json={"recipient": {"user_id": user_id}, "message": message},
            )
        except _NOT_SENT as error:
            raise NotDelivered(f"send: {type(error).__name__}") from None
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise MaybeDelivered(f"send: {type(error).__name__}") from None
        return name_of(part(_accepted(response), "data"), "message_id")

    async def renew(self, refresh: str) -> Grant:
        """Exchange *refresh*, which serves once, for a new pair."""
        try:
            response = await self._client.post(
                f"{self._settings.oauth_url}/v4/oa/access_token",
                headers={"secret_key": self._settings.app_secret},
                data={
                    "app_id": self._settings.app_id,
                    "grant_type": "refresh_token",
                    "refresh_token": refresh,
                },
            )
        except (*_NOT_SENT, httpx.HTTPError, httpx.StreamError) as error:
            raise NotDelivered(f"renew: {type(error).__name__}") from None
        answer = _object(response)
        access = name_of(answer, "access_token")
        if access:
            return Grant(access, name_of(answer, "refresh_token"), _life(name_of(answer, "expires_in")))
        if _is_too_fast(response, answer):
            raise SlowDown("renew: too fast", _WAIT_SECONDS)
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or not _code(answer):
            raise NotDelivered(f"renew: HTTP {response.status_code}, not Zalo's answer")
        raise OaRefused(f"renew: {_said(answer)}", _LOG_IN_AGAIN)

    async def close(self) -> None:
        await self._client.aclose()


def _accepted(response: httpx.Response) -> Raw:
    """Return what Zalo answered to a message that it took; raise what went wrong with any other."""
    answer = _object(response)
    if answer.get("error") == 0 and response.is_success:
        return answer
    if not answer and response.is_success:
        raise MaybeDelivered("send: the answer is not Zalo's")
    raise _failure(response, answer)


def _failure(response: httpx.Response, answer: Raw) -> SendingError:
    code, reason = _code(answer), f"send: {_said(answer) or f'HTTP {response.status_code}'}"
    if _is_too_fast(response, answer):
        return SlowDown(reason, _WAIT_SECONDS)
    # A page instead of an answer is some proxy's.
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or not answer:
        return NotDelivered(reason)
    if response.status_code == HTTPStatus.UNAUTHORIZED or code in _ACCESS:
        return AccessRefused(reason, _NEW_TOKEN_REFUSED)
    if code in _SHUT:
        return OaRefused(reason, _SHUT[code])
    return ChatClosed(reason) if code in _CLOSED else MessageRefused(reason)


def _is_too_fast(response: httpx.Response, answer: Raw) -> bool:
    return response.status_code == HTTPStatus.TOO_MANY_REQUESTS or _code(answer) == _TOO_FAST


def _object(response: httpx.Response) -> Raw:
    try:
        answer = response.json()
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _code(answer: Raw) -> int:
    code = answer.get("error")
    return code if isinstance(code, int) else 0


def _said(answer: Raw) -> str:
    """Return Zalo's code and words; nothing that it may quote."""
    said = answer.get("message") or answer.get("error_name")
    words = reason_in(said) if isinstance(said, str) else ""
    return f"{_code(answer)} {words}".strip() if _code(answer) else words


def _life(seconds: str) -> timedelta:
    if not (seconds.isascii() and seconds.isdecimal()) or len(seconds) > len("7776000"):
        return _USUAL_LIFE
    return timedelta(seconds=int(seconds))
