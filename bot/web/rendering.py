"""Pages out of templates, and the headers that every response carries."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from bot.web.asking import Asking
from bot.web.blocks import spans
from bot.web.forms import TEXT_CHARACTERS
from bot.web.session import Session

_HERE = Path(__file__).parent
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_COMPRESS_FROM = 500  # bytes
_A_YEAR = "public, max-age=31536000, immutable"
SAFE = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": browsers would then hide the origin of our own forms too.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NOT_KEPT = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it goes over the wire; ``version`` changes with every byte of it."""

    content: bytes
    packed: bytes
    kind: str
    version: str


def read_static_files() -> dict[str, StaticFile]:
    """Return the files of the page by name; they are small and stay in memory."""
    return {path.name: _static_file(path) for path in sorted((_HERE / "static").iterdir())}


def _static_file(path: Path) -> StaticFile:
    content = path.read_bytes()
    version = hashlib.sha256(content).hexdigest()[:12]
    return StaticFile(content, gzip.compress(content, mtime=0), _KINDS[path.suffix], version)


class Renderer:
    """Makes responses; *asking* tells whose page it is, *is_secure* whether it is reached by https."""

    def __init__(self, asking: Asking, *, is_secure: bool) -> None:
        self.static = read_static_files()
        self._asking = asking
        self._headers = SAFE | ({"Strict-Transport-Security": "max-age=31536000"} if is_secure else {})
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals |= {
            "version": {name: file.version for name, file in self.static.items()},
            "text_characters": TEXT_CHARACTERS,
            "spans": spans,
        }

    def page(
        self,
        request: Request,
        template: str,
        session: Session,
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
        **values: object,
    ) -> Response:
        """Return the page of *template*, kept by no cache."""
        office = self._asking.office()
        html = self._templates.get_template(template).render(office=office, session=session, **values)
        return self.response(request, html, status=status, headers=headers)

    def response(
        self, request: Request, html: str, *, status: int = 200, headers: dict[str, str] | None = None
    ) -> Response:
        """Return *html*, packed where the browser takes it."""
        content = html.encode()
        told = NOT_KEPT | self._headers | {"Vary": "Accept-Encoding"} | (headers or {})
        if len(content) >= _COMPRESS_FROM and takes_gzip(request):
            content = gzip.compress(content, compresslevel=6, mtime=0)
            told["Content-Encoding"] = "gzip"
        return Response(content, status, told, media_type="text/html")

    def moved(self, address: str) -> Response:
        """Send the browser to *address* after a form, so that a reload sends nothing twice."""
        return Response(status_code=303, headers=NOT_KEPT | self._headers | {"Location": address})

    def static_file(self, request: Request, name: str) -> Response | None:
        """Return one of the page's own files; None when there is no such."""
        file = self.static.get(name)
        if file is None:
            return None
        is_asked_by_version = request.query_params.get("v") == file.version
        headers = self._headers | {
            "Cache-Control": _A_YEAR if is_asked_by_version else "no-cache",
            "Vary": "Accept-Encoding",
        }
        if takes_gzip(request):
            return Response(file.packed, 200, headers | {"Content-Encoding": "gzip"}, media_type=file.kind)
        return Response(file.content, 200, headers, media_type=file.kind)


def takes_gzip(request: Request) -> bool:
    """Say whether the browser unpacks gzip."""
    return "gzip" in request.headers.get("accept-encoding", "").lower()
