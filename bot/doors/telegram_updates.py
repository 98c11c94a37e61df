"""What Telegram's updates say: the Bot API's JSON read into our own model, and nothing done."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.doors.door import UnreadableUpdate, Update
from bot.doors.raw import Raw, digest, loaded, name_of, part, stored, words
from bot.messaging.model import Event, Incoming, Media
from bot.messaging.presses import pressed
from handlers.messages import DELETES, TALK_TO_STAFF
from handlers.messages_doors import COMMAND_TEXTS

ALLOWED = ("message", "callback_query", "my_chat_member")
_PRIVATE, _CHANNEL = "private", "channel"
_GONE = ("kicked", "left")
_START = "start"
_COMMANDS = {**COMMAND_TEXTS, "help": COMMAND_TEXTS["trogiup"], **{text[1:]: text for text in DELETES}}
_COMMAND = re.compile(r"/([a-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)
# In the order in which they are looked for: an animation is a document too, a venue a location.
_MEDIA = {
    "photo": Media.PHOTO,
    "voice": Media.VOICE,
    "audio": Media.VOICE,
    "sticker": Media.STICKER,
    "animation": Media.VIDEO,
    "video": Media.VIDEO,
    "video_note": Media.VIDEO,
    "document": Media.FILE,
    "location": Media.LOCATION,
    "contact": Media.CONTACT,
    "poll": Media.OTHER,
    "dice": Media.OTHER,
    "game": Media.OTHER,
    "story": Media.OTHER,
    "paid_media": Media.OTHER,
    "checklist": Media.OTHER,
}


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is: its number, and its name in groups ("" until Telegram has said it)."""

    id: str
    username: str = ""

    def is_named(self, name: str) -> bool:
        """Say whether *name* is the bot's. Until its own is known, any bot's is: they all end in "bot"."""
        return name.lower() == self.username.lower() if self.username else name.lower().endswith("bot")


def update_of(raw: object) -> Update:
    """Return *raw* as it goes into the inbox; whatever it is."""
    number = number_of(raw)
    return Update(digest(raw) if number is None else str(number), lane_of(raw), stored(raw))


def number_of(raw: object) -> int | None:
    """Return the number by which Telegram counts updates."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def lane_of(raw: object) -> str:
    """Return the chat that *raw* belongs to; "" when it names none."""
    if not isinstance(raw, dict):
        return ""
    query = part(raw, "callback_query")
    return next(
        (
            address
            for inside in (part(raw, "message"), part(query, "message"), part(raw, "my_chat_member"))
            if (address := name_of(part(inside, "chat")))
        ),
        "",
    )


def query_of(raw: object) -> str:
    """Return the name of the press in *raw*, by which it is answered; "" when nothing was pressed."""
    return name_of(part(raw, "callback_query")) if isinstance(raw, dict) else ""


def read(raw: str, me: Me) -> Incoming | None:
    """
    Translate one update; None when there is nothing to answer.

    Raises:
        UnreadableUpdate: it is not what Telegram documents.
    """
    update = loaded(raw)
    if "message" in update:
        return _message(part(update, "message"), me)
    if "callback_query" in update:
        return _press(part(update, "callback_query"))
    if "my_chat_member" in update:
        return _membership(part(update, "my_chat_member"))
    return None  # an edit, a post in a channel, something newer than this program


def _message(message: Raw, me: Me) -> Incoming | None:
    address, kind = _chat(message)
    sender = part(message, "from")
    if kind == _CHANNEL or sender.get("is_bot"):
        return None
    person, quotes = ("", "") if kind == _PRIVATE else (name_of(sender), name_of(message, "message_id"))
    text = words(message, "text", "caption")
    command = _COMMAND.fullmatch(text)
    if command and (command[2] is None or me.is_named(command[2])):
        name = command[1].lower()
        if kind != _PRIVATE and command[2] is None and name not in _COMMANDS and name != _START:
            return None
        if name == _START:
            return Incoming(address, Event.START, person=person, quotes=quotes)
        return Incoming(address, text=_meant(command, name), person=person, quotes=quotes)
    if kind != _PRIVATE:
        text, mentions = _without_mentions(text, me)
        if not mentions and name_of(part(part(message, "reply_to_message"), "from")) != me.id:
            return None
    if text or "text" in message:
        return Incoming(address, text=text, person=person, quotes=quotes)
    media = next((media for field, media in _MEDIA.items() if field in message), None)
    if media is None:
        return None  # somebody joined, a message was pinned
    return Incoming(address, Event.MEDIA, person=person, media=media, quotes=quotes)


def _meant(command: re.Match[str], name: str) -> str:
    """Return the text that a command stands for; to staff goes what was written behind it too."""
    text, rest = _COMMANDS.get(name, f"/{name}"), command[3] or ""
    return f"{text}: {rest}" if rest and text == TALK_TO_STAFF else text


def _without_mentions(text: str, me: Me) -> tuple[str, bool]:
    found = [match for match in re.finditer(r"(?<!\w)@(\w+)", text) if me.is_named(match[1])]
    for match in reversed(found):
        text = text[: match.start()] + " " + text[match.end() :]
    return (re.sub(r" {2,}", " ", text).strip(" ,:\n") if found else text), bool(found)


def _press(query: Raw) -> Incoming | None:
    message = part(query, "message")
    if not message:
        return None  # under a message that the bot sent through somebody else; we send none
    address, kind = _chat(message)
    found = pressed(words(query, "data"))
    if found is None:
        return None
    person, quotes = "", ""
    if kind != _PRIVATE:
        person, quotes = name_of(part(query, "from")), name_of(message, "message_id")
    return Incoming(address, text=found.text, person=person, about=found.about, quotes=quotes)


def _membership(change: Raw) -> Incoming | None:
    address, _ = _chat(change)
    gone = words(part(change, "new_chat_member"), "status") in _GONE
    return Incoming(address, Event.BLOCKED) if gone else None


def _chat(of: Raw) -> tuple[str, str]:
    chat = part(of, "chat")
    address, kind = name_of(chat), words(chat, "type")
    if not address or not kind:
        raise UnreadableUpdate("chat: id or type is missing")
    return address, kind
