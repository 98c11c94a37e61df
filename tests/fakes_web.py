"""The page with the real answerer behind it, in one process; history is kept in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from threading import Lock, Thread

import uvicorn
from starlette.applications import Starlette

from bot.web.page import web_errors, web_routes
from handlers.answering import Answerer
from handlers.answers import Answer, Question
from handlers.exchanges import OfficerAnswer, PastExchange
from handlers.personal_data import redact
from knowledge.records import Contact, Office

ORIGIN = "http://testserver"


class WebEngine:
    """
    Answers what the page asks. ``trouble`` is raised instead, once, when set.

    ``lost`` counts the answers that are stored but never reach the browser.
    """

    def __init__(self, answerer: Answerer | None, office: Office | None = None) -> None:
        self.answerer = answerer
        self.its_office = office
        self.its_contacts: tuple[Contact, ...] = ()
        self.past: dict[str, list[PastExchange]] = defaultdict(list)
        self.keys: set[tuple[str, str]] = set()
        self.trouble: Exception | None = None
        self.lost = 0
        self.asked: list[str] = []
        self._lock = Lock()

    async def ask(self, address: str, key: str, text: str, about: int = 0) -> Answer | None:
        if self.trouble:
            trouble, self.trouble = self.trouble, None
            raise trouble
        with self._lock:
            if (address, key) in self.keys:
                return None
            self.keys.add((address, key))
            self.asked.append(text)
            answer = self.answerer.answer(Question(text, address, about))
            if answer.number and not answer.asks_reason:
                shown = redact(text)
                self.past[address].append(PastExchange(answer.number, shown, answer, receipt=answer.receipt))
        if self.lost:
            self.lost -= 1
            raise ConnectionResetError("the answer is stored, and the connection breaks")
        return answer

    async def history(self, address: str, after: int = 0) -> tuple[PastExchange, ...]:
        return tuple(one for one in self.past.get(address, ()) if one.number > after)

    async def forget(self, address: str) -> None:
        self.past.pop(address, None)

    async def leave(self, address: str) -> None:
        self.past.pop(address, None)

    def is_ready(self) -> bool:
        return self.answerer is not None

    def office(self) -> Office | None:
        return self.its_office

    def contacts(self) -> tuple[Contact, ...]:
        return self.its_contacts

    def officer_writes(self, text: str, officer: str = "Trần Thị Mẫu") -> None:
        """Let an officer answer every question that is with staff."""
        answer = OfficerAnswer(text, officer, date(2026, 11, 20))
        for address, exchanges in self.past.items():
            self.past[address] = [
                replace(one, officer_answers=(*one.officer_answers, answer)) if one.receipt else one
                for one in exchanges
            ]


def web_app(engine: WebEngine, public_url: str = "") -> Starlette:
    """Return the page as the server mounts it."""
    return Starlette(routes=web_routes(engine, public_url), exception_handlers=web_errors(engine, public_url))


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """Serve *app* on a free port of this machine for the time of the block; give its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run)
    sockets = [config.bind_socket()]
    thread = Thread(target=server.run, args=(sockets,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


Ask = Callable[[str], None]
