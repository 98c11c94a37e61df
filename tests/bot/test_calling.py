"""The connections under every messenger: which way a call goes."""

from __future__ import annotations

import asyncio

from bot.doors.calling import Connections


def test_a_call_goes_through_the_proxy_that_the_machine_is_set_to(monkeypatch):
    asked: list[str] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n")).decode().splitlines()[0])
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        writer.close()

    async def call() -> tuple[int, bytes]:
        server = await asyncio.start_server(proxy, "127.0.0.1")
        port = server.sockets[0].getsockname()[1]
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
        monkeypatch.delenv("no_proxy", raising=False)
        connections = Connections(1, 5.0)
        async with server:
            answer = await connections.call("POST", "http://nowhere.example/getMe", json={})
        await connections.close()
        return answer

    assert asyncio.run(call()) == (200, b"{}")
    assert asked == ["POST http://nowhere.example/getMe HTTP/1.1"]
