"""A fake of the Zalo Bot Platform, as strict as its documentation; where that is silent there is a switch."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, ClassVar
from urllib.parse import urlsplit

import msgspec

from tests.fake_messengers.rules import Limit
from tests.fake_messengers.telegram_markup import structured
from tests.fake_messengers.webhooks import CallingFake, Hook, Update
from tests.fake_messengers.wire import Gone, Params, Refused, Reply, Request

TOKEN = "1234567890:FakeZaloTokenForTestsOnly"
LONGEST_TEXT = 2000
VIETNAM = timezone(timedelta(hours=7))


@dataclass
class Line:
    """One line of a chat."""

    from_bot: bool
    text: str
    message_id: str
    kind: str = "text"
    params: Params = field(default_factory=dict)


class FakeZaloBot(CallingFake):
    """Zalo for one bot.

    - ``http_codes``: refusals carry their code as HTTP status, instead of HTTP 200 with ok:false.
    - ``flat``: a webhook call is ``{event_name, message}`` instead of ``{ok, result: {...}}``.
    - ``quota``: messages a calendar month (Vietnam); ``count_inbound`` counts citizens' messages too.
    - ``keep_offline``: False loses what arrives while nobody polls and no webhook is set.
    - ``ghost_poll``: a poll whose caller hung up swallows the next update.
    - ``https_only``: setWebhook refuses loopback, as the real one.
    """

    controls: ClassVar[frozenset[str]] = frozenset(
        "text image sticker voice unsupported duplicate malformed pause resume answers screen outstanding "
        "configure".split()
    )
    webhook_forever = False

    def __init__(
        self,
        token: str = TOKEN,
        *,
        per_second: int = 5,
        burst: int = 0,
        window_s: float = 1.0,
        quota: int = 3000,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        super().__init__({"overall": Limit(per_second, window_s, burst)}, clock, wall)
        self.token, self.quota = token, quota
        self.http_codes = self.flat = self.ghost_poll = self.https_only = self.count_inbound = False
        self.keep_offline = True
        self.webhook_delays = ()
        self.chats: dict[str, list[Line]] = {}
        self.used: dict[str, int] = {}
        self.lost: list[Update] = []
        self._polls = 0
        self.methods: dict[str, Callable[[Params], Any]] = {
            "getMe": self._get_me,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._get_webhook_info,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
            "sendSticker": self._send_sticker,
            "sendChatAction": self._chat_action,
        }

    # What citizens send. All give the message's id.

    def text(self, chat: str, text: str, user: str | None = None, mention: bool = True) -> str:
        """Send a text. With ``user`` the chat is a group: without a mention the bot never sees it."""
        if user is not None and mention:
            text = f"@Bot Dân hỏi {text}"
        return self._send(chat, user, "text", {"text": text}, seen=user is None or mention)

    def image(self, chat: str, caption: str = "", user: str | None = None) -> str:
        """Send a picture."""
        photo = {"photo": "https://photo.invalid/1.jpg"} | ({"caption": caption} if caption else {})
        return self._send(chat, user, "image", photo)

    def sticker(self, chat: str, user: str | None = None) -> str:
        """Send a sticker."""
        return self._send(chat, user, "sticker", {"sticker": "b", "url": "https://sticker.invalid/b.png"})

    def voice(self, chat: str, user: str | None = None) -> str:
        """Send a voice message."""
        return self._send(chat, user, "voice", {"voice_url": "https://voice.invalid/1.aac"})

    def unsupported(self, chat: str, user: str | None = None) -> str:
        """Send a file, a contact card or anything of a protected sender: the event has no content."""
        return self._send(chat, user, "unsupported", {})

    def duplicate(self, message_id: str) -> None:
        """Bring a message a second time."""
        with self.lock:
            update = next(update for update in self.happened if _message_id(update.body) == message_id)
            self._arrive(update)

    def malformed(self, kind: str, chat: str = "c1") -> None:
        """Send what no documentation allows."""
        message = self._message(chat, None, {"text": "hỏng"})
        body: object = {"event_name": "message.text.received", "message": message}
        if kind in {"no_message_id", "no_chat", "no_date", "no_from"}:
            del message[kind.removeprefix("no_")]
        elif kind == "date_as_string":
            message["date"] = "hôm nay"
        elif kind == "text_as_number":
            message["text"] = 7
        elif kind == "no_message":
            body = {"event_name": "message.text.received"}
        elif kind == "unknown_event":
            body = {"event_name": "message.telepathy.received", "message": message}
        elif kind == "not_an_object":
            body = ["update"]
        else:
            raise LookupError(kind)
        with self.lock:
            self._arrive(Update(next(self._ids), chat, body, self.wall()))

    # What screens show.

    def answers(self, chat: str) -> list[str]:
        """Give what the bot wrote in a chat."""
        with self.lock:
            return [line.text for line in self.chats.get(chat, []) if line.from_bot]

    def screen(self, chat: str) -> list[Params]:
        """Give a chat in plain values."""
        with self.lock:
            return [msgspec.to_builtins(line) for line in self.chats.get(chat, [])]

    def state(self) -> Params:
        """Give everything a test elsewhere may ask for."""
        with self.lock:
            return {
                "chats": {chat: self.screen(chat) for chat in self.chats},
                "outstanding": self.outstanding(),
                "webhook": self.hook and self.hook.url,
                "used": self.used,
                "lost": len(self.lost),
                "counts": dict(self.rules.counts),
                "violations": len(self.rules.violations),
            }

    # The wire.

    def route(self, request: Request) -> str:
        """Read ``/bot<token>/<method>``."""
        match = re.fullmatch(r"/bot([^/]*)/(\w+)", request.path)
        if match is None:
            raise Refused(404, "Not Found")
        if match[1] != self.token:
            raise Refused(401, "Unauthorized")
        if match[2] not in self.methods and match[2] != "getUpdates":
            raise Refused(404, "Not Found")
        return match[2]

    async def perform(self, method: str, params: Params, request: Request) -> Reply:
        """Carry out one call."""
        if method == "getUpdates":
            return _ok(await self._get_update(params, request))
        with self.lock:
            return _ok(self.methods[method](params))

    def refusal(self, refused: Refused, real_status: bool | None = None) -> Reply:
        """Say no: in HTTP 200, unless the codes are real ones. A retry_after is never told."""
        body = {"ok": False, "error_code": refused.code, "description": refused.description}
        real = self.http_codes if real_status is None else real_status
        return Reply(msgspec.json.encode(body), refused.code if real else 200)

    def wire(self, update: Update, hook: Hook) -> tuple[bytes, dict[str, str]]:
        """Give a webhook call, in one of the two shapes."""
        body = update.body if self.flat else {"ok": True, "result": update.body}
        return msgspec.json.encode(body), {
            "X-Bot-Api-Secret-Token": hook.secret,
            "User-Agent": "Java/1.8.0_192",
        }

    # Methods.

    async def _get_update(self, params: Params, request: Request) -> object:
        timeout = _number(params.get("timeout"), 30)
        if self.hook is not None:
            raise Refused(400, "Bad Request: can't use getUpdates while webhook is set")
        request.watch(self.hung_up)
        self._polls += 1
        try:
            await self.until(lambda: self._to_fetch() or (request.gone and not self.ghost_poll), timeout)
        finally:
            self._polls -= 1
        with self.lock:
            if request.gone and not self.ghost_poll:
                raise Gone
            if not self._to_fetch():
                raise Refused(408, "Request Timeout")
            update = self.pending.popleft()
            if request.gone:
                self.lost.append(update)
                raise Gone
            return update.body

    def _to_fetch(self) -> bool:
        return bool(self.pending) and not self.paused

    def _get_me(self, params: Params) -> Params:
        return {
            "id": self.token.partition(":")[0],
            "account_name": "bot.danhoi",
            "account_type": "BASIC",
            "display_name": "Bot Dân hỏi",
            "can_join_groups": False,
        }

    def _set_webhook(self, params: Params) -> Params:
        url, secret = str(params.get("url") or ""), str(params.get("secret_token") or "")
        parts = urlsplit(url)
        local = parts.hostname in {"127.0.0.1", "localhost"}
        if local if self.https_only else not (local or parts.scheme == "https"):
            raise Refused(400, "Bad Request: url must be a public HTTPS address")
        if self.https_only and parts.scheme != "https":
            raise Refused(400, "Bad Request: url must be a public HTTPS address")
        if not 8 <= len(secret) <= 256:
            raise Refused(400, "Bad Request: secret_token must have 8 to 256 characters")
        self.hook = Hook(url, secret)
        return {**self._get_webhook_info(params), "verification": {"ok": True, "outcome": "SUCCESS"}}

    def _delete_webhook(self, params: Params) -> Params:
        if self.hook is None:
            raise Refused(400, "Bad Request: webhook is not set")
        self.hook = None
        return self._get_webhook_info(params)

    def _get_webhook_info(self, params: Params) -> Params:
        return {"url": self.hook.url if self.hook else "", "updated_at": self._milliseconds()}

    def _send_message(self, params: Params) -> Params:
        text = str(params.get("text") or "")
        if not 1 <= len(text) <= LONGEST_TEXT or not text.strip():
            raise Refused(400, "Bad Request: text must have 1 to 2000 characters")
        if params.get("parse_mode") not in {None, "", "markdown", "html"}:
            raise Refused(400, "Bad Request: parse_mode must be markdown or html")
        structured(params, "text_styles")
        return self._say(params, "text", text)

    def _send_photo(self, params: Params) -> Params:
        if not str(params.get("photo", "")).startswith("https://"):
            raise Refused(400, "Bad Request: photo must be an HTTPS address")
        caption = str(params.get("caption") or "")
        if len(caption) > LONGEST_TEXT:
            raise Refused(400, "Bad Request: caption must have 1 to 2000 characters")
        return self._say(params, "image", caption)

    def _send_sticker(self, params: Params) -> Params:
        if not params.get("sticker"):
            raise Refused(400, "Bad Request: sticker is required")
        return self._say(params, "sticker", "")

    def _say(self, params: Params, kind: str, text: str) -> Params:
        chat = self._chat(params)
        month = self._month()
        if self.used.get(month, 0) >= self.quota:
            raise Refused(429, "Quota exceeded")
        self.rules.count("overall")
        self.rules.counts["messages"] += 1
        self.used[month] = self.used.get(month, 0) + 1
        message_id = f"z{next(self._ids):x}"
        self.chats[chat].append(Line(True, text, message_id, kind, dict(params)))
        return {"message_id": message_id, "date": self._milliseconds()}

    def _chat_action(self, params: Params) -> Params:
        self._chat(params)
        if params.get("action") != "typing":
            raise Refused(400, "Bad Request: action must be typing")
        self.rules.counts["chat actions"] += 1
        return {}

    def _chat(self, params: Params) -> str:
        chat = str(params.get("chat_id") or "")
        if chat not in self.chats:
            raise Refused(400, "Bad Request: chat_id is unknown")
        return chat

    # What arrives.

    def _send(self, chat: str, user: str | None, kind: str, content: Params, *, seen: bool = True) -> str:
        with self.lock:
            message = self._message(chat, user, content)
            text = str(content.get("text", content.get("caption", "")))
            self.chats.setdefault(chat, []).append(Line(False, text, message["message_id"], kind))
            if self.count_inbound:
                self.used[self._month()] = self.used.get(self._month(), 0) + 1
            if seen:
                body = {"event_name": f"message.{kind}.received", "message": message}
                self._arrive(Update(next(self._ids), chat, body, self.wall()))
            return str(message["message_id"])

    def _arrive(self, update: Update) -> None:
        if self.hook is None and not self._polls and not self.keep_offline:
            self.lost.append(update)
        else:
            self.push(update)

    def _message(self, chat: str, user: str | None, content: Params) -> Params:
        return {
            "message_id": f"z{next(self._ids):x}",
            "date": self._milliseconds(),
            "chat": {"id": chat, "chat_type": "PRIVATE" if user is None else "GROUP"},
            "from": {"id": user or chat, "display_name": f"Người dân {user or chat}", "is_bot": False},
            "message_type": "CHAT_MESSAGE",
            **content,
        }

    def _milliseconds(self) -> int:
        return int(self.wall() * 1000)

    def _month(self) -> str:
        return datetime.fromtimestamp(self.wall(), UTC).astimezone(VIETNAM).strftime("%Y-%m")


def _number(value: object, default: float) -> float:
    try:
        return float(str(value)) if value not in {None, ""} else default
    except ValueError as error:
        raise Refused(400, "Bad Request: timeout is not a number") from error


def _message_id(body: object) -> str | None:
    return body.get("message", {}).get("message_id") if isinstance(body, dict) else None


def _ok(result: object) -> Reply:
    return Reply(msgspec.json.encode({"ok": True, "result": result}))
