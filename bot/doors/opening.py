"""Staying open: what all doors to messengers do alike."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.doors.door import DoorHealth, SendingError, SlowDown


async def stay_open(
    health: DoorHealth,
    begin: Callable[[], Awaitable[None]],
    go_on: Callable[[], Awaitable[None]],
    trouble: Callable[[SendingError], str],
    sleep: Callable[[float], Awaitable[None]],
) -> None:
    """
    Do *begin* once and *go_on* for ever; *health* tells of the *trouble* that ended it.

    Raises:
        SendingError: what ended it, after the time for which the platform wants to be left alone.
    """
    try:
        await begin()
        while True:
            await go_on()
    except SendingError as error:
        health.opened = False
        health.trouble = trouble(error)
        if isinstance(error, SlowDown) and error.seconds:
            await sleep(error.seconds)
        raise
    finally:
        health.opened = False
