"""
Who is asking: a random number in a cookie, and nothing else. No account, no tracking.

The cookie is ``Lax``: who comes back by a link in Zalo or an e-mail must find their conversation, and a
``Strict`` cookie is not sent there. Reading changes nothing here, and what changes something is
refused unless it comes from this very page.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

_BYTES = 32  # 256 bits
_LENGTH = 43  # of 32 bytes in base64 without padding
_KIOSK = "k."  # before the number, in a browser that strangers share
_DAYS = 30
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Session:
    """One browser's conversation. ``kiosk``: forgotten when the browser closes, and shown larger."""

    token: str
    kiosk: bool = False
    is_new: bool = False

    @property
    def address(self) -> str:
        """The conversation's name; the number itself is stored nowhere but in the browser."""
        return hashlib.sha256(self.token.encode()).hexdigest()


class Sessions:
    """Sessions of the page at *public_url* ("" when it has none)."""

    def __init__(self, public_url: str) -> None:
        parts = urlsplit(public_url)
        self._origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
        self._secure = parts.scheme == "https"
        # The prefix makes browsers refuse a cookie that a neighbouring site would plant.
        self.cookie = "__Host-danhoi" if self._secure else "danhoi"

    def of(self, request: Request) -> Session:
        """Return the browser's session, a new one when it shows none of ours; ``?kiosk`` changes the kind."""
        token = request.cookies.get(self.cookie, "")
        wanted = request.query_params.get("kiosk")
        kiosk = token.startswith(_KIOSK) if wanted not in ("0", "1") else wanted == "1"
        known = _is_ours(token) and token.startswith(_KIOSK) == kiosk
        return Session(token, kiosk) if known else self.new(kiosk=kiosk)

    def new(self, *, kiosk: bool) -> Session:
        """Return a session that nobody had before."""
        return Session((_KIOSK if kiosk else "") + secrets.token_urlsafe(_BYTES), kiosk, is_new=True)

    def remember(self, session: Session, response: Response) -> None:
        """Put the session into the browser, for another 30 days; in a kiosk until it is closed."""
        response.set_cookie(
            self.cookie,
            session.token,
            max_age=None if session.kiosk else _DAYS * _SECONDS_A_DAY,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def is_from_here(self, request: Request) -> bool:
        """
        Say whether a form was sent by this page.

        Browsers tell in ``Sec-Fetch-Site``; older ones by ``Origin``, the oldest by ``Referer``. Who
        tells nothing is refused.
        """
        site = request.headers.get("sec-fetch-site")
        if site is not None:
            return site in ("same-origin", "none")
        told = request.headers.get("origin") or request.headers.get("referer") or ""
        parts = urlsplit(told)
        if not parts.netloc:
            return False
        is_public = f"{parts.scheme}://{parts.netloc}" == self._origin
        return is_public or parts.netloc == request.headers.get("host")


def _is_ours(token: str) -> bool:
    number = token.removeprefix(_KIOSK)
    return len(number) == _LENGTH and number.isascii() and number.replace("-", "").replace("_", "").isalnum()
