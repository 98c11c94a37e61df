"""Posting to a door on loopback, several times as fast as a client that can do everything."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

_Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Poster:
    """Posts to one http address over connections that are kept open."""

    def __init__(self, url: str, timeout_s: float) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._timeout_s = timeout_s
        self._idle: list[_Connection] = []

    async def post(self, body: bytes, headers: dict[str, str]) -> int | None:
        """Post; gives the status, or None if there was no answer in time."""
        connection: _Connection | None = None
        try:
            async with asyncio.timeout(self._timeout_s):
                connection = await self._connection()
                status, kept = await self._exchange(connection, body, headers)
        except (OSError, EOFError, ValueError, TimeoutError):
            kept, status = False, None
        except asyncio.CancelledError:
            _close(connection)
            raise
        if kept and connection is not None:
            self._idle.append(connection)
        else:
            _close(connection)
        return status

    def close(self) -> None:
        """Close what is open."""
        while self._idle:
            _close(self._idle.pop())

    async def _connection(self) -> _Connection:
        while self._idle:
            connection = self._idle.pop()
            if not connection[0].at_eof():
                return connection
            _close(connection)
        return await asyncio.open_connection(self._host, self._port)

    async def _exchange(
        self, connection: _Connection, body: bytes, headers: dict[str, str]
    ) -> tuple[int, bool]:
        reader, writer = connection
        lines = [f"POST {self._target} HTTP/1.1", f"Host: {self._host}:{self._port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(body)}", "", ""]
        writer.write("\r\n".join(lines).encode() + body)
        first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(first.split(" ")[1])
        answered = dict(line.lower().split(": ", 1) for line in rest if ": " in line)
        length = 0 if status == 204 else int(answered.get("content-length", -1))
        if length < 0:  # of unknown length: nobody reads it
            return status, False
        await reader.readexactly(length)
        return status, answered.get("connection") != "close"


def _close(connection: _Connection | None) -> None:
    if connection is not None:
        connection[1].close()
