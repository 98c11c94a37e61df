"""The web page's questions, through the same inbox and lanes as the messengers'."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import datetime

from bot.doors.door import Update
from bot.doors.raw import digest
from bot.messaging.model import Incoming, Outgoing, Reply
from bot.serving.answering import Answering
from bot.serving.attending import Attended, Attending
from bot.serving.finding import FinderDied, FindingFailed
from bot.serving.intake import StoredIntake
from bot.serving.reloading import ServedIndex
from bot.serving.trouble import described
from bot.serving.writer import Writer
from bot.web.asking import Busy, StoreDown
from handlers import messages_doors
from handlers.answers import Answer, Question
from handlers.exchanges import PastExchange
from knowledge.errors import DatabaseRefused
from knowledge.records import Contact, Office

log = logging.getLogger("danhoi.web")

WEB = "web"


class WebTranslator:
    """The page's questions are ours already; its answers are read from the conversation, not sent."""

    def read(self, raw: str) -> Incoming:
        question = json.loads(raw)
        return Incoming(question["address"], text=question["text"], about=question["about"])

    def render(self, reply: Reply) -> tuple[Outgoing, ...]:
        del reply
        return ()


class WebAsking:
    """See ``bot.web.asking.Asking``."""

    def __init__(
        self,
        intake: StoredIntake,
        answering: Answering,
        writer: Writer,
        index: ServedIndex,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._intake = intake
        self._answering = answering
        self._writer = writer
        self._index = index
        self.now = now

    async def ask(self, address: str, key: str, text: str, about: int = 0) -> Answer | None:
        """Store, answer, return; see the protocol."""
        if self._intake.is_full:
            raise Busy(messages_doors.BUSY)
        raw = json.dumps({"address": address, "text": text, "about": about})
        try:
            # A browser that hangs up must not leave a stored question outside the lanes.
            attended = await asyncio.shield(self._attended(Update(digest(f"{address}/{key}"), address, raw)))
        except DatabaseRefused as error:
            log.error("question not stored", extra={"error": described(error)})
            raise StoreDown(await self._unstored(Question(text, f"{WEB}/{address}"))) from error
        if attended is None:
            return None
        if attended.too_fast:
            raise Busy(messages_doors.TOO_FAST)
        if attended.answer is None:
            raise Busy(messages_doors.COULD_NOT_READ)
        return attended.answer

    async def _attended(self, update: Update) -> Attended | None:
        """Store *update* and let it be answered; None when it was stored before."""
        stored = await self._intake.store(WEB, [update])
        if not stored:
            return None
        outcome = self._answering.outcome(stored[0].number)
        self._answering.put(stored)
        return await outcome

    async def _unstored(self, question: Question) -> Answer | None:
        """Answer from the index alone; None when that fails too."""
        try:
            return await asyncio.to_thread(self._index.answer_unstored, question)
        except (FinderDied, FindingFailed) as error:
            log.error("question not answered", extra={"error": described(error)})
            return None

    async def history(self, address: str, after: int = 0) -> tuple[PastExchange, ...]:
        """Return what was asked and answered; see the protocol."""
        conversation = f"{WEB}/{address}"
        return await self._writer.run(lambda tables: tables.conversations.history(conversation, after))

    async def forget(self, address: str) -> None:
        """Delete everything of this conversation."""
        conversation = f"{WEB}/{address}"
        await self._delete(lambda attending: attending.forget(WEB, address, conversation))

    async def leave(self, address: str) -> None:
        """Delete what is not with staff."""
        conversation = f"{WEB}/{address}"
        await self._delete(lambda attending: attending.leave(WEB, address, conversation))

    async def _delete(self, work: Callable[[Attending], None]) -> None:
        try:
            await self._answering.in_thread(work)
        except DatabaseRefused as error:
            log.error("conversation not deleted", extra={"error": described(error)})
            raise StoreDown from error

    def is_ready(self) -> bool:
        return self._index.published is not None

    def office(self) -> Office | None:
        published = self._index.published
        return published.office if published else None

    def contacts(self) -> tuple[Contact, ...]:
        published = self._index.published
        return published.contacts if published else ()
