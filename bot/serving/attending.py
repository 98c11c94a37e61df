"""
One stored update, from the platform's JSON to the messages that answer it.

What the citizen asked, what we answered, the messages to send and "this update is done" are stored in
one transaction: after a crash an update is either untouched or answered, never in between.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from bot.messaging.inbox import TRIES, Waiting
from bot.messaging.model import Event, Incoming, Outgoing, Reply
from bot.messaging.outbox import Due
from bot.messaging.replies import reply_of
from bot.messaging.tables import Tables
from bot.serving.limiting import Limiter
from handlers import messages, messages_doors
from handlers.answering import Prepared
from handlers.answers import Answer, Question
from handlers.conversations import Conversations
from handlers.state import RETENTION_DAYS
from knowledge.database import write_transaction


class Translator(Protocol):
    """The two pure ends of a door; see ``bot.doors.door.Door``."""

    def read(self, raw: str) -> Incoming | None: ...
    def render(self, reply: Reply) -> tuple[Outgoing, ...]: ...


@dataclass(frozen=True, slots=True)
class Attended:
    """
    How an update ended.

    Attributes:
        due: Messages that are to be sent now.
        answer: What was answered; None when the update asked nothing.
        too_fast: Whether the citizen wrote more than may be answered for now.
    """

    due: tuple[Due, ...] = ()
    answer: Answer | None = None
    too_fast: bool = False


Store = Callable[[Tables], Attended]  # run by whoever writes, in a transaction


class Attending:
    """
    Finds answers to stored updates in the thread that opened *tables*; what it returns stores them.

    ``prepare`` finds the answer to a question (see ``bot.serving.finding.Finder``), ``now_ms`` is the time
    of day, ``privacy_link`` leads from the greeting to what is kept, "" for nowhere.
    """

    def __init__(
        self,
        tables: Tables,
        prepare: Callable[[Question, Conversations], Prepared],
        translators: Mapping[str, Translator],
        limiter: Limiter,
        *,
        now_ms: Callable[[], int],
        privacy_link: str = "",
    ) -> None:
        self._tables = tables
        self._prepare = prepare
        self._translators = translators
        self._limiter = limiter
        self._now_ms = now_ms
        self._greeting = messages.greeting(RETENTION_DAYS, privacy_link)
        # Before an answer nobody need be invited to ask.
        self._notice = messages.greeting(RETENTION_DAYS, privacy_link, invites=False)

    def attend(self, update: Waiting) -> Store:
        """
        Return what answers *update*, and settles it, unless that was done before.

        Raises:
            DatabaseRefused: nothing can be read; try again.
            UnreadableUpdate: the door cannot translate it.
        """
        number, door = update.number, update.door
        raw = self._tables.inbox.raw(number)
        if raw is None:
            return lambda tables: Attended()
        incoming = self._translators[door].read(raw)
        if incoming is None:
            return partial(_settled, number)
        match incoming.event:
            case Event.WITHDRAWN:
                self.forget(door, incoming.address, conversation_of(door, incoming))
                return partial(_settled, number)
            case Event.BLOCKED:
                return partial(_closed, number, door, incoming.address)
        conversation = conversation_of(door, incoming)
        if not self._limiter.allows(conversation, update.received_ms / 1000, number):
            return self._slowed_down(number, door, incoming, conversation)
        match incoming.event:
            case Event.START:
                return self._told(number, door, incoming, Reply((), self._greeting))
            case Event.MEDIA:
                return self._told(number, door, incoming, Reply((messages_doors.MEDIA[incoming.media],)))
        return self._answered(number, door, incoming, conversation)

    def give_up(self, number: int, door: str, lane: str) -> Attended | None:
        """Count a failed try of update *number*; None to try again, at the last one the citizen is told."""
        with write_transaction(self._tables.database):
            attempts = self._tables.inbox.note_failure(number)
            if attempts < TRIES:
                return None
            if not lane:
                return Attended()
            apology = Reply((messages_doors.COULD_NOT_READ,))
            rendered = self._translators[door].render(apology)
            due = self._tables.outbox.put(f"failed:{number}", 0, door, lane, rendered, self._now_ms())
        return Attended(tuple(due))

    def _answered(self, number: int, door: str, incoming: Incoming, conversation: str) -> Store:
        question = Question(incoming.text, conversation, incoming.about)
        prepared = self._prepare(question, self._tables.conversations)

        @_unless_settled(number)
        def store(tables: Tables) -> Attended:
            due: tuple[Due, ...] = ()

            def also(answer: Answer) -> None:
                nonlocal due
                due = self._enqueued(tables, number, door, incoming, conversation, answer)

            answer = prepared.store(tables.conversations, also)
            return Attended(due, answer)

        if not prepared.answer.forgets:
            return store
        # Deleting ends with the journal, outside of any transaction.
        attended = store(self._tables)
        return lambda tables: attended

    def _enqueued(
        self,
        tables: Tables,
        number: int,
        door: str,
        incoming: Incoming,
        conversation: str,
        answer: Answer,
    ) -> tuple[Due, ...]:
        reply = reply_of(answer, self._notice)
        if answer.greets:
            reply = replace(reply, sections=answer.sections[1:], notice=self._greeting)
        due = self._enqueue(tables, number, door, incoming, conversation, reply, is_notice=answer.greets)
        if answer.forgets:
            chat = tables.chats.of(tables.conversations.pseudonym(conversation))
            if chat:
                tables.chats.forget_soon(chat.number)
        return due

    def _told(
        self, number: int, door: str, incoming: Incoming, reply: Reply, *, too_fast: bool = False
    ) -> Store:
        conversation = conversation_of(door, incoming)
        is_notice = bool(reply.notice)
        reply = reply if is_notice else replace(reply, notice=self._notice)

        @_unless_settled(number)
        def store(tables: Tables) -> Attended:
            due = self._enqueue(tables, number, door, incoming, conversation, reply, is_notice=is_notice)
            return Attended(due, too_fast=too_fast)

        return store

    def _enqueue(
        self,
        tables: Tables,
        number: int,
        door: str,
        incoming: Incoming,
        conversation: str,
        reply: Reply,
        *,
        is_notice: bool,
    ) -> tuple[Due, ...]:
        """Store what is sent, and that update *number* is done. The notice is for whoever had none yet."""
        tables.inbox.settle(number)
        now_ms = self._now_ms()
        pseudonym = tables.conversations.pseudonym(conversation)
        chat, had_notice = tables.chats.seen(door, incoming.address, pseudonym, now_ms)
        if not had_notice:
            tables.chats.is_noticed(chat)
        elif not is_notice:
            reply = without_notice(reply)
        rendered = self._translators[door].render(reply)
        outgoings = [quoting(outgoing, incoming.quotes) for outgoing in rendered]
        return tuple(tables.outbox.put(f"in:{number}", chat, door, incoming.address, outgoings, now_ms))

    def _slowed_down(self, number: int, door: str, incoming: Incoming, conversation: str) -> Store:
        in_group = bool(incoming.person)  # never noise there
        if in_group or not self._limiter.is_first_refusal(conversation, number):
            return partial(_settled, number, too_fast=True)
        return self._told(number, door, incoming, Reply((messages_doors.TOO_FAST,)), too_fast=True)

    def close(self) -> None:
        """Close what this thread opened."""
        self._tables.database.close()

    def forget(self, door: str, address: str, conversation: str) -> None:
        """Delete everything of *conversation*, and what is on its way to it."""
        tables = self._tables

        def also() -> None:
            tables.inbox.forget_lane(door, address)
            tables.outbox.close(door, address)
            tables.chats.forget(door, address)

        tables.conversations.forget(conversation, also)

    def leave(self, door: str, address: str, conversation: str) -> None:
        """Delete what *conversation* asked and is asking, but for questions that are with staff."""
        with write_transaction(self._tables.database):
            self._tables.inbox.forget_lane(door, address)
        self._tables.conversations.leave(conversation)


def _unless_settled(number: int) -> Callable[[Store], Store]:
    """Let a store write nothing once update *number* is settled: all of its chat was deleted meanwhile."""

    def decorate(store: Store) -> Store:
        return lambda tables: Attended() if tables.inbox.raw(number) is None else store(tables)

    return decorate


def _settled(number: int, tables: Tables, *, too_fast: bool = False) -> Attended:
    tables.inbox.settle(number)
    return Attended(too_fast=too_fast)


def _closed(number: int, door: str, address: str, tables: Tables) -> Attended:
    tables.inbox.settle(number)
    tables.chats.close(door, address)
    tables.outbox.close(door, address)
    return Attended()


def conversation_of(door: str, incoming: Incoming) -> str:
    """
    Return the name of the thread that *incoming* belongs to: people who share a chat have one each.

    >>> conversation_of("telegram", Incoming("77", person="5"))
    'telegram/77/5'
    """
    return "/".join(part for part in (door, incoming.address, incoming.person) if part)


def without_notice(reply: Reply) -> Reply:
    """Return *reply* for somebody who was greeted before."""
    return replace(reply, notice="")


def quoting(outgoing: Outgoing, quotes: str) -> Outgoing:
    """Return *outgoing* as a reply to the message *quotes*."""
    return replace(outgoing, quotes=quotes) if quotes else outgoing
