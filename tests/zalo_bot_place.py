"""The door of a Zalo Bot on loopback: what its tests share."""

from __future__ import annotations

import json
from typing import Any

from bot.doors.zalo_bot import ZaloBotDoor
from bot.settings import ZaloBotSettings
from tests.door_helpers import NOON, PATIENT_SECONDS, SECRET, Call, Kept
from tests.fake_messengers.wire import Params
from tests.fake_messengers.zalo_bot import TOKEN

LAN = "5f2e8a91c3"  # a citizen's chat
HERE = "http://127.0.0.1:1/zalo-bot"  # the fake takes loopback for a public address
QUOTA = 3000
SHOWN = {"X-Bot-Api-Secret-Token": SECRET}


def event(name: str = "message.text.received", **content: Any) -> Params:
    message = {
        "message_id": "m1",
        "chat": {"id": LAN, "chat_type": "PRIVATE"},
        "from": {"id": LAN, "is_bot": False},
    }
    return {"event_name": name, "message": message | content}


CALL: Call = (json.dumps(event(text="khai sinh")).encode(), SHOWN)


def door_at(url: str, intake: Kept | None = None, **options: Any) -> ZaloBotDoor:
    mode = options.pop("mode", "poll")
    settings = ZaloBotSettings(options.pop("token", TOKEN), SECRET, url, mode, QUOTA)
    public_url = options.pop("public_url", HERE.removesuffix("/zalo-bot"))
    usual: dict[str, Any] = {"clock": lambda: NOON, "count": lambda: 0}
    usual |= {"poll_seconds": 1, "answer_seconds": PATIENT_SECONDS}
    return ZaloBotDoor(settings, intake or Kept(), public_url, **usual | options)
