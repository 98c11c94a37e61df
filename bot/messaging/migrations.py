"""
The tables between the doors and the core, as the named migration set "messaging".

A migration that has been released is never edited: add the next one. A platform's address of a person
stands in ``chats`` and, while something is on its way, in ``inbox`` and ``outbox``; words stand in the
latter two until they are answered or sent.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

messaging_migrations = Migrations("messaging")

_CHATS = """
CREATE TABLE chats (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    door TEXT NOT NULL,
    address TEXT NOT NULL,
    conversation TEXT NOT NULL UNIQUE, -- pseudonym, as in questions
    last_inbound_ms INTEGER NOT NULL,
    noticed INTEGER NOT NULL DEFAULT 0, -- 1: was told what this is and what it keeps
    closed INTEGER NOT NULL DEFAULT 0, -- 1: blocked us, nothing can be sent
    sent_since INTEGER NOT NULL DEFAULT 0, -- messages sent since the last inbound one
    forget INTEGER NOT NULL DEFAULT 0 -- 1: delete when nothing is on its way any more
) STRICT
"""
_INBOX = """
CREATE TABLE inbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    door TEXT NOT NULL,
    update_key TEXT NOT NULL,
    lane TEXT NOT NULL, -- '' once it is settled
    raw TEXT NOT NULL, -- '' once it is settled
    state TEXT NOT NULL DEFAULT 'new', -- new, done, failed
    attempts INTEGER NOT NULL DEFAULT 0,
    received_ms INTEGER NOT NULL,
    UNIQUE (door, update_key)
) STRICT
"""
_OUTBOX = """
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    chat INTEGER, -- may be gone already
    door TEXT NOT NULL,
    address TEXT NOT NULL, -- '' once it is settled
    payload TEXT NOT NULL, -- Outgoing as JSON; '' once it is settled
    state TEXT NOT NULL DEFAULT 'queued', -- queued, sending, sent, unsure, failed
    again INTEGER NOT NULL DEFAULT 0, -- 1: an earlier try may have been delivered
    attempts INTEGER NOT NULL DEFAULT 0,
    message_id TEXT NOT NULL DEFAULT '', -- the platform's name: of the placeholder, then of the message
    created_ms INTEGER NOT NULL
) STRICT
"""
_STATEMENTS = (
    _CHATS,
    "CREATE INDEX idx_chats_address ON chats (door, address)",
    _INBOX,
    "CREATE INDEX idx_inbox_new ON inbox (id) WHERE state = 'new'",
    "CREATE INDEX idx_inbox_received ON inbox (received_ms)",
    _OUTBOX,
    "CREATE INDEX idx_outbox_due ON outbox (id) WHERE state IN ('queued', 'sending')",
    "CREATE INDEX idx_outbox_created ON outbox (created_ms)",
    "CREATE TABLE sent_monthly (door TEXT, month TEXT, messages INTEGER NOT NULL, PRIMARY KEY (door, month))"
    " STRICT",
)


@messaging_migrations()
def m001_messaging(database: Database) -> None:
    """Create chats, inbox, outbox and what was sent each month."""
    # AUTOINCREMENT: a number is never given twice, though old rows are deleted; keys are made of numbers.
    for statement in _STATEMENTS:
        database.execute(statement)


@messaging_migrations()
def m002_few_among_many(database: Database) -> None:
    """Find what failed without reading the rows of thirty days."""
    database.execute("CREATE INDEX idx_inbox_failed ON inbox (id) WHERE state = 'failed'")
    database.execute(
        "CREATE INDEX idx_outbox_undelivered ON outbox (state) WHERE state IN ('unsure', 'failed')"
    )
