"""What the events of the Zalo Bot Platform say, read into our own model, and nothing done."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.doors.door import UnreadableUpdate, Update
from bot.doors.raw import Raw, digest, loaded, name_of, part, stored, words
from bot.messaging.model import Event, Incoming, Media

_GROUP = "GROUP"
_MESSAGE = re.compile(r"message\.(\w+)\.received")
_MEDIA = {
    "image": Media.PHOTO,
    "sticker": Media.STICKER,
    "voice": Media.VOICE,
    # Files and cards, and all that a protected sender writes: Zalo shows the bot nothing of it.
    "unsupported": Media.OTHER,
    "link": Media.OTHER,
}
_QUOTING = ("reply_to_message", "reply_to_message_id", "quote", "quote_message")


def update_of(raw: object) -> Update:
    """Return *raw* as it goes into the inbox; whatever it is."""
    message = part(_event(raw), "message") if isinstance(raw, dict) else {}
    return Update(name_of(message, "message_id") or digest(raw), name_of(part(message, "chat")), stored(raw))


def read(raw: str, names: Iterable[str]) -> Incoming | None:
    """
    Translate one event; None when there is nothing to answer.

    Args:
        raw: The event, with Zalo's envelope around it or without: both are seen.
        names: What the bot is called where it is mentioned in a group.

    Raises:
        UnreadableUpdate: it is not what Zalo documents.
    """
    event = _event(loaded(raw))
    kind = _MESSAGE.fullmatch(words(event, "event_name"))
    if kind is None:
        return None  # seen, a reaction, whatever comes later
    message = part(event, "message")
    chat, sender = part(message, "chat"), part(message, "from")
    address = name_of(chat)
    if not address:
        raise UnreadableUpdate("message.chat: id is missing")
    if sender.get("is_bot") is True:
        return None
    text, person = words(message, "text", "caption"), ""
    if words(chat, "chat_type").upper() == _GROUP:
        if "@" not in text and not any(field in message for field in _QUOTING):
            return None
        text, person = _without_mention(text, names), name_of(sender)
    if text or kind[1] == "text":
        return Incoming(address, text=text, person=person)
    media = _MEDIA.get(kind[1], Media.OTHER)
    return Incoming(address, Event.MEDIA, person=person, media=media)


def _event(raw: Raw) -> Raw:
    return part(raw, "result") or raw


def _without_mention(text: str, names: Iterable[str]) -> str:
    """Return *text* without the bot's name, which may be of several words."""
    longest_first = sorted(filter(None, names), key=len, reverse=True)
    if not longest_first:
        return text
    mention = re.compile("@(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)", re.IGNORECASE)
    return re.sub(r" {2,}", " ", mention.sub(" ", text)).strip(" ,:\n")
