"""
Everything that runs while the office is open to questions, put together, begun and ended.

    doors ─► intake ─► inbox ─► answering threads ─► outbox ─► senders ─► doors
    web page ─┘            (one commit)                └─ officers' answers from the command line
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from starlette.routing import BaseRoute

from bot.app import App
from bot.doors.door import Door
from bot.messaging.inbox import Waiting
from bot.messaging.outbox import Due
from bot.messaging.tables import Tables, open_tables
from bot.serving.answering import Answering
from bot.serving.attending import Attending, Translator
from bot.serving.doors import DoorFactory, settings_doors
from bot.serving.housekeeping import keep_house_hourly
from bot.serving.intake import StoredIntake
from bot.serving.limiting import MESSAGES_AT_ONCE, Limiter
from bot.serving.metrics import Metrics
from bot.serving.reloading import ServedIndex
from bot.serving.sending import Sender
from bot.serving.supervising import keep_open, supervise
from bot.serving.trouble import described
from bot.serving.web_asking import WEB, WebAsking, WebTranslator
from bot.serving.writer import Writer
from bot.web.page import ErrorHandler, web_errors, web_routes
from knowledge.errors import DanhoiError

log = logging.getLogger("danhoi.service")

GRACE_SECONDS = 10.0  # for what is in work when the server is told to stop
LOOK_EVERY_SECONDS = 1.0  # for messages that other processes put into the outbox
COUNT_EVERY_SECONDS = 1.0
_THREADS = 4  # they read, ask the process that has the index, and wait
PRIVACY_PATH = "/quyen-rieng-tu"

_Counts = tuple[Mapping[str, int], Mapping[str, int]]


class Service:
    """
    The parts of one running server, made from *app*.

    Raises:
        DatabaseRefused: the store cannot be used.
    """

    def __init__(
        self, app: App, doors: DoorFactory = settings_doors, *, messages_at_once: int = MESSAGES_AT_ONCE
    ) -> None:
        settings = app.settings
        self._app = app
        self.metrics = Metrics()
        self.index = ServedIndex(settings.index_dir, app.open_finder)
        # It takes seconds, in a process of its own: long enough to make everything else meanwhile.
        self._opening = threading.Thread(target=self.index.refresh, name="opening")
        self._opening.start()
        self._limiter = Limiter(messages_at_once)
        self._writer = Writer(settings.database)
        self.answering = Answering(
            self._attending,
            self._writer,
            self._send,
            self.metrics,
            now_ms=now_ms,
            threads=_THREADS,
        )
        self._intake = StoredIntake(self._writer, self.answering, self.metrics, now_ms=now_ms)
        self.doors: Sequence[Door] = doors(settings, self._intake, self._count_sent)
        self._senders = {door.name: Sender(door, self._writer, self.metrics, now=now) for door in self.doors}
        self.answering.typing.update({door.name: door.show_typing for door in self.doors})
        self._web = WebAsking(self._intake, self.answering, self._writer, self.index, now=local_now)
        self._tasks: list[asyncio.Task[None]] = []
        self._sent_this_month: dict[str, int] = {}
        self._counting: asyncio.Future[_Counts] | None = None
        self._count_again_at = 0.0

    def routes(self) -> list[BaseRoute]:
        """Return the routes of the page and of the doors' webhooks."""
        return [
            *(route for door in self.doors for route in door.routes()),
            *web_routes(self._web, self._app.settings.public_url),
        ]

    def errors(self) -> dict[int | type[Exception], ErrorHandler]:
        """Return what is shown when something is wrong, for the whole application."""
        return web_errors(self._web, self._app.settings.public_url)

    async def start(self) -> None:
        """Mend what a crash left, fill the lanes, open the doors."""
        await asyncio.to_thread(self._opening.join)
        waiting, unsure = await self._writer.run(_repair)
        # What came through a door that is shut by now waits until it is opened again.
        open_doors = {WEB, *self._senders}
        self.answering.put(update for update in waiting if update.door in open_doors)
        await self._look_into_outbox()
        log.info("service started", extra={"waiting": len(waiting), "unsure": unsure})
        settings = self._app.settings
        self._run("answering", self.answering.run)
        for door in self.doors:
            self._run(f"sending {door.name}", self._senders[door.name].run)
            self._tasks.append(asyncio.create_task(keep_open(door), name=door.name))
        self._run("index", self.index.watch)
        self._run("outbox", self._watch_outbox)
        self._run("housekeeping", lambda: keep_house_hourly(settings.database, self._app.today, now_ms))

    async def stop(self) -> None:
        """Take in nothing more, finish what was begun within a bound, close. The rest waits on disk."""
        self._intake.close()
        doors = [task for task in self._tasks if task.get_name() in self._senders]
        await _cancel(doors)
        try:
            async with asyncio.timeout(GRACE_SECONDS):
                await self.answering.drained()
                await asyncio.gather(*(sender.drained() for sender in self._senders.values()))
        except TimeoutError:
            log.warning("stopped with work left", extra={"backlog": self.answering.backlog})
        await _cancel(self._tasks)
        await self.answering.settled()
        await asyncio.to_thread(self.answering.close)
        await asyncio.to_thread(self.index.close)
        await asyncio.gather(*(sender.settled() for sender in self._senders.values()))
        await asyncio.gather(*(door.close() for door in self.doors), return_exceptions=True)
        await asyncio.to_thread(self._writer.close)
        log.info("service stopped")

    async def counts(self) -> _Counts:
        """
        Return how many updates and how many messages are in each state, as of a second ago.

        Raises:
            DatabaseRefused: nothing can be stored, though reading may go on.
        """
        # Anybody may ask /healthz, as often as they like; the disk is asked once a second.
        if self._counting is None or time.monotonic() > self._count_again_at:
            self._count_again_at = time.monotonic() + COUNT_EVERY_SECONDS
            self._counting = asyncio.ensure_future(self._writer.run(_counted))
        return await asyncio.shield(self._counting)

    def _run(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        self._tasks.append(asyncio.create_task(supervise(name, run), name=name))

    def _attending(self) -> Attending:
        translators: dict[str, Translator] = {door.name: door for door in self.doors}
        public_url = self._app.settings.public_url
        link = public_url + PRIVACY_PATH if public_url else ""
        return Attending(
            open_tables(self._app.settings.database),
            self.index.prepare,
            {**translators, WEB: WebTranslator()},
            self._limiter,
            now_ms=now_ms,
            privacy_link=link,
        )

    def _send(self, due: Iterable[Due]) -> None:
        for message in due:
            if sender := self._senders.get(message.door):
                sender.put([message])

    async def _watch_outbox(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            try:
                await self._look_into_outbox()
            except DanhoiError as error:
                log.error("outbox not read", extra={"error": described(error)})

    async def _look_into_outbox(self) -> None:
        month = now().strftime("%Y-%m")
        names = tuple(self._senders)

        def look(tables: Tables) -> tuple[list[Due], dict[str, int]]:
            return tables.outbox.due(), {name: tables.chats.sent_in(name, month) for name in names}

        due, self._sent_this_month = await self._writer.run(look)
        self._send(due)

    def _count_sent(self, door: str) -> int:
        """Return how many messages *door* sent this month, as of a second ago."""
        return self._sent_this_month.get(door, 0)


def _counted(tables: Tables) -> _Counts:
    tables.inbox.try_to_write()
    return tables.inbox.counts(), tables.outbox.counts()


def _repair(tables: Tables) -> tuple[list[Waiting], int]:
    return tables.inbox.waiting(), tables.outbox.repair()


async def _cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def local_now() -> datetime:
    """Return the time by the office's clock."""
    return datetime.now().astimezone()


def now_ms() -> int:
    """Return the time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000
