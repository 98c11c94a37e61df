"""``danhoi serve`` inside a test: the real service, ASGI application and server, on a free loopback port."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from bot.app import App
from bot.serving.finding import Finder, FinderHere
from bot.serving.server import _listening, application
from bot.serving.service import Service
from bot.settings import Settings, TelegramSettings, ZaloBotSettings, ZaloOaSettings
from tests.fake_messengers import telegram as telegram_fake
from tests.fake_messengers import zalo_bot as zalo_bot_fake
from tests.fake_messengers.zalo_oa import FakeZaloOA

SECRET = "mot-bi-mat-du-dai"
PATIENCE_S = 60.0


class FindsHere(App):
    """An app that finds answers in the process of the test, mostly with a searcher of its own."""

    def open_finder(self) -> Finder:
        return FinderHere(self.open_searcher(), self.today)


@dataclass(frozen=True)
class Served:
    """A server that runs."""

    url: str
    service: Service


def free_port() -> int:
    """Return a port that is free, and stays so: below those that the system gives to whoever calls."""
    while True:
        with socket.socket() as probe:
            port = random.randrange(15_000, 32_000)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def settings_for(
    home: Path,
    *,
    port: int = 0,
    telegram: str = "",
    telegram_mode: str = "poll",
    zalo_bot: str = "",
    zalo_bot_mode: str = "webhook",
    zalo_oa: str = "",
    oa: FakeZaloOA | None = None,
) -> Settings:
    """Return settings that open a door to each fake whose URL is given; *oa* is the one behind zalo_oa."""
    port = port or free_port()
    return Settings(
        home=home,
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        telegram=TelegramSettings(telegram_fake.TOKEN, telegram, telegram_mode, SECRET) if telegram else None,
        zalo_bot=ZaloBotSettings(zalo_bot_fake.TOKEN, SECRET, zalo_bot, zalo_bot_mode) if zalo_bot else None,
        zalo_oa=ZaloOaSettings(oa.app_id, oa.app_secret, oa.oa_secret, oa.refresh_token, zalo_oa, zalo_oa)
        if oa
        else None,
    )


@contextmanager
def serving(app: App, make: Callable[[App], Service] = Service) -> Iterator[Served]:
    """Run *app*'s server in a thread for the time of the block; it stops as SIGTERM would stop it."""
    settings = app.settings
    service = make(app)
    ready = threading.Event()
    config = uvicorn.Config(
        application(service, settings.metrics_token, ready.set),
        host="127.0.0.1",
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    with _listening("127.0.0.1", settings.port) as listener:
        thread = threading.Thread(target=server.run, args=([listener],), name="server")
        thread.start()
        try:
            assert ready.wait(PATIENCE_S), "the server did not start"
            yield Served(f"http://127.0.0.1:{settings.port}", service)
        finally:
            server.should_exit = True
            thread.join(PATIENCE_S)
    assert not thread.is_alive(), "the server did not stop"
