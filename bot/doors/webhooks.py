"""What a webhook does with every call: check the secret, bound the body, store, and only then say yes."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from bot.doors.raw import Raw, object_in
from knowledge.errors import DatabaseRefused

BODY_BYTES = 1 << 20
_STORED, _NO_SECRET, _TOO_LONG, _TRY_AGAIN = 200, 401, 413, 503


async def receive(
    request: Request, header: str, secret: str, store: Callable[[Raw], Awaitable[bool]]
) -> Response:
    """
    Answer one call: 200 after *store* returned True, 503 where it could not, 401 without the secret.

    What is no JSON object gets its 200 too: it would never become one, however often it came.
    """
    if not shows(request.headers.get(header), secret):
        return Response(status_code=_NO_SECRET)
    body = await body_of(request)
    if body is None:
        return Response(status_code=_TOO_LONG)
    update = object_in(body)
    if update is None:
        return Response(status_code=_STORED)
    try:
        is_stored = await store(update)
    except DatabaseRefused:
        is_stored = False
    return Response(status_code=_STORED if is_stored else _TRY_AGAIN)


def shows(given: str | None, secret: str) -> bool:
    """Say whether *given* is *secret*, in the same time however much of it is right; never without one."""
    # Starlette reads headers as Latin-1, which gives every byte back.
    return bool(secret) and hmac.compare_digest((given or "").encode("latin-1", "replace"), secret.encode())


async def body_of(request: Request, limit: int = BODY_BYTES) -> bytes | None:
    """Return the body; None when it is longer than *limit*, without reading on."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)
