"""Tasks that must not end: started again after a while, whatever ended them."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

from bot.doors.door import Door, DoorRefused, SendingError
from bot.serving.trouble import described

log = logging.getLogger("danhoi.tasks")

# Whatever was in the way, half a minute after it is gone the task runs again.
_FIRST_SECONDS, _LONGEST_SECONDS = 1.0, 20.0
_REFUSED_SECONDS = 60.0
_HEALTHY_SECONDS = 60.0  # a task that ran so long starts again from the shortest wait


async def supervise(
    name: str,
    run: Callable[[], Awaitable[None]],
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    note: Callable[[BaseException], None] = lambda _: None,
) -> None:
    """
    Run *run* for ever, again after a wait that doubles; *note* is told of each error.

    A token that is refused is tried once a minute: somebody may have mended it at the platform.
    """
    wait = _FIRST_SECONDS
    loop = asyncio.get_running_loop()
    while True:
        started = loop.time()
        try:
            await run()
        except Exception as error:  # nothing may end the task but its cancellation
            reason = str(error) if isinstance(error, SendingError) else ""
            log.error("task ended", extra={"task": name, "error": described(error), "reason": reason})
            note(error)
            refused = isinstance(error, DoorRefused)
        else:
            refused = False
        wait = _FIRST_SECONDS if loop.time() - started > _HEALTHY_SECONDS else wait
        await sleep(_REFUSED_SECONDS if refused else wait * random.uniform(0.8, 1.2))  # noqa: S311
        wait = min(wait * 2, _LONGEST_SECONDS)


async def keep_open(door: Door) -> None:
    """Keep *door* open for ever; its health says when it is not."""

    def note(error: BaseException) -> None:
        door.health.opened = False
        if not isinstance(error, SendingError) or not door.health.trouble:
            door.health.trouble = f"Cửa {door.name} chưa mở được; máy đang tự thử lại."

    await supervise(door.name, door.keep_open, note=note)
