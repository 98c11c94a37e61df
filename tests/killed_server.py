"""
A server that is killed and started again, over and over: ``danhoi serve`` but for the search.

``Killing`` forks each server from a process that has everything imported, so that a start costs some
milliseconds and hundreds of kills fit into a test.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import ssl
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path

import uvicorn
from pysqlite3 import dbapi2 as sqlite3

from bot.doors.door import Pace
from bot.doors.telegram import TelegramDoor
from bot.doors.zalo_bot import ZaloBotDoor
from bot.doors.zalo_oa import ZaloOaDoor
from bot.serving.server import _listening, application
from bot.serving.service import Service
from bot.settings import Settings
from knowledge.records import Procedure
from tests.fakes_handlers import FakeSearcher
from tests.record_samples import a_procedure
from tests.serving import FindsHere

UNHURRIED = Pace(per_second=10_000)  # the platforms' pace is measured elsewhere
TRADES = ("thêu", "mộc", "rèn", "gốm", "đan", "sơn", "dệt", "đúc", "chạm", "khảm", "nón", "kính")
PATIENCE_S = 60.0
# The doors' clients read the world's certificates at every start, though nothing here is encrypted.
_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def trade_procedures() -> Sequence[Procedure]:
    """Return procedures that a question finds by one word."""
    return [a_procedure(f"9.{n:06}", title=f"Ghi danh {trade}") for n, trade in enumerate(TRADES, start=1)]


class TradesApp(FindsHere):
    """An app that knows the trades without an index."""

    def open_searcher(self):  # type: ignore[no-untyped-def]
        return FakeSearcher(trade_procedures())


def run_server(settings: Settings, started: Connection) -> None:
    """Serve until killed or terminated; say so on *started* once open."""
    ssl.create_default_context = lambda *_, **__: _NO_CERTIFICATES
    TelegramDoor.pace = ZaloBotDoor.pace = ZaloOaDoor.pace = UNHURRIED
    service = Service(TradesApp(settings), messages_at_once=10**9)
    config = uvicorn.Config(
        application(service, "", lambda: started.send(os.getpid())),
        host="127.0.0.1",
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
    )
    with _listening("127.0.0.1", settings.port) as listener:
        uvicorn.Server(config).run([listener])


class Killing:
    """Starts servers one after the other, each of what *settings* are at that moment."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.warm_server"])

    @contextmanager
    def server(self, end: int = signal.SIGKILL, *, until_open: bool = True) -> Iterator[None]:
        """Run a server for the time of the block, then end it by the signal *end*."""
        theirs, ours = self._context.Pipe()
        process = self._context.Process(target=run_server, args=(self.settings, ours))
        process.start()
        try:
            if until_open:
                assert theirs.poll(PATIENCE_S), "the server did not start"
            yield
            assert process.is_alive(), "the server ended by itself"
        finally:
            assert process.pid is not None
            with suppress(ProcessLookupError):
                os.kill(process.pid, end)
            process.join(PATIENCE_S)
            is_over = process.exitcode is not None
            if not is_over:
                process.kill()
                process.join()
            process.close()
            theirs.close()
            ours.close()
            assert is_over, "the server did not end"


def home_for(tmp_path: Path) -> Path:
    home = tmp_path / "var"
    home.mkdir(exist_ok=True)
    return home


def on_the_wire(database: Path) -> Counter[str]:
    """Return by door how many messages a server was sending when it died; what it left is not touched."""
    if not database.exists():
        return Counter()
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'outbox'").fetchone():
            return Counter()
        sending = "SELECT door, count(*) FROM outbox WHERE state = 'sending' GROUP BY door"
        return Counter(dict(connection.execute(sending)))


def wait_until(ready, seconds: float = PATIENCE_S) -> bool:  # type: ignore[no-untyped-def]
    """Wait until *ready* is true, and say whether it became so."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True
