"""The doors that the settings open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from bot.doors.door import Door, Intake
from bot.settings import Settings

CountSent = Callable[[str], int]
DoorFactory = Callable[[Settings, Intake, CountSent], Sequence[Door]]


def settings_doors(settings: Settings, intake: Intake, count_sent: CountSent) -> Sequence[Door]:
    """Return a door for every messenger that has its settings; the SDKs are loaded only then."""
    doors: list[Door] = []
    if settings.telegram:
        from bot.doors.telegram import TelegramDoor

        doors.append(TelegramDoor(settings.telegram, intake, settings.public_url))
    if settings.zalo_bot:
        from bot.doors.zalo_bot import ZaloBotDoor

        count = partial(count_sent, ZaloBotDoor.name)
        doors.append(ZaloBotDoor(settings.zalo_bot, intake, settings.public_url, count=count))
    if settings.zalo_oa:
        from bot.doors.zalo_oa import ZaloOaDoor
        from bot.doors.zalo_oa_tokens import StoredTokens

        tokens = StoredTokens(settings.database)
        doors.append(ZaloOaDoor(settings.zalo_oa, intake, settings.public_url, tokens))
    return doors
