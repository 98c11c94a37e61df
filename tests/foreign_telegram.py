"""A Telegram server that was written elsewhere: telegram-test-api, under node.

It proves the wire with other eyes than ours. It knows no limits, errors, long polls or acknowledgement; for
those there are the fakes of tests/fake_messengers.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from telegram.request import BaseRequest, HTTPXRequest

from bot.doors.telegram_wire import QuietRequest

TOKEN = "666:foreign-token"
_HOME = Path(__file__).parent / "telegram_test_api"
_NO_WEBHOOK = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}


def missing() -> str | None:
    """Say what keeps the foreign server from running, or nothing."""
    if shutil.which("node") is None:
        return "node is not installed"
    if not (_HOME / "node_modules" / "telegram-test-api").is_dir():
        return "telegram-test-api is not installed: npm ci --prefix tests/telegram_test_api"
    return None


class ForeignTelegram:
    """The citizens' side of the foreign server."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.base_url = f"{address}/bot"
        self._client = httpx.Client(base_url=address, trust_env=False)

    def text(self, chat: int, text: str) -> None:
        """Send a text; one that begins with a slash is a command."""
        message = {"botToken": TOKEN, **_sides(chat), "date": int(time.time()), "text": text}
        if text.startswith("/"):
            entity = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
            self._post("sendCommand", {**message, "entities": [entity]})
        else:
            self._post("sendMessage", message)

    def press(self, chat: int, button: str) -> None:
        """Press a button of the newest message that has it, by its label."""
        for sent in reversed(self.sent(chat)):
            for found in (found for row in _rows(sent["message"]) for found in row):
                if found["text"] == button:
                    message = {"message_id": sent["messageId"], "date": int(time.time()), **_sides(chat)}
                    query = {
                        "botToken": TOKEN,
                        **_sides(chat),
                        "message": message,
                        "data": found["callback_data"],
                    }
                    self._post("sendCallback", query)
                    return
        raise LookupError(button)

    def sent(self, chat: int) -> list[Any]:
        """Give what the bot has sent to a chat, as it stands after edits."""
        history = self._post("getUpdatesHistory", {"token": TOKEN})
        return [one for one in history if str(one.get("message", {}).get("chat_id")) == str(chat)]

    def answers(self, chat: int) -> list[str]:
        """Give the texts of the bot in a chat."""
        return [one["message"]["text"] for one in self.sent(chat)]

    def close(self) -> None:
        """Close the connection to it."""
        self._client.close()

    def _post(self, route: str, body: dict[str, Any]) -> Any:
        answer = self._client.post(f"/{route}", json=body).raise_for_status().json()
        assert answer["ok"], answer
        return answer["result"]


@contextmanager
def running() -> Iterator[ForeignTelegram]:
    """Run the foreign server on a free port while the block runs."""
    command = ["node", str(_HOME / "start.cjs")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        foreign = ForeignTelegram(f"http://127.0.0.1:{int(process.stdout.readline())}")
        try:
            yield foreign
        finally:
            foreign.close()
            process.stdin.close()
            process.wait(10)


class _Mending(BaseRequest):
    """Makes the foreign server's answers what Telegram's are, as far as python-telegram-bot insists."""

    async def do_request(self, url: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Send a request, and mend its answer."""
        status, payload = await super().do_request(url, *args, **kwargs)  # type: ignore[safe-super]
        if b"is not supported" in payload:
            result = _NO_WEBHOOK if url.endswith("/getWebhookInfo") else True
            return 200, json.dumps({"ok": True, "result": result}).encode()
        answer = json.loads(payload)
        if answer.get("ok") and answer.get("result") is None:
            answer["result"] = True
        return status, json.dumps(_mended(answer)).encode()


class ForeignRequest(_Mending, HTTPXRequest):
    """The SDK's own transport, to the foreign server."""


class ForeignQuietRequest(_Mending, QuietRequest):
    """The door's transport, to the foreign server."""


def _mended(value: Any) -> Any:
    if isinstance(value, list):
        return [_mended(one) for one in value]
    if not isinstance(value, dict):
        return value
    mended = {key: _mended(one) for key, one in value.items()}
    if "first_name" in mended and "type" not in mended:  # a user; a chat has a type
        mended.setdefault("is_bot", mended.get("username") == "TestNameBot")
    mended.pop("link_preview_options", None)  # as it was sent: a string
    if isinstance(date := mended.get("date"), int) and date > 10**11:  # milliseconds
        mended["date"] = date // 1000
    if "data" in mended and "from" in mended:
        mended.setdefault("chat_instance", "1")
    return mended


def _sides(chat: int) -> dict[str, Any]:
    name = f"Người dân {chat}"
    return {
        "from": {"id": chat, "first_name": name},
        "chat": {"id": chat, "first_name": name, "type": "private"},
    }


def _rows(message: dict[str, Any]) -> list[Any]:
    rows: list[Any] = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return rows
