"""A strict fake of the Telegram Bot API: the methods a text bot uses, with the refusals of the real server.

Known methods: see ``FakeTelegram.methods``; every other one is 404, as an unknown one is at Telegram.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from copy import deepcopy
from typing import Any
from urllib.parse import urlsplit

import msgspec

from tests.fake_messengers import telegram_markup as markup
from tests.fake_messengers.rules import Limit
from tests.fake_messengers.telegram_chats import Shown, TelegramChats
from tests.fake_messengers.telegram_html import HtmlError, parse_html, utf16_length
from tests.fake_messengers.telegram_markup import integer, structured
from tests.fake_messengers.webhooks import Hook, Update
from tests.fake_messengers.wire import Gone, Params, Refused, Reply, Request

TOKEN = "7000000001:AAFakeTokenForTestsOnly-0123456789abcd"
KEPT_FOR_S = 24 * 3600
LONGEST_TEXT = 4096

_WEBHOOK_SET = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
_OTHER_POLL = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
_SAME = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


class FakeTelegram(TelegramChats):
    """Telegram for one bot.

    ``overall``, ``per_chat`` and ``per_group_minute`` are the limits that count as violations, each with
    ``burst`` more in its window; with ``enforce`` a message beyond them is refused with 429. A second poll
    ends the first with 409, as at Telegram.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        overall: int = 30,
        per_chat: int = 1,
        per_group_minute: int = 20,
        burst: int = 0,
        window_s: float = 1.0,
        enforce: bool = False,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        limits = {
            "overall": Limit(overall, window_s, burst),
            "private chat": Limit(per_chat, window_s, burst),
            "group": Limit(per_group_minute, 60, burst),
        }
        super().__init__(limits, clock, wall)
        self.token, self.enforce = token, enforce
        self.commands: dict[str, list[Params]] = {}
        self.descriptions: dict[str, str] = {}
        self.expired = 0
        self._poll: object = None
        self.methods: dict[str, Callable[[Params], Any]] = {
            "getMe": self._get_me,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._get_webhook_info,
            "sendMessage": self._send_message,
            "editMessageText": self._edit_text,
            "editMessageReplyMarkup": self._edit_markup,
            "deleteMessage": self._delete_message,
            "answerCallbackQuery": self._answer_callback,
            "sendChatAction": self._chat_action,
            "setMyCommands": self._set_commands,
            "getMyCommands": lambda params: self.commands.get(_scope(params), []),
            "deleteMyCommands": lambda params: self.commands.pop(_scope(params), None) is not None or True,
            "setMyDescription": lambda params: self._describe("description", params, 512),
            "setMyShortDescription": lambda params: self._describe("short_description", params, 120),
            "getFile": self._get_file,
        }

    # The wire.

    def route(self, request: Request) -> str:
        """Read ``/bot<token>/<method>`` or ``/file/bot<token>/<path>``."""
        match = re.fullmatch(r"/(file/)?bot([^/]*)/(.+)", request.path)
        if match is None:
            raise Refused(404, "Not Found")
        if match[2] != self.token:
            raise Refused(401, "Unauthorized")
        if match[1]:
            if match[3] not in self.files:
                raise Refused(404, "Not Found")
            return f"file:{match[3]}"
        by_lower = {name.lower(): name for name in (*self.methods, "getUpdates")}
        if match[3].lower() not in by_lower:
            raise Refused(404, "Not Found")
        return by_lower[match[3].lower()]

    async def perform(self, method: str, params: Params, request: Request) -> Reply:
        """Carry out one call."""
        if method.startswith("file:"):
            return Reply(self.files[method.removeprefix("file:")], content_type=b"application/octet-stream")
        if method == "getUpdates":
            return _ok(await self._get_updates(params, request))
        with self.lock:
            return _ok(self.methods[method](params))

    def refusal(self, refused: Refused, real_status: bool | None = None) -> Reply:
        """Say no as the Bot API does; the HTTP status is always the error code."""
        body: Params = {"ok": False, "error_code": refused.code, "description": refused.description}
        if refused.retry_after is not None:
            body["description"] += f": retry after {refused.retry_after:g}"
            body["parameters"] = {"retry_after": refused.retry_after}
        return Reply(msgspec.json.encode(body), refused.code)

    def wire(self, update: Update, hook: Hook) -> tuple[bytes, dict[str, str]]:
        """Give a webhook call."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        return msgspec.json.encode(update.body), headers

    def state(self) -> Params:
        """Give everything a test elsewhere may ask for."""
        with self.lock:
            return {
                "chats": {str(chat): self.screen(chat) for chat in self.chats},
                "outstanding": self.outstanding(),
                "webhook": self.hook and self.hook.url,
                "blocked": sorted(self.blocked),
                "commands": self.commands,
                "callbacks": self.callbacks,
                "counts": dict(self.rules.counts),
                "violations": len(self.rules.violations),
            }

    # Getting updates.

    async def _get_updates(self, params: Params, request: Request) -> list[object]:
        offset = integer(params, "offset", 0) or 0
        limit = min(max(integer(params, "limit", 100) or 100, 1), 100)
        timeout = min(integer(params, "timeout", 0) or 0, 50)
        allowed = structured(params, "allowed_updates")
        mine = object()
        with self.lock:
            if self.hook is not None:
                raise Refused(409, _WEBHOOK_SET)
            if allowed is not None:
                self.allowed = allowed
            self._poll = mine
            self._acknowledge(offset)
        self.ring()
        request.watch(self.hung_up)
        await self.until(lambda: self._poll is not mine or request.gone or self._something(), timeout)
        with self.lock:
            if self._poll is not mine:
                raise Refused(409, _WEBHOOK_SET if self.hook is not None else _OTHER_POLL)
            self._poll = None
            if request.gone:
                raise Gone
            if self.paused:
                return []
            again, self._again = self._again, []
            return [update.body for update in (*again, *_first(self.pending, limit))][:limit]

    def _something(self) -> bool:
        return bool(self.pending or self._again) and not self.paused

    def _acknowledge(self, offset: int) -> None:
        while self.pending and self.pending[0].at < self.wall() - KEPT_FOR_S:
            self.pending.popleft()
            self.expired += 1
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
        while self.pending and self.pending[0].id < offset:
            self.pending.popleft()
        if not self.in_order:
            for update in [update for update in self.pending if update.id < offset]:
                self.pending.remove(update)

    def _set_webhook(self, params: Params) -> bool:
        url, secret = str(params.get("url") or ""), str(params.get("secret_token") or "")
        if not url:
            return self._delete_webhook(params)
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost"}:
            raise Refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
            raise Refused(400, "Bad Request: secret token contains unallowed characters")
        connections = integer(params, "max_connections", 40) or 40
        allowed = structured(params, "allowed_updates")
        if allowed is not None:
            self.allowed = allowed
        self._drop_if_asked(params)
        self.hook, self._poll = Hook(url, secret, connections), None
        return True

    def _delete_webhook(self, params: Params) -> bool:
        self._drop_if_asked(params)
        self.hook = None
        return True

    def _drop_if_asked(self, params: Params) -> None:
        if str(params.get("drop_pending_updates", "")).lower() in {"true", "1"}:
            self.pending.clear()

    def _get_webhook_info(self, params: Params) -> Params:
        info: Params = {
            "url": self.hook.url if self.hook else "",
            "has_custom_certificate": False,
            "pending_update_count": self.outstanding(),
        }
        if self.hook:
            info["max_connections"] = self.hook.connections
        if self.hook and (failed := [attempt for attempt in self.attempts[-50:] if not attempt.taken]):
            status = failed[-1].status
            info["last_error_date"] = int(self.wall())
            info["last_error_message"] = (
                f"Wrong response from the webhook: {status}" if status else "Connection refused"
            )
        if self.allowed:
            info["allowed_updates"] = self.allowed
        return info

    # Messages.

    def _send_message(self, params: Params) -> Params:
        chat = self._chat(params)
        content, html = self._content(params)
        keyboard = markup.reply_markup(params)
        reply_to = self._quoted(chat, params)
        self._count(chat)
        message: Params = {
            "message_id": next(self._message_ids),
            "from": self._get_me({}),
            "chat": self.chat_object(chat),
            "date": int(self.wall()),
            **content,
        }
        if (thread := integer(params, "message_thread_id")) is not None:
            message |= {"message_thread_id": thread, "is_topic_message": True}
        if reply_to is not None:
            message["reply_to_message"] = {
                key: value for key, value in reply_to.items() if key != "reply_to_message"
            }
        shown = Shown(message, from_bot=True, html=html, history=[content["text"]])
        self.chats[chat][message["message_id"]] = shown
        if keyboard and "inline_keyboard" in keyboard:
            message["reply_markup"] = keyboard
        elif keyboard:
            shown.keyboard = keyboard
        return message

    def _edit_text(self, params: Params) -> Params:
        shown = self._own(params)
        content, html = self._content(params)
        return self._replace(shown, content, html, markup.reply_markup(params))

    def _edit_markup(self, params: Params) -> Params:
        shown = self._own(params)
        content: Params = {key: shown.wire[key] for key in ("text", "entities") if key in shown.wire}
        return self._replace(shown, content, shown.html, markup.reply_markup(params))

    def _replace(self, shown: Shown, content: Params, html: str | None, keyboard: Params | None) -> Params:
        if keyboard is not None and "inline_keyboard" not in keyboard:
            raise Refused(400, "Bad Request: inline keyboard expected")
        kept = {
            k: v for k, v in shown.wire.items() if k not in {"text", "entities", "reply_markup", "edit_date"}
        }
        wire = {**kept, **content} | ({"reply_markup": keyboard} if keyboard else {})
        if wire == {key: value for key, value in shown.wire.items() if key != "edit_date"}:
            raise Refused(400, _SAME)
        shown.wire, shown.html = {**wire, "edit_date": int(self.wall())}, html
        shown.edits += 1
        shown.history.append(content["text"])
        self.rules.counts["edits"] += 1
        return deepcopy(shown.wire)

    def _delete_message(self, params: Params) -> bool:
        shown = self.chats[self._chat(params)].get(integer(params, "message_id") or 0)
        if shown is None or shown.deleted:
            raise Refused(400, "Bad Request: message to delete not found")
        shown.deleted = True
        return True

    def _answer_callback(self, params: Params) -> bool:
        query = str(params.get("callback_query_id", ""))
        if query not in self.callbacks:
            raise Refused(
                400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
            )
        if len(str(params.get("text", ""))) > 200:
            raise Refused(400, "Bad Request: MESSAGE_TOO_LONG")
        self.callbacks[query] = dict(params)
        return True

    def _chat_action(self, params: Params) -> bool:
        self._chat(params)
        if params.get("action") not in markup.ACTIONS:
            raise Refused(400, "Bad Request: wrong parameter action in request")
        self.rules.counts["chat actions"] += 1
        return True

    def _chat(self, params: Params) -> int:
        if params.get("chat_id") in {None, ""}:
            raise Refused(400, "Bad Request: chat_id is empty")
        try:
            chat = int(params["chat_id"])
        except (TypeError, ValueError) as error:
            raise Refused(400, "Bad Request: chat not found") from error
        if chat not in self.chats:
            raise Refused(400, "Bad Request: chat not found")
        if chat in self.blocked:
            who = "bot was blocked by the user" if chat > 0 else "bot was kicked from the supergroup chat"
            raise Refused(403, f"Forbidden: {who}")
        return chat

    def _content(self, params: Params) -> tuple[Params, str | None]:
        source, mode = str(params.get("text") or ""), str(params.get("parse_mode") or "").lower()
        if not source:
            raise Refused(400, "Bad Request: message text is empty")
        text, entities, html = source, structured(params, "entities") or [], None
        if mode == "html":
            try:
                parsed = parse_html(source)
            except HtmlError as error:
                raise Refused(400, f"Bad Request: can't parse entities: {error}") from error
            text, entities, html = parsed.text, parsed.entities, source
            for detail in parsed.careless:
                self.rules.broken("html", params.get("chat_id", ""), detail)
        elif mode:
            raise Refused(400, "Bad Request: unsupported parse_mode")
        if not text.strip():
            raise Refused(400, "Bad Request: text must be non-empty")
        if utf16_length(text.strip()) > LONGEST_TEXT:
            raise Refused(400, "Bad Request: message is too long")
        return {"text": text.rstrip() if entities else text.strip()} | (
            {"entities": entities} if entities else {}
        ), html

    def _quoted(self, chat: int, params: Params) -> Params | None:
        wanted = structured(params, "reply_parameters") or {}
        number = wanted.get("message_id") or integer(params, "reply_to_message_id")
        if not number:
            return None
        shown = self.chats[chat].get(int(number))
        if shown is not None and not shown.deleted:
            return shown.wire
        if wanted.get("allow_sending_without_reply") or params.get("allow_sending_without_reply"):
            return None
        raise Refused(400, "Bad Request: message to be replied not found")

    def _own(self, params: Params) -> Shown:
        shown = self.chats[self._chat(params)].get(integer(params, "message_id") or 0)
        if shown is None or shown.deleted:
            raise Refused(400, "Bad Request: message to edit not found")
        if not shown.from_bot:
            raise Refused(400, "Bad Request: message can't be edited")
        return shown

    def _count(self, chat: int) -> None:
        within = [
            self.rules.count("overall"),
            self.rules.count("private chat" if chat > 0 else "group", chat),
        ]
        if self.enforce and not all(within):
            raise Refused(429, "Too Many Requests", retry_after=1)
        self.rules.counts["messages"] += 1

    # The bot itself.

    def _get_me(self, params: Params) -> Params:
        return {
            "id": self.bot_id,
            "is_bot": True,
            "first_name": "Dân hỏi",
            "username": self.username,
            "can_join_groups": True,
            "can_read_all_group_messages": not self.privacy,
            "supports_inline_queries": False,
        }

    def _set_commands(self, params: Params) -> bool:
        self.commands[_scope(params)] = markup.commands(params)
        return True

    def _describe(self, name: str, params: Params, longest: int) -> bool:
        text = str(params.get(name) or "")
        if len(text) > longest:
            raise Refused(400, f"Bad Request: {name} is too long")
        self.descriptions[f"{name}:{params.get('language_code') or ''}"] = text
        return True

    def _get_file(self, params: Params) -> Params:
        name = str(params.get("file_id", ""))
        path = name.replace("-", "/", 1)
        if path not in self.files:
            raise Refused(400, "Bad Request: invalid file_id")
        return {
            "file_id": name,
            "file_unique_id": f"u-{name}",
            "file_size": len(self.files[path]),
            "file_path": path,
        }


def _scope(params: Params) -> str:
    scope = structured(params, "scope") or {"type": "default"}
    return f"{scope.get('type')}:{scope.get('chat_id', '')}:{params.get('language_code') or ''}"


def _first(updates: Any, limit: int) -> list[Update]:
    return [update for update, _ in zip(updates, range(limit), strict=False)]


def _ok(result: object) -> Reply:
    return Reply(msgspec.json.encode({"ok": True, "result": result}))
