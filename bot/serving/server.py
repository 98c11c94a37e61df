"""``danhoi serve``: the service as one ASGI application in one process, one per state folder."""

from __future__ import annotations

import asyncio
import fcntl
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from bot.app import App
from bot.serving.health import health_routes
from bot.serving.logs import log_as_json
from bot.serving.service import Service
from knowledge.errors import DanhoiError

_LOCK = "serve.lock"
_KEEP_ALIVE_SECONDS = 15
_REQUESTS_END_SECONDS = 5
_BACKLOG = 2048


class ServerRefused(DanhoiError):
    """The server cannot be started; the text says why and what to do."""


def serve(app: App, announce: Callable[[str], None], make: Callable[[App], Service] = Service) -> None:
    """
    Serve until told to stop by SIGTERM or SIGINT; *announce* gets the address once it is open.

    *make* makes the service; a benchmark has one that hurries.

    Raises:
        ServerRefused: it runs already, or the port is taken.
        DatabaseRefused: the store cannot be used.
    """
    settings = app.settings
    log_as_json(settings.log, settings.secrets)
    with _alone(settings.home), _listening(settings.host, settings.port) as listener:
        host, port = listener.getsockname()[:2]
        shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host  # noqa: S104
        config = uvicorn.Config(
            application(make(app), settings.metrics_token, lambda: announce(f"http://{shown}:{port}")),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=_REQUESTS_END_SECONDS,
        )
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(uvicorn.Server(config).serve([listener]))


def application(service: Service, metrics_token: str, started: Callable[[], None]) -> Starlette:
    """Return *service* as an ASGI application; *started* is called when it is open."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await service.start()
        started()
        try:
            yield
        finally:
            await service.stop()

    routes = [*health_routes(service, metrics_token), *service.routes()]
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers=service.errors())


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold the right to serve *home*; two servers would poll the same bot and answer twice."""
    home.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(home / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServerRefused(
                f"{home}: danhoi serve đang chạy với thư mục này; hãy dừng nó, hoặc đặt DANHOI_HOME khác."
            ) from None
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise ServerRefused(
                f"không mở được {host}:{port} ({error.strerror}); hãy đặt DANHOI_HOST hoặc DANHOI_PORT khác."
            ) from error
        # From here on a caller waits instead of being turned away: Zalo tries the address at once.
        listener.listen(_BACKLOG)
        yield listener
