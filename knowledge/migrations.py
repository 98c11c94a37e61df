"""
The tables of published records, as the named migration set "knowledge".

A migration that has been released is never edited: add the next one. Every table is STRICT, and
codes and keys are TEXT: "1.004220" read as a number would become 1.00422.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

knowledge_migrations = Migrations("knowledge")

_RECORD = {"fingerprint": str, "record": bytes, "source": str, "imported_at": str}


@knowledge_migrations()
def m001_records(database: Database) -> None:
    """
    Create one table per kind of record.

    ``record`` is the whole record as JSON, the only thing the program reads. The other columns
    repeat parts of it for staff who look into the file with SQL.
    """
    database.table("procedures").create(
        {
            "code": str,
            "title": str,
            "sector": str,
            "procedure_type": str,
            "status": str,
            "province": str,
            "publisher": str,
            "updated_on": str,
            "crawled_on": str,
            **_RECORD,
        },
        pk="code",
        not_null={"title", "procedure_type", *_RECORD},
        strict=True,
    )
    for name in ("contacts", "guides", "qas", "offices"):
        database.table(name).create({"key": str, **_RECORD}, pk="key", not_null=set(_RECORD), strict=True)


@knowledge_migrations()
def m002_originals(database: Database) -> None:
    """Create the table of procedures as published, byte for byte, compressed by zlib."""
    database.table("originals").create(
        {"code": str, "data": bytes}, pk="code", not_null={"data"}, strict=True
    )


@knowledge_migrations()
def m003_changes(database: Database) -> None:
    """Create the list of committed changes; its last row is the version of the knowledge."""
    database.table("changes").create(
        {"version": int, "at": str, "added": int, "changed": int, "removed": int, "sources": str},
        pk="version",
        not_null={"at", "added", "changed", "removed", "sources"},
        strict=True,
    )


@knowledge_migrations()
def m004_procedure_versions(database: Database) -> None:
    """Create the earlier texts of procedures, so that it can be said what an old answer rested on."""
    database.table("procedure_versions").create(
        {"code": str, "fingerprint": str, "data": bytes, "replaced_at": str},
        pk=("code", "fingerprint"),
        not_null={"data", "replaced_at"},
        strict=True,
    )
