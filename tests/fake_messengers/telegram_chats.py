"""The citizens' side of the fake Telegram: what they send and press, and what their screens show."""

from __future__ import annotations

import itertools
import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tests.fake_messengers.telegram_html import utf16_length
from tests.fake_messengers.webhooks import CallingFake, Update
from tests.fake_messengers.wire import Params

_COMMAND = re.compile(r"(?<!\S)/[a-z0-9_]{1,32}(@\w+)?(?!\w)")
_MENTION = re.compile(r"(?<!\w)@\w{5,32}")


@dataclass
class Shown:
    """A message as it stands on the screen now; ``wire`` is the Bot API's Message."""

    wire: Params
    from_bot: bool
    html: str | None = None
    edits: int = 0
    deleted: bool = False
    keyboard: Params | None = None  # a keyboard in place of the letters, or its removal
    history: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text or the caption."""
        return str(self.wire.get("text", self.wire.get("caption", "")))

    @property
    def buttons(self) -> list[list[Params]]:
        """The rows of buttons under it."""
        found: list[list[Params]] = self.wire.get("reply_markup", {}).get("inline_keyboard", [])
        return found


class TelegramChats(CallingFake):
    """Chats, their messages, and what citizens do. A positive chat is private, a negative one a group."""

    controls: ClassVar[frozenset[str]] = frozenset(
        "text command press photo voice sticker document location contact edit block unblock duplicate "
        "malformed pause resume answers screen outstanding configure".split()
    )
    username = "danhoi_bot"
    bot_id = 7_000_000_001
    privacy = False  # True: of a group, only commands, mentions and replies reach the bot

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chats: dict[int, dict[int, Shown]] = {}
        self.blocked: set[int] = set()
        self.allowed: list[str] | None = None
        self.files: dict[str, bytes] = {}
        self.callbacks: dict[str, Params | None] = {}
        self._again: list[Update] = []
        self._message_ids = itertools.count(1)
        self._callback_ids = itertools.count(4_382_000_000_000)

    # What citizens send. All give the update's number.

    def text(self, chat: int, text: str, user: int | None = None, reply_to: int | None = None) -> int:
        """Send a text; commands and mentions get their entities. Longer than 4096 units no client sends."""
        if not 1 <= utf16_length(text) <= 4096:
            raise ValueError("no client sends this in one message")
        content: Params = {"text": text}
        if entities := _entities(text):
            content["entities"] = entities
        return self._send(chat, user, content, reply_to)

    def command(self, chat: int, command: str, user: int | None = None) -> int:
        """Send a command, such as ``/start`` or ``/start abc``."""
        if not command.startswith("/"):
            raise ValueError(command)
        return self.text(chat, command, user)

    def press(
        self,
        chat: int,
        button: str,
        message_id: int | None = None,
        user: int | None = None,
        stale: bool = False,
    ) -> str:
        """Press a button, by its label or data, of one message or the newest that has it.

        Gives the query's id. Raises ``LookupError`` if no screen shows it; ``stale`` presses it all the same,
        as a citizen does whose screen was not up to date.
        """
        with self.lock:
            shown, data = self._find_button(chat, button, message_id, stale=stale)
            query = str(next(self._callback_ids))
            self.callbacks[query] = None
            message = deepcopy(shown.wire)
            if shown.deleted:
                message = {"chat": message["chat"], "message_id": message["message_id"], "date": 0}
            body = {
                "id": query,
                "from": _user(user or chat),
                "message": message,
                "chat_instance": f"-{abs(chat)}77",
                "data": data,
            }
            self._happen("callback_query", body, chat)
        return query

    def photo(self, chat: int, caption: str | None = None, user: int | None = None) -> int:
        """Send a photo."""
        sizes = [self._file(b"\xff\xd8small") | {"width": 90, "height": 67}]
        sizes.append(self._file(b"\xff\xd8large" * 20) | {"width": 800, "height": 600})
        return self._send(chat, user, {"photo": sizes} | ({"caption": caption} if caption else {}))

    def voice(self, chat: int, user: int | None = None) -> int:
        """Send a voice message."""
        return self._send(
            chat, user, {"voice": self._file(b"OggS") | {"duration": 3, "mime_type": "audio/ogg"}}
        )

    def sticker(self, chat: int, user: int | None = None) -> int:
        """Send a sticker."""
        shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self._send(chat, user, {"sticker": self._file(b"RIFF") | shape})

    def document(
        self, chat: int, name: str = "to-khai.pdf", caption: str | None = None, user: int | None = None
    ) -> int:
        """Send a file."""
        document = self._file(b"%PDF-1.4") | {"file_name": name, "mime_type": "application/pdf"}
        return self._send(chat, user, {"document": document} | ({"caption": caption} if caption else {}))

    def location(
        self, chat: int, latitude: float = 10.776, longitude: float = 106.7, user: int | None = None
    ) -> int:
        """Send a place."""
        return self._send(chat, user, {"location": {"latitude": latitude, "longitude": longitude}})

    def contact(self, chat: int, phone: str = "+84900000000", user: int | None = None) -> int:
        """Send a telephone number."""
        contact = {"phone_number": phone, "first_name": "Người dân", "user_id": user or chat}
        return self._send(chat, user, {"contact": contact})

    def edit(self, chat: int, message_id: int, text: str) -> int:
        """Edit an own message."""
        with self.lock:
            shown = self.chats[chat][message_id]
            if shown.from_bot:
                raise ValueError("a citizen edits only what he sent")
            shown.wire = {**shown.wire, "text": text, "edit_date": int(self.wall())}
            shown.edits += 1
            return self._happen("edited_message", deepcopy(shown.wire), chat)

    def block(self, chat: int) -> int:
        """Block the bot: it cannot send to this chat."""
        self.blocked.add(chat)
        return self._membership(chat, "member", "kicked")

    def unblock(self, chat: int) -> int:
        """Take the bot back."""
        self.blocked.discard(chat)
        return self._membership(chat, "kicked", "member")

    # What a network may do.

    def duplicate(self, update_id: int) -> None:
        """Bring an update a second time, acknowledged or not."""
        with self.lock:
            update = next(update for update in self.happened if update.id == update_id)
            if self.hook is None:
                self._again.append(update)
            else:
                self.pending.append(update)
        self.ring()

    def malformed(self, kind: str, chat: int = 1) -> int:
        """Send what no documentation allows; see ``MALFORMED`` for the kinds."""
        with self.lock:
            number = next(self._ids)
            message = self._message(chat, None, {"text": "hỏng"})
            body: object = {"update_id": number, "message": message}
            if kind in {"no_message_id", "no_chat", "no_date"}:
                del message[kind.removeprefix("no_")]
            elif kind == "date_as_string":
                message["date"] = "hôm nay"
            elif kind == "text_as_number":
                message["text"] = 7
            elif kind == "empty":
                body = {"update_id": number}
            elif kind == "unknown_type":
                body = {"update_id": number, "telepathy": {"thought": "…"}}
            elif kind == "no_update_id":
                body = {"message": message}
            elif kind == "not_an_object":
                body = ["update", number]
            else:
                raise LookupError(kind)
            self.push(Update(number, chat, body, self.wall()))
        return number

    # What screens show.

    def shown(self, chat: int) -> list[Shown]:
        """Give all that stands in a chat now, in order: without what was deleted, and edited as it was."""
        with self.lock:
            return [shown for shown in self.chats.get(chat, {}).values() if not shown.deleted]

    def answers(self, chat: int) -> list[str]:
        """Give the texts of the bot that stand in a chat now."""
        return [shown.text for shown in self.shown(chat) if shown.from_bot]

    def screen(self, chat: int) -> list[Params]:
        """Give a chat in plain values: message_id, from_bot, text, buttons, edits."""
        return [
            {
                "message_id": shown.wire["message_id"],
                "from_bot": shown.from_bot,
                "text": shown.text,
                "buttons": shown.buttons,
                "edits": shown.edits,
                "reply_to": shown.wire.get("reply_to_message", {}).get("message_id"),
            }
            for shown in self.shown(chat)
        ]

    # How it is done.

    def _send(self, chat: int, user: int | None, content: Params, reply_to: int | None = None) -> int:
        with self.lock:
            message = self._message(chat, user, content, reply_to)
            self.chats.setdefault(chat, {})[message["message_id"]] = Shown(message, from_bot=False)
            if chat < 0 and self.privacy and not self._meant_for_bot(message):
                return 0
            return self._happen("message", deepcopy(message), chat)

    def _meant_for_bot(self, message: Params) -> bool:
        replied = message.get("reply_to_message", {}).get("from", {}).get("id") == self.bot_id
        text = str(message.get("text", message.get("caption", "")))
        return replied or text.startswith("/") or f"@{self.username}" in text

    def _message(self, chat: int, user: int | None, content: Params, reply_to: int | None = None) -> Params:
        if chat < 0 and user is None:
            raise ValueError("somebody speaks in a group: user is needed")
        message: Params = {
            "message_id": next(self._message_ids),
            "from": _user(user or chat),
            "chat": self.chat_object(chat),
            "date": int(self.wall()),
            **content,
        }
        if reply_to is not None:
            quoted = self.chats[chat][reply_to].wire
            message["reply_to_message"] = {
                key: value for key, value in quoted.items() if key != "reply_to_message"
            }
        return message

    def chat_object(self, chat: int) -> Params:
        """Give the Bot API's Chat."""
        if chat > 0:
            return {"id": chat, "type": "private", "first_name": f"Người dân {chat}"}
        return {"id": chat, "type": "supergroup", "title": f"Nhóm {-chat}"}

    def _happen(self, kind: str, body: Params, chat: int) -> int:
        with self.lock:
            number = next(self._ids)
            if self.allowed and kind not in self.allowed:
                return number
            self.push(Update(number, chat, {"update_id": number, kind: body}, self.wall()))
            return number

    def _membership(self, chat: int, before: str, after: str) -> int:
        bot = {"id": self.bot_id, "is_bot": True, "first_name": "Dân hỏi", "username": self.username}
        with self.lock:
            self.chats.setdefault(chat, {})
            until = {"until_date": 0}
            body = {
                "chat": self.chat_object(chat),
                "from": _user(chat),
                "date": int(self.wall()),
                "old_chat_member": {"user": bot, "status": before} | (until if before == "kicked" else {}),
                "new_chat_member": {"user": bot, "status": after} | (until if after == "kicked" else {}),
            }
            return self._happen("my_chat_member", body, chat)

    def _file(self, content: bytes) -> Params:
        path = f"files/{len(self.files) + 1}"
        self.files[path] = content
        name = path.replace("/", "-")
        return {"file_id": name, "file_unique_id": f"u-{name}", "file_size": len(content)}

    def _find_button(
        self, chat: int, button: str, message_id: int | None, *, stale: bool
    ) -> tuple[Shown, str]:
        messages = self.chats.get(chat, {})
        for shown in [messages[message_id]] if message_id is not None else reversed(messages.values()):
            if shown.deleted and not stale:
                continue
            for found in (found for row in shown.buttons for found in row):
                if button in {found["text"], found.get("callback_data")} and "callback_data" in found:
                    return shown, found["callback_data"]
        if stale and message_id is not None:
            return messages[message_id], button
        raise LookupError(f"no button {button!r} in chat {chat}")


MALFORMED = (
    "no_message_id no_chat no_date date_as_string text_as_number empty unknown_type no_update_id "
    "not_an_object".split()
)


def _user(user: int) -> Params:
    return {"id": user, "is_bot": False, "first_name": f"Người dân {user}", "language_code": "vi"}


def _entities(text: str) -> list[Params]:
    found = [("bot_command", match) for match in _COMMAND.finditer(text)]
    found += [("mention", match) for match in _MENTION.finditer(text)]
    return [
        {"type": kind, "offset": utf16_length(text[: match.start()]), "length": utf16_length(match[0])}
        for kind, match in sorted(found, key=lambda pair: pair[1].start())
    ]
