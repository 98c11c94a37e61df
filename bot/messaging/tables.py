"""Inbox, outbox and chats of one connection, together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from bot.messaging.chats import Chats
from bot.messaging.inbox import Inbox
from bot.messaging.migrations import messaging_migrations
from bot.messaging.outbox import Outbox
from handlers.conversations import Conversations
from knowledge.database import migrate, open_database


@dataclass(frozen=True, slots=True)
class Tables:
    """What one thread works with; everything on the same connection, so that one transaction holds it all."""

    database: Database
    conversations: Conversations
    inbox: Inbox
    outbox: Outbox
    chats: Chats


def open_tables(path: Path) -> Tables:
    """
    Open all tables in the file at *path*, for the thread that calls.

    Raises:
        DatabaseRefused: the file cannot be used.
    """
    return tables_on(open_database(path))


def tables_on(database: Database) -> Tables:
    """Return all tables of an open *database*."""
    conversations = Conversations(database)
    migrate(database, messaging_migrations)
    return Tables(database, conversations, Inbox(database), Outbox(database), Chats(database))
