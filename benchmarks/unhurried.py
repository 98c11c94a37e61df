"""
``danhoi serve`` as fast as it can: no pace of a platform, no limit for one citizen unless asked for.

    python -m benchmarks.unhurried [--messages-at-once N]

Prints its address once it is open. All else is as the command: the settings come from the environment.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial

from bot.app import App
from bot.doors.door import Pace
from bot.doors.telegram import TelegramDoor
from bot.doors.zalo_bot import ZaloBotDoor
from bot.serving.server import serve
from bot.serving.service import Service
from bot.settings import load_settings

_ANY_NUMBER = 10**9


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages-at-once", type=int, default=_ANY_NUMBER)
    arguments = parser.parse_args()
    TelegramDoor.pace = ZaloBotDoor.pace = Pace(per_second=_ANY_NUMBER)

    def announce(address: str) -> None:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()

    serve(App(load_settings()), announce, partial(Service, messages_at_once=arguments.messages_at_once))


if __name__ == "__main__":
    main()
