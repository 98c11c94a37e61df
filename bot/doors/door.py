"""
What a door is, and what can go wrong in sending.

A door is made from its settings alone, opens nothing before ``keep_open``, and may fail at any time
without the others noticing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from starlette.routing import Route

from bot.messaging.model import Incoming, Outgoing, Reply


@dataclass(frozen=True, slots=True)
class Update:
    """
    One update as the platform sent it, on its way into the inbox.

    Attributes:
        key: The platform's own identity of it, by which a second delivery is recognised.
        lane: Updates of one lane are answered in order, one at a time: the chat's address, or "".
        raw: The JSON as received.
    """

    key: str
    lane: str
    raw: str


class Intake(Protocol):
    """Where doors leave updates."""

    @property
    def is_full(self) -> bool:
        """True when so much waits that a door which can hold updates back should do so."""

    async def accept(self, door: str, updates: Sequence[Update]) -> None:
        """
        Store *updates*; they are on disk when this returns, and only then may they be acknowledged.

        Raises:
            DatabaseRefused: nothing was stored; do not acknowledge.
        """


@dataclass(frozen=True, slots=True)
class Sending:
    """
    One message that is due.

    Attributes:
        address: The chat.
        outgoing: What ``render`` made.
        message_id: Of the placeholder that stands in the chat already; "" when there is none.
        again: True when an earlier try may have been delivered; then say so, where edits do not exist.
    """

    address: str
    outgoing: Outgoing
    message_id: str = ""
    again: bool = False


Remember = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a platform lets us send new messages. ``None``: no such limit."""

    per_second: float
    per_chat_seconds: float = 0.0  # least time between two messages to one chat
    per_group_minute: int | None = None


@dataclass(slots=True)
class DoorHealth:
    """What a door says of itself; the door writes, ``/healthz`` reads. No secret and no address in it."""

    opened: bool = False
    trouble: str = ""  # a sentence for staff; "" when all is well
    last_contact: datetime | None = None  # the platform's last good word, in UTC
    notes: dict[str, str] = field(default_factory=dict)  # "quota": "812/3000"


class Door(Protocol):
    """One messenger."""

    name: str  # "telegram", "zalo_bot", "zalo_oa"
    pace: Pace
    can_edit: bool  # sends a placeholder first, so that a repeated try doubles nothing
    on_the_wire: int  # messages sent at once; without ``can_edit`` so many may be repeated after a crash
    health: DoorHealth

    def routes(self) -> Sequence[Route]:
        """Return the webhook's routes; none when the door polls."""

    async def keep_open(self) -> None:
        """
        Open the connection, tell the platform where we are, take in updates until cancelled.

        Raises:
            SendingError: to be opened again after a while; ``DoorRefused`` waits longest.
        """

    def read(self, raw: str) -> Incoming | None:
        """
        Translate one stored update; None when there is nothing to answer.

        Raises:
            UnreadableUpdate: it is not what the platform documents.
        """

    def render(self, reply: Reply) -> tuple[Outgoing, ...]:
        """Return the messages of *reply*, in order. Pure: the command line renders with it too."""

    async def send(self, sending: Sending, remember: Remember) -> str:
        """
        Deliver one message and return the platform's name of it.

        With ``can_edit``, the placeholder's name is handed to *remember*, and kept, before the edit.

        Raises:
            SendingError: one of the kinds below.
        """

    async def show_typing(self, address: str) -> None:
        """Show that an answer is on its way; never raises."""

    async def close(self) -> None:
        """Close connections; never raises."""


class UnreadableUpdate(Exception):
    """An update that cannot be translated; the message names the field, never the words in it."""


class SendingError(Exception):
    """A message was not sent; the text is for logs: no token, no address, no citizen's words."""


class NotDelivered(SendingError):
    """Surely not delivered; try again after ``seconds`` (None: the usual back-off)."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class SlowDown(NotDelivered):
    """The platform wants the whole door to wait ``seconds``."""


class MaybeDelivered(SendingError):
    """The connection broke after the message was on its way: it may be read twice if tried again."""


class MessageRefused(SendingError):
    """The platform will never take this message; others go on."""


class ChatClosed(SendingError):
    """The citizen cannot be reached: blocked us, left, or wrote too long ago."""


class DoorRefused(SendingError):
    """The token is refused, or the quota is used up: nothing goes through this door for now."""
