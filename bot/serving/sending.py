"""
The outbox of one door, sent at the pace the platform allows.

Messages of one chat go in order, one at a time; chats go side by side. Nothing is lost: a message stays
in the outbox until the platform has it. Nothing comes twice where messages can be edited: a placeholder
is sent, and filled. Elsewhere a message whose fate is unknown is repeated once, and says so.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.doors.door import (
    ChatClosed,
    Door,
    DoorRefused,
    MaybeDelivered,
    MessageRefused,
    NotDelivered,
    Sending,
    SendingError,
    SlowDown,
)
from bot.messaging.buckets import Bucket
from bot.messaging.lanes import Lanes
from bot.messaging.outbox import Due, Parcel
from bot.messaging.tables import Tables
from bot.serving.metrics import Metrics
from bot.serving.trouble import described
from bot.serving.writer import Writer
from knowledge.errors import DatabaseRefused

log = logging.getLogger("danhoi.sending")

_FIRST_RETRY_SECONDS = 1.0
_LONGEST_RETRY_SECONDS = 300.0
_REFUSED_SECONDS = 60.0
_STORE_RETRY_SECONDS = 5.0
# A group's messages come in parts: so many at once, and together with these never more than are allowed.
_GROUP_BURST, _GROUP_REST = 0.25, 0.7


@dataclass(slots=True)
class _Known:
    """
    What happened to a message at the platform, in case the store refuses to take note of it.

    A message that is delivered must not go out again because the disk was full the moment after.
    """

    placed: str = ""  # the placeholder's name
    delivered: str | None = None  # the message's name
    maybe: bool = False  # an earlier try may have been delivered


class Sender:
    """
    Sends what is due for *door*; one per door, so that none feels another's trouble.

    ``now`` is the time of day, ``clock`` counts the seconds of the pace.
    """

    def __init__(
        self,
        door: Door,
        writer: Writer,
        metrics: Metrics,
        *,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._door = door
        self._writer = writer
        self._metrics = metrics
        self._now = now
        self._lanes = Lanes()
        self._known: dict[int, _Known] = {}
        self._tries: set[asyncio.Task[None]] = set()
        self._clock = clock
        # One after the other, never a handful at once: whatever second the platform looks at, it is within.
        self._bucket = Bucket(1.0, door.pace.per_second)
        self._groups: dict[str, Bucket] = {}
        self._paused_until = 0.0  # by the event loop's clock

    @property
    def backlog(self) -> int:
        """How many messages wait or are being sent."""
        return len(self._lanes)

    def put(self, due: Iterable[Due]) -> None:
        """Let *due* be sent, each after those before it to the same chat; known ones are passed over."""
        for message in due:
            if message.number not in self._known:
                self._known[message.number] = _Known()
                self._lanes.put(message.address, message.number)

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._door.on_the_wire):
                group.create_task(self._take_turns())

    async def drained(self) -> None:
        """Wait until nothing is due any more."""
        await self._lanes.drained()

    async def settled(self) -> None:
        """Wait for the tries that were on the wire when *run* was cancelled."""
        await asyncio.gather(*self._tries, return_exceptions=True)

    async def _take_turns(self) -> None:
        """Have one message on the wire after the other."""
        while True:
            lane, number = await self._lanes.take()
            await self._turn()
            off_the_wire = asyncio.Event()
            # A task of its own, to its end even when the server stops: half a try is an unknown one.
            one_try = asyncio.create_task(self._try(lane, number, off_the_wire))
            self._tries.add(one_try)
            one_try.add_done_callback(self._tries.discard)
            await off_the_wire.wait()

    async def _try(self, lane: str, number: int, off_the_wire: asyncio.Event) -> None:
        """Try to send message *number*, and let its lane go on when what became of it is stored."""
        try:
            wait = await self._settle(number, off_the_wire)
        except DatabaseRefused as error:
            log.error("store refused", extra={"parcel": number, "error": described(error)})
            self._metrics.store_refused.inc()
            wait = _STORE_RETRY_SECONDS
        except Exception as error:  # a mistake of ours in one message must not stop the others
            log.error("sending failed", extra={"parcel": number, "error": described(error)})
            wait = _LONGEST_RETRY_SECONDS
        finally:
            off_the_wire.set()
        if wait is None:
            del self._known[number]
            self._lanes.finish(lane, after=self._door.pace.per_chat_seconds)
        else:
            self._lanes.put_back(lane, wait)

    async def _settle(self, number: int, off_the_wire: asyncio.Event) -> float | None:
        """Try to send message *number*; None when it is settled, else after how long to try again."""
        known = self._known[number]
        parcel = await self._writer.run(lambda tables: self._taken(tables, number, known))
        if parcel is None:
            return None
        if known.delivered is None:
            if (wait := self._group_wait(parcel)) > 0:
                return wait
            try:
                with self._metrics.send_seconds.labels(self._door.name).time():
                    known.delivered = await self._send(parcel, known)
            except SendingError as error:
                return await self._failed(parcel, known, error)
            except DatabaseRefused:
                raise
            except Exception as error:  # a message that the door cannot send will not be sent the next time
                log.error("sending failed", extra={"parcel": number, "error": described(error)})
                return await self._failed(parcel, known, MessageRefused(type(error).__name__))
        noted = self._sent(parcel, known.delivered)
        # The next message's begin is noted behind this one's end, never before it, in the same commit mostly.
        off_the_wire.set()
        await noted
        self._metrics.sent.labels(self._door.name, "sent").inc()
        return None

    def _taken(self, tables: Tables, number: int, known: _Known) -> Parcel | None:
        """Return message *number*; where none can be edited, note with it that a try begins."""
        parcel = tables.outbox.parcel(number)
        if parcel and known.delivered is None and not self._door.can_edit:
            tables.outbox.is_being_sent(number)
        return parcel

    async def _send(self, parcel: Parcel, known: _Known) -> str:
        async def remember(message_id: str) -> None:
            known.placed = message_id
            await self._writer.run(lambda tables: tables.outbox.is_placed(parcel.number, message_id))

        if known.placed and known.placed != parcel.message_id:
            await remember(known.placed)
        placed = known.placed or parcel.message_id
        sending = Sending(parcel.address, parcel.outgoing, placed, parcel.again or known.maybe)
        return await self._door.send(sending, remember)

    def _sent(self, parcel: Parcel, message_id: str) -> asyncio.Future[None]:
        """Begin to note that *parcel* arrived."""
        month = self._now().strftime("%Y-%m")

        def settle(tables: Tables) -> None:
            tables.outbox.is_sent(parcel.number, message_id)
            tables.chats.count_sent(parcel.chat, self._door.name, month)
            tables.chats.forget_if_wished(parcel.chat)

        return self._writer.begin(settle)

    async def _failed(self, parcel: Parcel, known: _Known, error: SendingError) -> float | None:
        """Note what became of a try; None when the message is settled by it."""
        log.warning(
            "message not sent",
            extra={
                "door": self._door.name,
                "parcel": parcel.number,
                "error": type(error).__name__,
                "reason": str(error),
                "attempts": parcel.attempts + 1,
            },
        )
        number = parcel.number
        wait = self._wait(parcel, error)  # first: the door is still even if the store refuses what follows
        match error:
            case ChatClosed():
                await self._settled(lambda tables: _close(tables, self._door.name, parcel.address), "closed")
                return None
            case MessageRefused():
                await self._settled(lambda tables: tables.outbox.has_failed(number), "failed")
                return None
            case MaybeDelivered() if not self._door.can_edit:
                if parcel.again or known.maybe:
                    await self._settled(lambda tables: tables.outbox.is_unsure(number), "unsure")
                    return None
                known.maybe = True
        await self._writer.run(lambda tables: tables.outbox.try_later(number, again=known.maybe))
        self._metrics.sent.labels(self._door.name, "retried").inc()
        return wait

    async def _settled(self, write: Callable[[Tables], None], outcome: str) -> None:
        await self._writer.run(write)
        self._metrics.sent.labels(self._door.name, outcome).inc()

    def _wait(self, parcel: Parcel, error: SendingError) -> float:
        match error:
            case SlowDown(seconds=float(seconds)):
                self._pause(seconds)
                return float(seconds)
            case NotDelivered(seconds=float(seconds)):
                return float(seconds)
            case DoorRefused():
                self._pause(_REFUSED_SECONDS)
                return _REFUSED_SECONDS
            case _:
                usual = min(_FIRST_RETRY_SECONDS * 2.0 ** min(parcel.attempts, 20), _LONGEST_RETRY_SECONDS)
                return usual * random.uniform(0.8, 1.2)  # noqa: S311 - only spreads retries

    async def _turn(self) -> None:
        """Wait until the platform lets the door send one more message."""
        while True:
            # Again after each sleep: another message may have lengthened the pause meanwhile.
            while self._paused_until > (now := asyncio.get_running_loop().time()):  # noqa: ASYNC110 - time alone
                await asyncio.sleep(self._paused_until - now)
            await asyncio.sleep(self._bucket.take(self._clock()))
            if self._paused_until <= asyncio.get_running_loop().time():
                return

    def _pause(self, seconds: float) -> None:
        """Keep the whole door still: one more call now would only be refused too."""
        self._paused_until = max(self._paused_until, asyncio.get_running_loop().time() + seconds)

    def _group_wait(self, parcel: Parcel) -> float:
        """Return how long a group has to wait for its next message; in private chats nothing is quoted."""
        per_minute = self._door.pace.per_group_minute
        if per_minute is None or not parcel.outgoing.quotes:
            return 0.0
        bucket = self._groups.get(parcel.address)
        if bucket is None:
            burst, rest = per_minute * _GROUP_BURST, per_minute * _GROUP_REST
            bucket = self._groups[parcel.address] = Bucket(burst, rest / 60)
        return 0.0 if bucket.try_take(self._clock()) else 60 / per_minute


def _close(tables: Tables, door: str, address: str) -> None:
    tables.chats.close(door, address)
    tables.outbox.close(door, address)
