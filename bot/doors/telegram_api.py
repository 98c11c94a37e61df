"""
The calls we make to Telegram, over ``telegram.Bot``, and what each of its refusals means to us.

Nothing of python-telegram-bot but ``Bot`` is used: its own polling acknowledges updates before they are
on disk, and stops for good at one refusal of the token.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx
import telegram
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot.doors.door import (
    ChatClosed,
    DoorRefused,
    MaybeDelivered,
    MessageRefused,
    NotDelivered,
    SendingError,
    SlowDown,
)
from bot.doors.raw import Raw, name_of
from bot.doors.telegram_updates import ALLOWED, Me
from bot.messaging.model import Button
from handlers.messages_doors import BOT_DESCRIPTION, BOT_SHORT_DESCRIPTION, COMMANDS

_POLL = "getUpdates"
_CONNECT_SECONDS = 10.0
_POOL_SECONDS = 30.0
_CONNECTIONS = 64
_WEBHOOK_CONNECTIONS = 40
_UPDATES = 100
_TOO_MANY = 429
_WAIT_WITHOUT_ADVICE = 3.0
_BEYOND_ADVICE = 0.5
_CHAT_GONE = re.compile(
    r"chat not found|user not found|peer_id_invalid|deactivated|rights to send|topic_closed", re.IGNORECASE
)
_SAME = "message is not modified"
_DELETED = re.compile(r"message to edit not found|message can't be edited|message_id_invalid", re.IGNORECASE)
# The call had not left this machine.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_NO_PREVIEW = telegram.LinkPreviewOptions(is_disabled=True)


class AlsoPolling(NotDelivered):
    """Somebody else fetches this bot's updates."""


class Moved(MessageRefused):
    """The group became a supergroup and has another address."""

    def __init__(self, address: str) -> None:
        super().__init__("the group has another address now")
        self.address = address


@dataclass(frozen=True, slots=True)
class WebhookInfo:
    """What Telegram says of our webhook; ``trouble`` is why it could not call it, "" when nothing waits."""

    url: str
    waiting: int
    trouble: str


class TelegramApi:
    """One bot at Telegram. Every method raises ``SendingError`` of one kind or other, and nothing else."""

    def __init__(self, token: str, base_url: str, *, poll_seconds: int, answer_seconds: float) -> None:
        self._poll_seconds = poll_seconds
        # A connection of its own for fetching: sending never waits for a long poll.
        self._requests = (
            _Request(2, poll_seconds + answer_seconds, answer_seconds, _CONNECT_SECONDS, _POOL_SECONDS),
            _Request(_CONNECTIONS, answer_seconds, answer_seconds, _CONNECT_SECONDS, _POOL_SECONDS),
        )
        polling, sending = self._requests
        self._bot = telegram.Bot(
            token,
            base_url=f"{base_url}/bot",
            base_file_url=f"{base_url}/file/bot",
            get_updates_request=polling,
            request=sending,
        )

    async def open(self) -> Me:
        """Make the connections usable, and return who the bot is."""
        for request in self._requests:
            await request.initialize()
        with _told("getMe"):
            found = await self._bot._post("getMe")
        if not isinstance(found, dict) or not name_of(found):
            raise NotDelivered("getMe: no id")
        return Me(name_of(found), name_of(found, "username"))

    async def close(self) -> None:
        for request in self._requests:
            with suppress(Exception):
                await request.shutdown()

    async def webhook(self) -> WebhookInfo:
        with _told("getWebhookInfo"):
            info = await self._bot.get_webhook_info()
        waiting = info.pending_update_count
        return WebhookInfo(info.url, waiting, _said(info.last_error_message or "") if waiting else "")

    async def set_webhook(self, url: str, secret: str) -> None:
        with _told("setWebhook"):
            await self._bot.set_webhook(
                url, secret_token=secret, allowed_updates=ALLOWED, max_connections=_WEBHOOK_CONNECTIONS
            )

    async def delete_webhook(self) -> None:
        with _told("deleteWebhook"):
            await self._bot.delete_webhook(drop_pending_updates=False)

    async def introduce(self) -> None:
        """Show what the bot is and which commands there are; a bot without them works as well."""
        commands = [telegram.BotCommand(name, description) for name, description in COMMANDS]
        with suppress(SendingError), _told("setMyCommands"):
            await self._bot.set_my_commands(commands, scope=telegram.BotCommandScopeAllPrivateChats())
            await self._bot.set_my_description(BOT_DESCRIPTION)
            await self._bot.set_my_short_description(BOT_SHORT_DESCRIPTION)

    async def updates(self, offset: int | None) -> list[object]:
        """Wait for updates from *offset* on, and return them as they came; this acknowledges those before."""
        asked: Raw = {
            "offset": offset,
            "limit": _UPDATES,
            "timeout": self._poll_seconds,
            "allowed_updates": ALLOWED,
        }
        with _told(_POLL):
            # ``get_updates`` would parse them, and one that it cannot parse would come for ever.
            found = await self._bot._post(_POLL, asked, read_timeout=self._requests[0].read_timeout)
        if not isinstance(found, list):
            raise NotDelivered(f"{_POLL}: not a list")
        return found

    async def place(self, address: str, text: str, quotes: str) -> str:
        """Send *text* as a new message and return its name."""
        reply = (
            telegram.ReplyParameters(int(quotes), allow_sending_without_reply=True)
            if quotes.isdecimal()
            else None
        )
        with _told("sendMessage", is_repeatable=False):
            message = await self._bot.send_message(
                address, text, reply_parameters=reply, link_preview_options=_NO_PREVIEW
            )
            return str(message.message_id)

    async def edit(self, address: str, message_id: str, html: str, rows: Sequence[Sequence[Button]]) -> bool:
        """Make the message read *html*; False when it is no longer there."""
        buttons = [
            [telegram.InlineKeyboardButton(button.label, callback_data=button.press) for button in row]
            for row in rows
        ]
        with _told("editMessageText"):
            try:
                await self._bot.edit_message_text(
                    html,
                    chat_id=address,
                    message_id=int(message_id),
                    parse_mode=ParseMode.HTML,
                    link_preview_options=_NO_PREVIEW,
                    reply_markup=telegram.InlineKeyboardMarkup(buttons) if buttons else None,
                )
            except BadRequest as error:
                if _DELETED.search(error.message):
                    return False
                if _SAME not in error.message.lower():
                    raise
        return True

    async def answer_press(self, query: str) -> None:
        """Stop the button's spinning; what else is to be said comes as a message."""
        with _told("answerCallbackQuery"):
            await self._bot.answer_callback_query(query)

    async def show_typing(self, address: str) -> None:
        with _told("sendChatAction"):
            await self._bot.send_chat_action(address, telegram.constants.ChatAction.TYPING)


class _TooMany(TelegramError):
    """Told to wait; the SDK's own error does not know of a refusal that names no time."""

    def __init__(self, seconds: float) -> None:
        super().__init__("too many requests")
        self.seconds = seconds


class _Request(HTTPXRequest):
    """The SDK's transport, quiet about what it cannot read: the log would hold citizens' words."""

    def __init__(self, connections: int, read: float, write: float, connect: float, pool: float) -> None:
        super().__init__(
            connection_pool_size=connections,
            read_timeout=read,
            write_timeout=write,
            connect_timeout=connect,
            pool_timeout=pool,
        )

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        code, payload = await super().do_request(*args, **kwargs)
        if code == _TOO_MANY:
            raise _TooMany(_advised(payload))
        return code, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> Raw:
        try:
            found = json.loads(payload)
        except (ValueError, RecursionError):
            raise TelegramError("the answer is no JSON") from None
        if not isinstance(found, dict):
            raise TelegramError("the answer is no object")
        return found


def _advised(payload: bytes) -> float:
    try:
        seconds = json.loads(payload)["parameters"]["retry_after"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return _WAIT_WITHOUT_ADVICE
    return float(seconds) if isinstance(seconds, (int, float)) and seconds > 0 else _WAIT_WITHOUT_ADVICE


@contextmanager
def _told(call: str, *, is_repeatable: bool = True) -> Iterator[None]:
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
    reason = f"{call}: {type(error.__cause__ or error).__name__}"
    match error:
        case _TooMany():
            return SlowDown(f"{call}: told to wait", error.seconds + _BEYOND_ADVICE)
        case InvalidToken():
            return DoorRefused(f"{call}: the token is refused")
        case Forbidden():
            return ChatClosed(f"{call}: {_said(error.message)}")
        case ChatMigrated():
            return Moved(str(error.new_chat_id))
        case BadRequest():
            refused = ChatClosed if _CHAT_GONE.search(error.message) else MessageRefused
            return refused(f"{call}: {_said(error.message)}")
        case Conflict():
            return (AlsoPolling if call == _POLL else NotDelivered)(reason)
        case NetworkError() if not isinstance(error.__cause__, httpx.TransportError):
            return NotDelivered(f"{call}: the server has an error")
        case NetworkError() if isinstance(error.__cause__, _NOT_SENT) or is_repeatable:
            return NotDelivered(reason)
    return NotDelivered(reason) if is_repeatable else MaybeDelivered(reason)


def _said(description: str) -> str:
    """Return Telegram's own words without anything that may be a number, an address or a token."""
    return re.sub(r"\S*\d\S*", "…", description)[:120]
