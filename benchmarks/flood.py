"""A messenger that calls a webhook a thousand times a second, and notes how long each call took."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.serving import SECRET
from tests.fake_messengers.posting import Poster

CHATS = [f"flood{number}" for number in range(500)]
_HEADERS = {"X-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}


@dataclass
class Flooded:
    """
    What came back.

    Attributes:
        seconds: From the moment when a call was due until its acknowledgement.
        moments: When each acknowledgement came.
    """

    seconds: list[float] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def per_second(self) -> float:
        """How many were acknowledged a second, from the first to the last."""
        return (len(self.seconds) - self.refused - 1) / (max(self.moments) - min(self.moments))


def flood(url: str, rate: float, seconds: float, texts: Iterator[str]) -> Flooded:
    """Call the webhook of Zalo Bot at *url*, *rate* times a second however long an answer takes."""
    return asyncio.run(_flood(url, rate, seconds, texts))


async def _flood(url: str, rate: float, seconds: float, texts: Iterator[str]) -> Flooded:
    poster = Poster(f"{url}/zalo-bot", 30)
    bodies = [_body(number, next(texts)) for number in range(int(rate * seconds))]
    seen = Flooded()
    loop = asyncio.get_running_loop()
    begun = loop.time()

    async def call(number: int) -> None:
        due = begun + number / rate
        seen.refused += await poster.post(bodies[number], _HEADERS) != 200
        seen.moments.append(loop.time())
        seen.seconds.append(seen.moments[-1] - due)

    async with asyncio.TaskGroup() as calls:
        for number in range(len(bodies)):
            if (early := begun + number / rate - loop.time()) > 0:
                await asyncio.sleep(early)
            calls.create_task(call(number))
    poster.close()
    return seen


def _body(number: int, text: str) -> bytes:
    chat = CHATS[number % len(CHATS)]
    message = {
        "message_id": f"flood-{number}",
        "date": 1_790_000_000_000 + number,
        "chat": {"id": chat, "chat_type": "PRIVATE"},
        "from": {"id": chat, "display_name": "An", "is_bot": False},
        "text": text,
    }
    return json.dumps({"event_name": "message.text.received", "message": message}).encode()
