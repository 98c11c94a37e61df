"""What the events of a Zalo Official Account say, read into our own model, and nothing done."""

from __future__ import annotations

from bot.doors.door import UnreadableUpdate, Update
from bot.doors.raw import Raw, digest, loaded, name_of, part, stored, words
from bot.messaging.model import Event, Incoming, Media
from bot.messaging.presses import pressed

# A press comes back as if it had been typed, and "s" alone may really have been: none begins with this.
PRESS_MARK = "#"
_TEXT = ("user_send_text", "anonymous_send_text")
_MEDIA = {
    "user_send_image": Media.PHOTO,
    "user_send_gif": Media.STICKER,
    "user_send_sticker": Media.STICKER,
    "user_send_audio": Media.VOICE,
    "user_send_video": Media.VIDEO,
    "user_send_file": Media.FILE,
    "user_send_link": Media.OTHER,
    "user_send_location": Media.LOCATION,
    "user_send_business_card": Media.CONTACT,
}
_HAPPENED = {"follow": Event.START, "unfollow": Event.BLOCKED, "user_withdraw": Event.WITHDRAWN}
_ECHOES = ("oa_send_", "user_seen_message", "user_received_message", "user_reacted_message")


def is_echo(raw: Raw) -> bool:
    """Say whether *raw* only tells what became of our own messages; every one of them brings several."""
    name = raw.get("event_name")
    return isinstance(name, str) and name.startswith(_ECHOES)


def update_of(raw: Raw) -> Update:
    """Return *raw* as it goes into the inbox; whatever it is."""
    return Update(name_of(part(raw, "message"), "msg_id") or digest(raw), _address(raw), stored(raw))


def read(raw: str) -> Incoming | None:
    """
    Translate one event; None when there is nothing to answer.

    Raises:
        UnreadableUpdate: it is not what Zalo documents.
    """
    event = loaded(raw)
    name = words(event, "event_name")
    if name not in (*_TEXT, *_MEDIA, *_HAPPENED):
        return None
    address = _address(event)
    if not address:
        raise UnreadableUpdate("sender: id is missing")
    if name in _HAPPENED:
        return Incoming(address, _HAPPENED[name])
    if not isinstance(event.get("message"), dict):
        raise UnreadableUpdate("message: not an object")
    text = words(event["message"], "text")
    if name in _MEDIA and not text:
        return Incoming(address, Event.MEDIA, media=_MEDIA[name])
    press = pressed(text.removeprefix(PRESS_MARK)) if text.startswith(PRESS_MARK) else None
    return Incoming(address, text=press.text, about=press.about) if press else Incoming(address, text=text)


def _address(event: Raw) -> str:
    # Whoever withdraws consent is named at the top; sources do not agree, and it must not be missed.
    return name_of(part(event, "sender")) or name_of(part(event, "follower")) or name_of(event, "user_id")
