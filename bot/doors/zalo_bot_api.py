"""
The calls we make to the Zalo Bot Platform, over python-zalo-bot's ``Bot`` with a transport of our own.

The SDK's own transport takes a refusal inside an HTTP 200 for success, and its ``Application`` ends at the
first error. Only calls, tokens and addresses are left to it; updates and answers are read here, as JSON,
for its types log whole messages and print chats.
"""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from typing import Any

from zalo_bot import Bot  # type: ignore[import-untyped]
from zalo_bot.error import ZaloError  # type: ignore[import-untyped]
from zalo_bot.request import BaseRequest, RequestData  # type: ignore[import-untyped]

from bot.doors.calling import CallFailed, MaybeSent, Transport
from bot.doors.raw import Raw, name_of, object_in, part, reason_in

_CONNECTIONS = 32
_NOTHING_NEW = HTTPStatus.REQUEST_TIMEOUT


class ZaloApiError(ZaloError):  # type: ignore[misc]  # the SDK has no types
    """
    A call that failed: no token, no chat and nobody's words in the text.

    Attributes:
        code: Zalo's error code, else the HTTP status of its answer; 0 when there was no answer of Zalo's.
        ambiguous: True when the call may have been carried out all the same.
    """

    def __init__(self, reason: str, code: int = 0, *, ambiguous: bool = False) -> None:
        super().__init__(reason)
        self.code = code
        self.ambiguous = ambiguous


class SafeRequest(Transport, BaseRequest):  # type: ignore[misc]
    """The SDK's transport, sending JSON over connections that are kept, and reading ``ok``."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_: object,
        **__: object,
    ) -> tuple[int, bytes]:
        """Make one call, by the timeouts of this object; a body is returned only where it says ``ok``."""
        parameters = request_data.parameters if request_data else {}
        try:
            status, body = await self._connections.call(method, url, json=parameters)
        except CallFailed as error:
            raise ZaloApiError(str(error), ambiguous=isinstance(error, MaybeSent)) from None
        _require_ok(status, body)
        return HTTPStatus.OK, body


def _require_ok(status: int, body: bytes) -> None:
    """Raise what the answer says went wrong, wherever it says so: in its status, or in an HTTP 200."""
    is_success = 200 <= status < 300
    answer = object_in(body) or {}
    if "ok" not in answer:
        # Some proxy's page: whatever its status, it says nothing of the message, nor of the token.
        code = status if status == HTTPStatus.TOO_MANY_REQUESTS else 0
        raise ZaloApiError(f"HTTP {status}, not Zalo's answer", code, ambiguous=is_success)
    if answer["ok"] is not True or not is_success:
        told, description = answer.get("error_code"), answer.get("description")
        code = 0 if is_success else status
        code = told if isinstance(told, int) and told else code
        reason = reason_in(description) if isinstance(description, str) else ""
        raise ZaloApiError(f"{code} {reason}".strip(), code)


class SafeZaloBot(Bot):  # type: ignore[misc]
    """One bot at Zalo. Every method raises ``ZaloApiError`` and nothing else."""

    def __init__(self, token: str, base_url: str, *, poll_seconds: int, answer_seconds: float) -> None:
        super().__init__(token, base_url=base_url)
        self._poll_seconds = poll_seconds
        # The clients that the SDK made for itself have opened nothing, so there is nothing to close.
        self._request = (
            SafeRequest(1, poll_seconds + answer_seconds),
            SafeRequest(_CONNECTIONS, answer_seconds),
        )

    async def open(self) -> None:
        """Make the connections usable, again after ``close``."""
        for request in self._request:
            await request.initialize()

    async def close(self) -> None:
        for request in self._request:
            with suppress(Exception):
                await request.shutdown()

    async def me(self) -> Raw:
        """Return who the bot is; the SDK's ``initialize`` would take a refusal for a bot without a name."""
        found = await self._call("getMe")
        if not name_of(found):
            raise ZaloApiError("no id")
        return found

    async def raw_update(self) -> Any:
        """Wait for one update and return it as it came; None when there was none. Zalo then forgets it."""
        try:
            return await self._any("getUpdates", {"timeout": self._poll_seconds})
        except ZaloApiError as error:
            if error.code == _NOTHING_NEW:
                return None
            raise

    async def send_text(self, chat_id: str, text: str) -> str:
        """Send *text* and return the message's name; "" when Zalo gave none."""
        return name_of(await self._call("sendMessage", {"chat_id": chat_id, "text": text}), "message_id")

    async def send_typing(self, chat_id: str) -> None:
        await self._call("sendChatAction", {"chat_id": chat_id, "action": "typing"})

    async def webhook_url(self) -> str:
        """Return where Zalo sends updates; "" when nowhere, which it may call an error."""
        try:
            return name_of(await self._call("getWebhookInfo"), "url")
        except ZaloApiError as error:
            if error.code in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND):
                return ""
            raise

    async def register_webhook(self, url: str, secret: str) -> bool:
        """Tell Zalo where to send updates; False when it tried the address and was not satisfied."""
        answer = await self._call("setWebhook", {"url": url, "secret_token": secret})
        return part(answer, "verification").get("ok") is not False

    async def remove_webhook(self) -> None:
        await self._call("deleteWebhook")

    async def _call(self, method: str, parameters: Raw | None = None) -> Raw:
        found = await self._any(method, parameters)
        return found if isinstance(found, dict) else {}

    async def _any(self, method: str, parameters: Raw | None = None) -> Any:
        try:
            return await self._post(method, parameters)
        except ZaloApiError:
            raise
        except ZaloError as error:
            raise ZaloApiError(type(error).__name__, ambiguous=True) from None


__all__ = ["SafeRequest", "SafeZaloBot", "ZaloApiError"]
