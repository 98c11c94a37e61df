"""The door of a Telegram bot on loopback: what its tests share."""

from __future__ import annotations

import json
from typing import Any

from bot.doors.telegram import TelegramDoor
from bot.settings import TelegramSettings
from tests.door_helpers import NOON, PATIENT_SECONDS, SECRET, Call, Kept
from tests.fake_messengers.telegram import TOKEN

LAN = 1001  # a citizen
HERE = "https://hoi.example.vn/telegram"
SHOWN = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
UPDATE = {
    "update_id": 7,
    "message": {"message_id": 1, "chat": {"id": LAN, "type": "private"}, "text": "chào"},
}
CALL: Call = (json.dumps(UPDATE).encode(), SHOWN)


def door_at(url: str, intake: Kept | None = None, **options: Any) -> TelegramDoor:
    mode, secret = options.pop("mode", "poll"), options.pop("secret", SECRET)
    settings = TelegramSettings(options.pop("token", TOKEN), url, mode, secret)
    public_url = options.pop("public_url", HERE.removesuffix("/telegram"))
    usual: dict[str, Any] = {"clock": lambda: NOON}
    usual |= {"poll_seconds": 1, "answer_seconds": PATIENT_SECONDS}
    return TelegramDoor(settings, intake or Kept(), public_url, **usual | options)
