"""A fake of the Zalo Official Account API v3: consulting messages, OAuth v4 and signed webhooks."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import msgspec

from tests.fake_messengers.rules import Limit
from tests.fake_messengers.webhooks import CallingFake, Hook, Update
from tests.fake_messengers.wire import Params, Refused, Reply, Request

APP_ID, OA_ID = "4400000000000000001", "2100000000000000001"
APP_SECRET, OA_SECRET = "fake-app-secret", "fake-oa-secret-key"
LONGEST_TEXT = 2000
HOUR = 3600
ACCESS_TOKEN_LIVES_S = 25 * HOUR
REFRESH_TOKEN_LIVES_S = 90 * 24 * HOUR
FREE_REPLIES = 8
FREE_FOR_S = 48 * HOUR
REACHABLE_FOR_S = 7 * 24 * HOUR
REAL_RETRIES_S = (30, 300, 900, 1800, 3600)


@dataclass
class Conversation:
    """One user: what was said, and what may still be sent."""

    lines: list[Params] = field(default_factory=list)
    last_inbound_at: float | None = None
    replies: int = 0
    follows: bool = False
    anonymous: bool = False


class FakeZaloOA(CallingFake):
    """Zalo for one Official Account; both hosts (openapi, oauth) in one.

    ``paid_quota`` is what the package allows beyond the free replies. The webhook is tried again after
    ``webhook_delays`` (the real ones are ``REAL_RETRIES_S``) and then switched off.
    """

    controls: ClassVar[frozenset[str]] = frozenset(
        "text image sticker audio file location follow unfollow withdraw anonymous_text press duplicate "
        "malformed pause resume answers screen outstanding configure set_webhook expire_access_token "
        "new_refresh_token authorise".split()
    )
    webhook_forever = False
    webhook_timeout = 2.0

    def __init__(
        self,
        app_id: str = APP_ID,
        app_secret: str = APP_SECRET,
        oa_id: str = OA_ID,
        oa_secret: str = OA_SECRET,
        *,
        per_second: int = 20,
        burst: int = 0,
        window_s: float = 1.0,
        paid_quota: int = 0,
        enforce: bool = False,
        webhook_delays: Sequence[float] = (0.05, 0.05),
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        super().__init__({"overall": Limit(per_second, window_s, burst)}, clock, wall)
        self.app_id, self.app_secret, self.oa_id, self.oa_secret = app_id, app_secret, oa_id, oa_secret
        self.paid_quota, self.enforce, self.webhook_delays = paid_quota, enforce, webhook_delays
        self.users: dict[str, Conversation] = {}
        self.used_refresh_tokens: list[str] = []
        self.refused_refresh_tokens: list[str] = []
        self._access: dict[str, float] = {}
        self._refresh: dict[str, float] = {}
        self._codes: dict[str, str] = {}
        self.access_token = self._new_access_token()
        self.refresh_token = self.new_refresh_token()

    # What citizens send. All give the message's id.

    def text(self, user: str, text: str) -> str:
        """Send a text."""
        return self._say(user, "user_send_text", text)

    def image(self, user: str, text: str = "") -> str:
        """Send a picture."""
        return self._say(user, "user_send_image", text, {"url": "https://photo.invalid/1.jpg"}, "image")

    def sticker(self, user: str) -> str:
        """Send a sticker."""
        return self._say(
            user, "user_send_sticker", "", {"id": "s1", "url": "https://sticker.invalid/1"}, "sticker"
        )

    def audio(self, user: str) -> str:
        """Send a voice message."""
        return self._say(user, "user_send_audio", "", {"url": "https://voice.invalid/1.amr"}, "audio")

    def file(self, user: str) -> str:
        """Send a file."""
        payload = {"url": "https://file.invalid/1", "name": "to-khai.pdf", "size": "1024", "type": "pdf"}
        return self._say(user, "user_send_file", "", payload, "file")

    def location(self, user: str) -> str:
        """Send a place."""
        coordinates = {"coordinates": {"latitude": "10.776", "longitude": "106.700"}}
        return self._say(user, "user_send_location", "", coordinates, "location")

    def anonymous_text(self, user: str, text: str) -> str:
        """Send a text without an account."""
        self.users.setdefault(user, Conversation(anonymous=True))
        return self._say(user, "anonymous_send_text", text)

    def press(self, user: str, button: str) -> str:
        """Press a button of the newest message that has it: its payload comes back as a text."""
        for line in reversed(self.users[user].lines):
            for found in line.get("buttons", []):
                if line["from_oa"] and button in {found["title"], found["payload"]}:
                    return self.text(user, found["payload"])
        raise LookupError(f"no button {button!r} for {user}")

    def follow(self, user: str) -> None:
        """Follow the account."""
        self.users.setdefault(user, Conversation()).follows = True
        self._event({"event_name": "follow", "follower": {"id": user}, "source": "oa_profile"}, user)

    def unfollow(self, user: str) -> None:
        """Follow it no longer."""
        self.users.setdefault(user, Conversation()).follows = False
        self._event({"event_name": "unfollow", "follower": {"id": user}}, user)

    def withdraw(self, user: str) -> None:
        """Withdraw consent: all of this user is to be deleted."""
        self._event(
            {"event_name": "user_withdraw", "sender": {"id": user}, "recipient": {"id": self.oa_id}}, user
        )

    def duplicate(self, message_id: str) -> None:
        """Bring a message a second time."""
        with self.lock:
            self.push(next(update for update in self.happened if _message_id(update.body) == message_id))

    def malformed(self, kind: str, user: str = "u1") -> None:
        """Send what no documentation allows, rightly signed."""
        body: Any = {
            "event_name": "user_send_text",
            "sender": {"id": user},
            "message": {"text": "hỏng", "msg_id": "x"},
        }
        if kind in {"no_sender", "no_message"}:
            del body[kind.removeprefix("no_")]
        elif kind == "no_message_id":
            del body["message"]["msg_id"]
        elif kind == "text_as_number":
            body["message"]["text"] = 7
        elif kind == "unknown_event":
            body["event_name"] = "user_send_telepathy"
        else:
            raise LookupError(kind)
        self._event(body, user)

    def set_webhook(self, url: str | None) -> None:
        """Set the webhook, which is done by hand in Zalo's developer pages; None switches it off."""
        with self.lock:
            self.hook = Hook(url, self.oa_secret) if url else None
        self.ring()

    # What screens show.

    def answers(self, user: str) -> list[str]:
        """Give what the account wrote to a user."""
        with self.lock:
            return [line["text"] for line in self.screen(user) if line["from_oa"]]

    def screen(self, user: str) -> list[Params]:
        """Give a conversation in plain values."""
        return list(self.users[user].lines) if user in self.users else []

    def state(self) -> Params:
        """Give everything a test elsewhere may ask for."""
        with self.lock:
            return {
                "chats": {user: list(known.lines) for user, known in self.users.items()},
                "outstanding": self.outstanding(),
                "webhook": self.hook and self.hook.url,
                "access_token": self.access_token,
                "refresh_token": self.refresh_token,
                "counts": dict(self.rules.counts),
                "violations": len(self.rules.violations),
            }

    # The wire.

    def route(self, request: Request) -> str:
        """Know the two addresses."""
        methods = {"/v3.0/oa/message/cs": "message", "/v4/oa/access_token": "oauth"}
        if request.path not in methods:
            raise Refused(404, "Not Found")
        return methods[request.path]

    async def perform(self, method: str, params: Params, request: Request) -> Reply:
        """Carry out one call."""
        with self.lock:
            if method == "oauth":
                return Reply(msgspec.json.encode(self._oauth(params, request)))
            self._check_access(request.headers.get("access_token", ""))
            return Reply(msgspec.json.encode({"error": 0, "message": "Success", "data": self._send(params)}))

    def refusal(self, refused: Refused, real_status: bool | None = None) -> Reply:
        """Say no: a negative code in HTTP 200; a positive one is the HTTP status."""
        body = {"error": refused.code, "message": refused.description}
        if refused.code > 0 and real_status is not False:
            return Reply(msgspec.json.encode(body), refused.code)
        return Reply(msgspec.json.encode(body))

    def caller(self, method: str, params: Params) -> tuple[str, str]:
        """Name who is told to wait: this user."""
        recipient = params.get("recipient")
        return method, str(recipient.get("user_id", "") if isinstance(recipient, dict) else "")

    def wire(self, update: Update, hook: Hook) -> tuple[bytes, dict[str, str]]:
        """Give a webhook call, signed over the raw body."""
        raw = msgspec.json.encode(update.body)
        stamp = str(update.body["timestamp"]) if isinstance(update.body, dict) else ""
        return raw, {"X-ZEvent-Signature": self.signature(raw, stamp)}

    def signature(self, raw: bytes, stamp: str) -> str:
        """Give the value of X-ZEvent-Signature."""
        signed = self.app_id.encode() + raw + stamp.encode() + self.oa_secret.encode()
        return f"mac={hashlib.sha256(signed).hexdigest()}"

    def gave_up(self, update: Update) -> None:
        """Switch the webhook off, as Zalo does after its last try."""
        super().gave_up(update)
        self.hook = None

    # Sending.

    def _send(self, params: Params) -> Params:
        recipient, message = params.get("recipient"), params.get("message")
        if not isinstance(recipient, dict) or not isinstance(message, dict):
            raise Refused(-201, "Params is invalid")
        user = str(recipient.get("user_id") or "")
        known = self.users.get(user)
        if known is None:
            raise Refused(-201, "user_id is invalid")
        text, buttons = _content(message)
        within = self.rules.count("overall")
        if self.enforce and not within:
            raise Refused(-32, "Rate limit exceeded")
        self._check_window(user, known)
        known.replies += 1
        self.rules.counts["messages"] += 1
        message_id = f"oa{next(self._ids):x}"
        known.lines.append({"from_oa": True, "text": text, "buttons": buttons, "message_id": message_id})
        return {"message_id": message_id, "user_id": user}

    def _check_window(self, user: str, known: Conversation) -> None:
        age = None if known.last_inbound_at is None else self.wall() - known.last_inbound_at
        if age is None or age > REACHABLE_FOR_S:
            raise Refused(-230, "User has not interacted with the OA in the past 7 days")
        if age <= FREE_FOR_S and known.replies < FREE_REPLIES:
            return
        if self.paid_quota > 0:
            self.paid_quota -= 1
            self.rules.counts["paid messages"] += 1
            return
        if age > FREE_FOR_S:
            self.rules.broken("48 hours", user, f"{age / HOUR:.1f} h")
            raise Refused(-305, "The 48 hours for a reply are over")
        self.rules.broken("8 replies", user, f"reply {known.replies + 1}")
        raise Refused(-311, "Out of replies for this interaction")

    # Tokens.

    def expire_access_token(self) -> None:
        """Let the access token be over now."""
        self._access = dict.fromkeys(self._access, 0.0)

    def new_refresh_token(self) -> str:
        """Give a refresh token, as somebody who logs in at Zalo gets one."""
        token = f"refresh-{next(self._ids)}"
        self._refresh[token] = self.wall() + REFRESH_TOKEN_LIVES_S
        self.refresh_token = token
        return token

    def tokens(self) -> list[str]:
        """Give every token that was ever granted."""
        return [*self._access, *self._refresh, *self.used_refresh_tokens]

    def authorise(self, code_challenge: str) -> str:
        """Give a code, as the account's owner gets one who agrees."""
        code = f"code-{next(self._ids)}"
        self._codes[code] = code_challenge
        return code

    def _new_access_token(self) -> str:
        token = f"access-{next(self._ids)}"
        self._access[token] = self.wall() + ACCESS_TOKEN_LIVES_S
        self.access_token = token
        return token

    def _check_access(self, token: str) -> None:
        if self._access.get(token, 0.0) <= self.wall():
            raise Refused(
                -216, "Access token is invalid" if token not in self._access else "Access token has expired"
            )

    def _oauth(self, params: Params, request: Request) -> Params:
        if request.headers.get("secret_key") != self.app_secret or str(params.get("app_id")) != self.app_id:
            return _oauth_error(-14002, "Invalid secret key")
        if params.get("grant_type") == "authorization_code":
            challenge = self._codes.pop(str(params.get("code")), None)
            digest = hashlib.sha256(str(params.get("code_verifier", "")).encode()).digest()
            if challenge is None or base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != challenge:
                return _oauth_error(-14003, "Invalid code")
        else:
            token = str(params.get("refresh_token") or "")
            if self._refresh.pop(token, 0.0) <= self.wall():
                self.refused_refresh_tokens.append(token)
                return _oauth_error(-14014, "Invalid refresh token")
            self.used_refresh_tokens.append(token)
        return {
            "access_token": self._new_access_token(),
            "refresh_token": self.new_refresh_token(),
            "expires_in": str(ACCESS_TOKEN_LIVES_S),
        }

    # What arrives.

    def _say(self, user: str, event: str, text: str, payload: Params | None = None, kind: str = "") -> str:
        with self.lock:
            known = self.users.setdefault(user, Conversation())
            known.last_inbound_at, known.replies = self.wall(), 0
            message_id = f"m{next(self._ids):x}"
            message: Params = {"msg_id": message_id} | ({"text": text} if text else {})
            if payload is not None:
                message["attachments"] = [{"type": kind, "payload": payload}]
            known.lines.append({"from_oa": False, "text": text, "message_id": message_id})
            sides = {"sender": {"id": user}, "recipient": {"id": self.oa_id}}
            self._event(
                {"event_name": event, **sides, "message": message, "user_id_by_app": f"app-{user}"}, user
            )
            return message_id

    def _event(self, body: Params, user: str) -> None:
        self.enqueue(
            {"app_id": self.app_id, "oa_id": self.oa_id, **body, "timestamp": str(int(self.wall() * 1000))},
            user,
        )


def _content(message: Params) -> tuple[str, list[Params]]:
    text = message.get("text", "")
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise Refused(-210, "Parameter exceed allowable limits")
    attachment = message.get("attachment")
    if not text.strip():
        raise Refused(-201, "text is empty")
    if attachment is None:
        return text, []
    try:
        if attachment["type"] != "template":
            raise Refused(-233, "Message type is unsupported")
        buttons = attachment["payload"]["buttons"]
        for button in buttons:
            if not 1 <= len(button["title"]) <= 100 or not _payload_fits(button):
                raise Refused(-210, "Parameter exceed allowable limits")
    except (KeyError, TypeError) as error:
        raise Refused(-201, "Params is invalid") from error
    if not 1 <= len(buttons) <= 5:
        raise Refused(-210, "Parameter exceed allowable limits")
    return text, buttons


def _payload_fits(button: Params) -> bool:
    kind, payload = button["type"], button["payload"]
    if kind in {"oa.query.show", "oa.query.hide"}:
        return isinstance(payload, str) and 1 <= len(payload) <= 1000
    wanted = {"oa.open.url": "url", "oa.open.phone": "phone_code", "oa.open.sms": "phone_code"}
    if kind not in wanted:
        raise Refused(-201, f"{kind} is no type of button")
    return wanted[kind] in payload


def _message_id(body: object) -> str | None:
    return body.get("message", {}).get("msg_id") if isinstance(body, dict) else None


def _oauth_error(code: int, name: str) -> Params:
    return {"error": code, "error_name": name, "error_reason": name, "error_description": name}
