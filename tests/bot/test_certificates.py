"""Whose certificates a call to a messenger trusts: those of this machine, and those of certifi."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.doors import calling
from bot.doors.calling import Connections, NotSent

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a certificate of localhost that signs itself, with its key in the same file."""
    found = tmp_path_factory.mktemp("tls") / "localhost.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    options = ["-addext", "subjectAltName=DNS:localhost", "-keyout", found, "-out", found.with_suffix(".crt")]
    subprocess.run([*command.split(), *options], check=True, capture_output=True)
    found.write_bytes(found.read_bytes() + found.with_suffix(".crt").read_bytes())
    return found


@pytest.fixture(autouse=True)
def _looked_up_anew() -> Iterator[None]:
    calling._trusted.cache_clear()
    yield
    calling._trusted.cache_clear()


def called(certificate: Path) -> tuple[tuple[int, bytes] | NotSent, list[bytes]]:
    """Return what a call to a server with *certificate* brings, and what the server was told."""
    told: list[bytes] = []

    async def server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        await writer.drain()
        writer.close()

    async def call() -> tuple[int, bytes] | NotSent:
        its_own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        its_own.load_cert_chain(certificate)
        connections = Connections(1, 10.0)
        async with await asyncio.start_server(server, "127.0.0.1", ssl=its_own) as serving:
            port = serving.sockets[0].getsockname()[1]
            try:
                return await connections.call("GET", f"https://localhost:{port}/getMe")
            except NotSent as error:
                return error
            finally:
                await connections.close()

    return asyncio.run(call()), told


def test_nothing_is_told_to_a_server_for_which_nobody_vouches(certificate: Path) -> None:
    answer, told = called(certificate)

    assert isinstance(answer, NotSent)
    assert told == []


def test_an_authority_that_the_office_has_added_to_its_machine_is_trusted(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))

    answer, told = called(certificate)

    assert answer == (200, b"{}")
    assert len(told) == 1


def test_a_machine_without_certificates_trusts_those_that_certifi_brings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "none").touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))

    assert calling._trusted().cert_store_stats()["x509_ca"] > 100
