"""Fakes as a program, for load and for loops that kill what talks to them.

``python -m tests.fake_messengers.serve --telegram 9001 --zalo-bot 9002 --zalo-oa 9003 --state DIR``

Only the messengers named run; port 0 takes a free one. Prints one line of JSON with the ports once all
answer. With ``--state`` every answered call is a line of ``DIR/<messenger>.jsonl``. Ends at SIGTERM.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.fake_messengers.server import running
from tests.fake_messengers.telegram import FakeTelegram
from tests.fake_messengers.wire import Fake
from tests.fake_messengers.zalo_bot import FakeZaloBot
from tests.fake_messengers.zalo_oa import FakeZaloOA

FAKES: dict[str, type[Fake]] = {"telegram": FakeTelegram, "zalo_bot": FakeZaloBot, "zalo_oa": FakeZaloOA}


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in FAKES:
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, metavar="PORT")
    parser.add_argument("--state", type=Path, metavar="DIR")
    given = parser.parse_args()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    ports = {}
    with ExitStack() as stack:
        for name, kind in FAKES.items():
            if (port := getattr(given, name)) is None:
                continue
            fake = kind()  # type: ignore[call-arg]
            if given.state:
                given.state.mkdir(parents=True, exist_ok=True)
                fake.journal = stack.enter_context(
                    (given.state / f"{name}.jsonl").open("a", encoding="utf-8")
                )
            ports[name] = int(stack.enter_context(running(fake, port)).rpartition(":")[2])
        sys.stdout.write(json.dumps(ports) + "\n")
        sys.stdout.flush()
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
