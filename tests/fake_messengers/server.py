"""Running an ASGI application on a free port of loopback, in a thread with a loop of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

_LONGEST_CALL_S = 5


def listener(port: int = 0) -> socket.socket:
    """Give a listening socket of loopback; port 0 takes a free one."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    sock.listen(2048)
    return sock


def config(app: Any) -> uvicorn.Config:
    """Give the settings every fake runs under: quiet."""
    return uvicorn.Config(app, log_level="critical", access_log=False, ws="none", lifespan="auto")


class _Server(uvicorn.Server):
    """Tells when it serves, stops at once, and leaves signals to the program that started it."""

    def __init__(self, settings: uvicorn.Config) -> None:
        super().__init__(settings)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        while not self.should_exit:
            await self.on_tick(0)
            await asyncio.sleep(0.01)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for sock in sockets or []:
            sock.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if tasks := set(self.server_state.tasks):
            await asyncio.wait(tasks, timeout=_LONGEST_CALL_S)
        await self.lifespan.shutdown()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextmanager
def running(app: Any, port: int = 0) -> Iterator[str]:
    """Serve ``app`` while the block runs; gives its address, such as ``http://127.0.0.1:43210``.

    An application with a method ``close`` is closed first, so that calls it holds do not keep the server up.
    """
    sock = listener(port)
    server = _Server(config(app))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    try:
        if not server.ready.wait(10):
            raise RuntimeError("the server did not start")
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        if close := getattr(app, "close", None):
            close()
        server.should_exit = True
        thread.join(15)
        sock.close()
        if thread.is_alive():
            raise RuntimeError("the server did not stop")
