"""Reading what a form sent, within limits, before anybody believes it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

BODY_BYTES = 16 * 1024
TEXT_CHARACTERS = 4000  # as a browser counts them; in UTF-8 they fit into the body, whatever they are
_FIELDS = 8
_NONCE_LENGTHS = range(8, 65)


class BodyTooLarge(HTTPException):
    """More than ``BODY_BYTES`` were sent."""

    def __init__(self) -> None:
        super().__init__(413)


@dataclass(frozen=True, slots=True)
class Asked:
    """
    One question as the page sent it.

    Attributes:
        text: What was typed; "" when a button was pressed.
        press: What stands behind the button; "" when something was typed.
        nonce: Made by the page for one sending; a second try brings the same.
        seen: Number of the last exchange that the page shows.
    """

    text: str
    press: str
    nonce: str
    seen: int = 0

    @property
    def key(self) -> str:
        """By which the same sending is recognised: an old nonce under another text is another question."""
        return hashlib.sha256(f"{self.nonce}\n{self.press}\n{self.text}".encode()).hexdigest()

    @property
    def is_too_long(self) -> bool:
        return len(self.text.encode("utf-16-le")) // 2 > TEXT_CHARACTERS


def new_nonce() -> str:
    """Return a number for one sending of one form."""
    return secrets.token_urlsafe(12)


async def read_asked(request: Request) -> Asked:
    """
    Read the form of a question.

    Raises:
        HTTPException: 413 for too much, 400 for what is no form.
    """
    form = await _read_form(request)
    nonce, seen = _field(form, "ma"), _field(form, "sau")
    return Asked(
        text=_field(form, "hoi").replace("\r\n", "\n").strip(),
        press=_field(form, "press"),
        nonce=nonce if len(nonce) in _NONCE_LENGTHS else new_nonce(),
        seen=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else 0,
    )


def _field(form: FormData, name: str) -> str:
    value = form.get(name, "")
    # A lone surrogate can be stored nowhere.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


async def _read_form(request: Request) -> FormData:
    body = await _read_body(request)

    async def replay() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    limited = Request(request.scope, replay)
    return await limited.form(max_files=0, max_fields=_FIELDS, max_part_size=BODY_BYTES)


async def _read_body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES:
            raise BodyTooLarge
    return body
