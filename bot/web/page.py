"""The public page: its routes, and the pages shown when something is wrong."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.messaging import presses
from bot.web.asking import Asking, Busy, StoreDown
from bot.web.forms import Asked, new_nonce, read_asked
from bot.web.rendering import Renderer
from bot.web.session import Session, Sessions
from bot.web.views import STARTERS, Entry, entries_of, entry_of, officer_entries, shown_question
from bot.web.wording import NOT_DELETED, TEXT_MISSING, TEXT_TOO_LONG, error_words
from handlers import messages_doors
from handlers.answers import Answer
from handlers.exchanges import PastExchange
from handlers.personal_data import redact
from handlers.state import RETENTION_DAYS
from knowledge.records import Contact
from knowledge.text import fold

log = logging.getLogger("danhoi.web")

_SCRIPT = ("x-requested-with", "danhoi")  # what our script says of itself
_LONGEST_PRESS = 64
_COMPLAINTS = ("khieu nai", "phan anh, kien nghi")


class Page:
    """The public page at *public_url*, speaking for *asking*."""

    def __init__(self, asking: Asking, public_url: str) -> None:
        self._asking = asking
        self._sessions = Sessions(public_url)
        self._renderer = Renderer(asking, is_secure=urlsplit(public_url).scheme == "https")

    def routes(self) -> list[BaseRoute]:
        """Return every address of the page."""
        return [
            Route("/", self.conversation),
            Route("/hoi", self.ask, methods=["POST"]),
            Route("/tin-moi", self.news),
            Route("/quyen-rieng-tu", self.privacy),
            Route("/xoa", self.deletion, methods=["GET", "POST"]),
            Route("/xong", self.finish, methods=["POST"]),
            Route("/static/{name}", self.static_file),
        ]

    async def conversation(self, request: Request) -> Response:
        """Show everything asked so far, and the box to ask in."""
        session = self._sessions.of(request)
        past = () if session.is_new else await self._asking.history(session.address)
        response = self._conversation(request, session, past)
        self._sessions.remember(session, response)
        return response

    async def ask(self, request: Request) -> Response:
        """Answer one question: a piece of the page for our script, the way back to the page else."""
        session = self._session_of_a_form(request)
        asked = await read_asked(request)
        wrong = _wrong_with(asked)
        if wrong:
            return await self._not_taken(request, session, asked, wrong)
        pressed = _pressed(asked.press) if asked.press else presses.Pressed(asked.text)
        if pressed is None:
            raise HTTPException(400)
        notice = ""
        try:
            answer = await self._asking.ask(session.address, asked.key, pressed.text, pressed.about)
        except Busy as busy:
            return await self._not_taken(request, session, asked, busy.text, busy.seconds)
        except StoreDown as down:
            answer, notice = down.answer, messages_doors.STORE_FULL
            if answer is None:
                raise HTTPException(503) from down
        return await self._answered(request, session, asked, pressed, answer, notice)

    async def news(self, request: Request) -> Response:
        """Give what officers answered to questions numbered above ``sau``; nothing at all if they did not."""
        session = self._sessions.of(request)
        seen = request.query_params.get("sau", "")
        after = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else 0
        past = () if session.is_new else await self._asking.history(session.address, after)
        return self._renderer.page(request, "news.html", session, officers=officer_entries(past))

    async def privacy(self, request: Request) -> Response:
        """Tell what is kept, for how long, and who answers for it."""
        contacts = self._asking.contacts()
        return self._renderer.page(
            request,
            "privacy.html",
            self._sessions.of(request),
            days=RETENTION_DAYS,
            complaints=[contact for contact in contacts if _takes_complaints(contact)],
        )

    async def deletion(self, request: Request) -> Response:
        """Ask whether all is to be deleted; delete it."""
        if request.method == "GET":
            return await self._ask_before_deleting(request, self._sessions.of(request))
        session = self._session_of_a_form(request)
        try:
            await self._asking.forget(session.address)
        except StoreDown:
            return self._not_deleted(request, session)
        return self._begin_anew(session)

    async def finish(self, request: Request) -> Response:
        """End a stranger's visit at the kiosk; what is with staff stays there."""
        session = self._session_of_a_form(request)
        past = await self._asking.history(session.address)
        try:
            await self._asking.leave(session.address)
        except StoreDown:
            response = self._not_deleted(request, session)
            # Whoever comes next sees nothing of it all the same.
            self._sessions.remember(self._sessions.new(kiosk=session.kiosk), response)
            return response
        receipts = [exchange.receipt for exchange in past if exchange.receipt]
        if not receipts:
            return self._begin_anew(session)
        response = self._renderer.page(request, "finished.html", session, receipts=receipts)
        self._sessions.remember(self._sessions.new(kiosk=session.kiosk), response)
        return response

    async def static_file(self, request: Request) -> Response:
        """Give one of the page's own files."""
        file = self._renderer.static_file(request, request.path_params["name"])
        if file is None:
            raise HTTPException(404)
        return file

    async def error(self, request: Request, error: Exception) -> Response:
        """Say what went wrong, and what to do; a question's words are in no log."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status >= 500:
            log.error("%s %s: %d", request.method, request.url.path, status, exc_info=error)
        title, text = error_words(status)
        session = self._sessions.of(request)
        headers = dict(getattr(error, "headers", None) or {})
        if _is_script(request):
            wrong = f"{title}. {text}"
            return self._renderer.page(
                request, "wrong.html", session, status=status, headers=headers, wrong=wrong
            )
        return self._renderer.page(
            request, "error.html", session, status=status, headers=headers, title=title, text=text
        )

    def _not_deleted(self, request: Request, session: Session) -> Response:
        title, text = NOT_DELETED
        return self._renderer.page(request, "error.html", session, status=503, title=title, text=text)

    def _session_of_a_form(self, request: Request) -> Session:
        if not self._sessions.is_from_here(request):
            raise HTTPException(403)
        return self._sessions.of(request)

    def _conversation(
        self,
        request: Request,
        session: Session,
        past: Sequence[PastExchange],
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
        typed: str = "",
        wrong: str = "",
        extra: Entry | None = None,
    ) -> Response:
        return self._renderer.page(
            request,
            "conversation.html",
            session,
            status=status,
            headers=headers,
            entries=(*entries_of(past), *([extra] if extra else [])),
            officers=officer_entries(past),
            is_ready=self._asking.is_ready(),
            is_deleted="da-xoa" in request.query_params,
            starters=STARTERS,
            days=RETENTION_DAYS,
            nonce=new_nonce(),
            typed=typed,
            wrong=wrong,
        )

    async def _answered(
        self,
        request: Request,
        session: Session,
        asked: Asked,
        pressed: presses.Pressed,
        answer: Answer | None,
        notice: str,
    ) -> Response:
        if answer and answer.forgets:
            return self._begin_anew(session)
        # A thumb is stored with the answer it is about; what is not stored is shown once, below what is.
        is_stored = answer is None or (answer.number > 0 and not answer.asks_reason)
        extra = None if answer is None or is_stored else _unstored(pressed, answer, notice)
        if _is_script(request):
            entries = (
                (extra,) if extra else entries_of(await self._asking.history(session.address, asked.seen))
            )
            if answer and not entries:  # a thumb, for instance
                entries = (_unstored(pressed, answer, notice),)
            # None of both: asked before and being answered just now, to be asked for again.
            response = self._renderer.page(
                request, "piece.html", session, status=200 if entries else 202, entries=entries
            )
        elif is_stored:
            response = self._renderer.moved("/#moi")
        else:
            past = await self._asking.history(session.address) if not notice else ()
            response = self._conversation(request, session, past, extra=extra)
        self._sessions.remember(session, response)
        return response

    async def _not_taken(
        self, request: Request, session: Session, asked: Asked, wrong: str, seconds: int = 0
    ) -> Response:
        """Show what was typed again, with the reason why it was not asked."""
        status = 429 if seconds else 422
        headers = {"Retry-After": str(seconds)} if seconds else None
        if _is_script(request):
            return self._renderer.page(
                request, "wrong.html", session, status=status, headers=headers, wrong=wrong
            )
        past = await self._asking.history(session.address)
        response = self._conversation(
            request, session, past, status=status, headers=headers, typed=asked.text, wrong=wrong
        )
        self._sessions.remember(session, response)
        return response

    async def _ask_before_deleting(self, request: Request, session: Session) -> Response:
        past = () if session.is_new else await self._asking.history(session.address)
        return self._renderer.page(
            request,
            "deletion.html",
            session,
            count=len(past),
            receipts=[exchange.receipt for exchange in past if exchange.receipt],
        )

    def _begin_anew(self, session: Session) -> Response:
        response = self._renderer.moved("/?kiosk=1&da-xoa=1" if session.kiosk else "/?da-xoa=1")
        self._sessions.remember(self._sessions.new(kiosk=session.kiosk), response)
        return response


def _is_script(request: Request) -> bool:
    name, value = _SCRIPT
    return request.headers.get(name) == value


def _wrong_with(asked: Asked) -> str:
    if asked.is_too_long:
        return TEXT_TOO_LONG
    return "" if asked.text or asked.press else TEXT_MISSING


def _pressed(press: str) -> presses.Pressed | None:
    return presses.pressed(press) if len(press) <= _LONGEST_PRESS else None


def _unstored(pressed: presses.Pressed, answer: Answer, notice: str) -> Entry:
    return entry_of(answer, asked=shown_question(redact(pressed.text), answer), notice=notice)


def _takes_complaints(contact: Contact) -> bool:
    return any(word in fold(matter) for matter in contact.about for word in _COMPLAINTS)


ErrorHandler = Callable[[Request, Exception], Awaitable[Response]]


def web_routes(asking: Asking, public_url: str) -> list[BaseRoute]:
    """Return the routes of the public page."""
    return Page(asking, public_url).routes()


def web_errors(asking: Asking, public_url: str) -> dict[int | type[Exception], ErrorHandler]:
    """Return the handlers of what goes wrong, for the whole application."""
    error = Page(asking, public_url).error
    return {HTTPException: error, Exception: error}
