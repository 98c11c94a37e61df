"""
HTTP to every messenger, also under the SDKs, which leave the choice of a client to whoever uses them.

Over aiohttp a call costs this machine a quarter of what it costs over the SDKs' own httpx. What decides
whether a message may go out twice is told apart here: a call that had not left, and one that may have.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import certifi

_CONNECT_SECONDS = 10.0
_POOL_SECONDS = 30.0
# Before the first byte of the call: no connection, no such host, no certificate, no proxy.
_BEFORE = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)


class CallFailed(Exception):
    """There is no answer; the text is the kind of error, and nothing of the call."""


class NotSent(CallFailed):
    """The call had not left this machine."""


class MaybeSent(CallFailed):
    """The call was on its way, and may have been carried out."""


class Connections:
    """
    Up to *most* connections that are kept open between calls; the first call makes the first one.

    Args:
        answer_seconds: The longest wait for the answer to begin, and for its next bytes.
    """

    def __init__(self, most: int, answer_seconds: float) -> None:
        self.answer_seconds = answer_seconds
        self._most = most
        self._session: aiohttp.ClientSession | None = None
        self._is_closed = False

    def open(self) -> None:
        """Make calls possible again after ``close``."""
        self._is_closed = False

    async def close(self) -> None:
        """Close all of them; calls fail from now on."""
        self._is_closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
    ) -> tuple[int, bytes]:
        """
        Make one call, once, and return the answer's status and body.

        Raises:
            NotSent, MaybeSent: there is no answer.
        """
        if self._is_closed:
            raise NotSent("closed")
        if self._session is None:
            self._session = self._new_session()
        try:
            async with self._session.request(
                method,
                url,
                headers=headers,
                data=form,
                json=json,
                allow_redirects=False,
                proxy=_proxy_to(*urlsplit(url)[:2]),
            ) as response:
                return response.status, await response.read()
        except _BEFORE as error:
            raise NotSent(type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise MaybeSent(type(error).__name__) from None

    def _new_session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._most, ssl=_trusted()),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(
                # A server that gives a byte now and then has an end too.
                total=_POOL_SECONDS + _CONNECT_SECONDS + 2 * self.answer_seconds,
                connect=_POOL_SECONDS + _CONNECT_SECONDS,
                sock_connect=_CONNECT_SECONDS,
                sock_read=self.answer_seconds,
            ),
        )


@cache
def _proxy_to(scheme: str, host: str) -> str | None:
    """Return the proxy that this machine's settings name on the way to *host*; None when there is none."""
    # Left to aiohttp (``trust_env``) the settings are read anew before every call, in a thread.
    return None if proxy_bypass(host) else getproxies().get(scheme)


class Transport:
    """
    What is the same in our transports of both SDKs, which name these methods alike.

    For a subclass of an SDK's ``BaseRequest``, which says in ``do_request`` what is sent and what is raised.
    """

    def __init__(self, connections: int, answer_seconds: float) -> None:
        self._connections = Connections(connections, answer_seconds)

    @property
    def read_timeout(self) -> float:
        return self._connections.answer_seconds

    async def initialize(self) -> None:
        self._connections.open()

    async def shutdown(self) -> None:
        await self._connections.close()


@cache
def _trusted() -> ssl.SSLContext:
    """Trust the machine's certificates, maybe an office's own, and certifi's, for some machines have none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
