"""The page with the real answerer and a real database behind it, in one process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn
from starlette.applications import Starlette

from bot.web.page import web_errors, web_routes
from handlers.answering import Answerer
from handlers.answers import Answer, Question
from handlers.conversations import Conversations
from handlers.exchanges import PastExchange
from handlers.pipeline import Searching
from knowledge.database import open_database
from knowledge.records import Contact, Office

ORIGIN = "http://testserver"


class WebEngine:
    """
    Answers what the page asks, in the one thread that has the database.

    ``trouble`` is raised instead of answering, once.
    """

    def __init__(self, searcher: Searching | None, path: Path, today: date) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._database = self._thread.submit(open_database, path).result()
        self.conversations = self._thread.submit(Conversations, self._database).result()
        self.answerer = Answerer(lambda: searcher, self.conversations, today=lambda: today)
        self._searcher = searcher
        self._keys: set[tuple[str, str]] = set()
        self.trouble: Exception | None = None
        self.asked: list[str] = []
        self.addresses: set[str] = set()

    async def ask(self, address: str, key: str, text: str, about: int = 0) -> Answer | None:
        self._meet_trouble()
        if (address, key) in self._keys:
            return None
        self._keys.add((address, key))
        self.asked.append(text)
        self.addresses.add(address)
        return await self._run(self.answerer.answer, Question(text, address, about))

    def _meet_trouble(self) -> None:
        if self.trouble:
            trouble, self.trouble = self.trouble, None
            raise trouble

    async def history(self, address: str, after: int = 0) -> tuple[PastExchange, ...]:
        return await self._run(self.conversations.history, address, after)

    async def forget(self, address: str) -> None:
        self._meet_trouble()
        await self._run(self.conversations.forget, address)

    async def leave(self, address: str) -> None:
        self._meet_trouble()
        await self._run(self.conversations.leave, address)

    def is_ready(self) -> bool:
        return self._searcher is not None

    def office(self) -> Office | None:
        return self._searcher.generation.records.office() if self._searcher else None

    def contacts(self) -> tuple[Contact, ...]:
        return self._searcher.generation.records.contacts() if self._searcher else ()

    def told(self, address: str) -> tuple[PastExchange, ...]:
        """What is stored of a conversation."""
        return self._thread.submit(self.conversations.history, address).result()

    def officer_writes(self, text: str, officer: str = "Trần Thị Mẫu") -> None:
        """Let an officer answer every question that waits for one."""
        for question in self._thread.submit(self.conversations.unanswered).result():
            told = self._thread.submit(self.conversations.answer_by_staff, question.receipt, text, officer)
            told.result()

    def close(self) -> None:
        self._thread.submit(self._database.close).result()
        self._thread.shutdown()

    async def _run(self, work: Callable[..., Any], *arguments: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)


@contextmanager
def web_engine(searcher: Searching | None, path: Path, today: date) -> Iterator[WebEngine]:
    """Give the engine for the time of the block."""
    with closing(WebEngine(searcher, path, today)) as engine:
        yield engine


def web_app(engine: WebEngine, public_url: str = "") -> Starlette:
    """Return the page as the server mounts it."""
    return Starlette(routes=web_routes(engine, public_url), exception_handlers=web_errors(engine, public_url))


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """Serve *app* on a free port of this machine for the time of the block; give its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    sockets = [config.bind_socket()]
    sockets[0].listen()  # who comes before the server runs waits, and is not turned away
    thread = Thread(target=server.run, args=(sockets,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
