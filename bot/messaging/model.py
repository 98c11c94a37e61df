"""
What a citizen does and what is sent back, in words that no messenger knows.

A door reads its platform's update into an ``Incoming`` and writes ``Outgoing`` messages; between the
two there is one ``Reply``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from handlers import messages
from handlers.messages_doors import PART_NOTE, beside_buttons
from handlers.messages_staff import answer_comes_here


class Event(StrEnum):
    """What happened in a chat."""

    MESSAGE = "message"  # something was typed, or a button pressed
    START = "start"  # first contact: /start, a new follower
    MEDIA = "media"  # a picture, a voice message … that the machine cannot read
    WITHDRAWN = "withdrawn"  # the citizen withdrew consent: everything is deleted, nothing answered
    BLOCKED = "blocked"  # the citizen blocked us: nothing can be sent any more


class Media(StrEnum):
    """What came instead of a text."""

    PHOTO = "photo"
    VOICE = "voice"
    STICKER = "sticker"
    FILE = "file"
    VIDEO = "video"
    LOCATION = "location"
    CONTACT = "contact"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Incoming:
    """
    One update, translated.

    Attributes:
        address: Where replies go: the platform's own name of the chat.
        person: Who spoke, where several people share the chat; "" in a private one.
        text: What was typed, or what the pressed button stands for; "" for other events.
        about: Number of the answer that the pressed button stood under; 0 when nothing was pressed.
        media: For ``Event.MEDIA``, what came.
        quotes: The platform's name of the message to reply to in a group; "" elsewhere.
    """

    address: str
    event: Event = Event.MESSAGE
    text: str = ""
    person: str = ""
    about: int = 0
    media: Media = Media.OTHER
    quotes: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """What the citizen may press: the ``label`` they read, and the ``press`` that comes back (ASCII)."""

    label: str
    press: str


@dataclass(frozen=True, slots=True)
class Reply:
    """
    One answer on its way to a citizen, whatever the door.

    Attributes:
        sections: The text, cut where it may be split. A clarification's numbered choices stand in it.
        notice: The greeting, when this is the first thing that the chat reads from us; "" otherwise.
        choices: One button per numbered choice, in order of the numbers.
        more: What may be asked next about the procedure that was quoted.
        rating: Thumbs up and down, when the answer may be rated; ``()`` otherwise.
        automatic: Whether the machine wrote it, and not an officer.
        with_staff: Whether an officer will answer, by the same way.
    """

    sections: tuple[str, ...]
    notice: str = ""
    choices: tuple[Button, ...] = ()
    more: tuple[Button, ...] = ()
    rating: tuple[Button, ...] = ()
    automatic: bool = True
    with_staff: bool = False

    @property
    def part_note(self) -> str:
        """What stands behind the number of each part, when the reply is sent in several."""
        return PART_NOTE if self.automatic else ""

    def told(self, *, pressable: bool = False, reach_days: int | None = None) -> tuple[str, ...]:
        """
        Return the sections in the words of a door.

        *pressable*: the choices stand below as buttons too. *reach_days*: after a citizen's last message
        the door can send for so many days; None: for ever.
        """
        sections = self.sections
        if pressable and self.choices:
            sections = tuple(map(beside_buttons, sections))
        if not self.with_staff:
            return sections
        is_marked = sections[-1:] == (messages.MARK,)  # the mark stays the last word
        before, mark = (sections[:-1], sections[-1:]) if is_marked else (sections, ())
        return (*before, answer_comes_here(reach_days), *mark)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message as a door will send it: plain ``text`` within its limits, buttons in ``rows``."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    quotes: str = ""  # see ``Incoming.quotes``
