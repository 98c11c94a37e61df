"""
What the greeting promises about keeping, done within the hour: what expired is deleted.

A clock that leaps ahead and is set right again deletes nothing: it has to say at two looks, half an hour
apart, that the time has come.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from bot.messaging.tables import open_tables
from bot.serving.trouble import described
from handlers.state import RETENTION_DAYS
from knowledge.database import empty_journal, write_transaction
from knowledge.errors import DanhoiError

log = logging.getLogger("danhoi.housekeeping")

EVERY_SECONDS = 1800.0
_KEYS_KEPT = timedelta(days=7)  # no platform delivers an update again after a week
_DAY_MS = 86_400_000


def keep_house(path: Path, today: date, now_ms: int) -> None:
    """
    Delete from the file at *path* what expired: questions, chats, keys of settled messages.

    Raises:
        DatabaseRefused: the file cannot be used, or is full.
    """
    tables = open_tables(path)
    with closing(tables.database):
        questions = tables.conversations.forget_expired(today)
        oldest_kept_ms = now_ms - RETENTION_DAYS * _DAY_MS
        with write_transaction(tables.database):
            tables.inbox.forget_before(now_ms - _KEYS_KEPT.days * _DAY_MS)
            tables.inbox.expire(oldest_kept_ms)
            tables.outbox.forget_before(oldest_kept_ms)
            chats = tables.chats.forget_unused(oldest_kept_ms)
        empty_journal(tables.database)
    if questions or chats:
        log.info("expired and deleted", extra={"questions": questions, "chats": chats})


async def keep_house_hourly(
    path: Path,
    today: Callable[[], date],
    now_ms: Callable[[], int],
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Keep house within the hour until cancelled, by the earlier of this look at the clock and the last."""
    day, ms = today(), now_ms()
    while True:
        await sleep(EVERY_SECONDS)
        earlier_day, earlier_ms, day, ms = day, ms, today(), now_ms()
        try:
            await asyncio.to_thread(keep_house, path, min(earlier_day, day), min(earlier_ms, ms))
        except DanhoiError as error:
            log.error("housekeeping failed", extra={"error": described(error)})
