"""
The transport of the Telegram SDK, and what each of its errors means to us.

No text here holds a token, a chat or anybody's words: descriptions are stripped of whatever has a figure,
and what cannot be read is not repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)
from telegram.request import BaseRequest, RequestData

from bot.doors.calling import CallFailed, NotSent, Transport
from bot.doors.door import (
    ChatClosed,
    DoorRefused,
    MaybeDelivered,
    MessageRefused,
    NotDelivered,
    SendingError,
    SlowDown,
)
from bot.doors.raw import Raw, object_in, part, reason_in

GET_UPDATES = "getUpdates"
_TOO_MANY = 429
_WAIT_WITHOUT_ADVICE = 3.0
_BEYOND_ADVICE = 0.5
_CHAT_GONE = re.compile(
    r"chat not found|user not found|peer_id_invalid|deactivated|rights to send|topic_closed", re.IGNORECASE
)


class AlsoPolling(NotDelivered):
    """Somebody else fetches this bot's updates."""


class Moved(MessageRefused):
    """The group became a supergroup and has another address."""

    def __init__(self, address: str) -> None:
        super().__init__("the group has another address now")
        self.address = address


class _TooMany(TelegramError):
    """Told to wait; the SDK's own error does not know of a refusal that names no time."""

    def __init__(self, seconds: float) -> None:
        super().__init__("too many requests")
        self.seconds = seconds


class QuietRequest(Transport, BaseRequest):
    """The SDK's transport: quiet about what it cannot read, for the log would hold citizens' words."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_: object,
        **__: object,
    ) -> tuple[int, bytes]:
        """Make one call, by the timeouts of this object."""
        parameters = request_data.parameters if request_data else {}
        code, payload = await self._connections.call(method, url, json=parameters)
        if code == _TOO_MANY:
            raise _TooMany(_advised(payload))
        if 400 <= code < 500 and "ok" not in (object_in(payload) or {}):
            # Some proxy's page: the SDK would take its 403 for a citizen's who blocked the bot.
            raise NetworkError("not Telegram's answer")
        return code, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> Raw:
        found = object_in(payload)
        if found is None:
            raise TelegramError("the answer is no JSON object")
        return found


def _advised(payload: bytes) -> float:
    seconds = part(object_in(payload) or {}, "parameters").get("retry_after")
    return float(seconds) if isinstance(seconds, (int, float)) and seconds > 0 else _WAIT_WITHOUT_ADVICE


@contextmanager
def told(call: str, *, is_repeatable: bool = True) -> Iterator[None]:
    """
    Turn whatever the SDK raises into a ``SendingError``.

    *is_repeatable*: a call made twice does the same as one, so that an unknown outcome is no harm.
    """
    try:
        yield
    except SendingError:
        raise
    except Exception as error:
        # Without its cause: whatever a broken server or a proxy answered stands there.
        raise _failure(call, error, is_repeatable=is_repeatable) from None


def _failure(call: str, error: Exception, *, is_repeatable: bool) -> SendingError:
    cause = error.__cause__
    reason = f"{call}: {cause if isinstance(cause, CallFailed) else type(cause or error).__name__}"
    match error:
        case _TooMany():
            return SlowDown(f"{call}: told to wait", error.seconds + _BEYOND_ADVICE)
        case InvalidToken():
            return DoorRefused(f"{call}: the token is refused")
        case Forbidden():
            return ChatClosed(f"{call}: {reason_in(error.message)}")
        case ChatMigrated():
            return Moved(str(error.new_chat_id))
        case BadRequest():
            refused = ChatClosed if _CHAT_GONE.search(error.message) else MessageRefused
            return refused(f"{call}: {reason_in(error.message)}")
        case Conflict():
            return (AlsoPolling if call == GET_UPDATES else NotDelivered)(reason)
        case NetworkError() if not isinstance(cause, CallFailed):
            return NotDelivered(f"{call}: the server has an error")
        case NetworkError() if isinstance(cause, NotSent) or is_repeatable:
            return NotDelivered(reason)
    return NotDelivered(reason) if is_repeatable else MaybeDelivered(reason)
