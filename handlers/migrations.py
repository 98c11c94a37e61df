"""
The tables of questions and answers, as the named migration set "conversations".

A migration that has been released is never edited: add the next one. Nothing here holds what a
citizen typed before personal numbers were hidden, and no messenger's own name of a conversation.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

conversation_migrations = Migrations("conversations")


@conversation_migrations()
def m001_conversations(database: Database) -> None:
    """
    Create the tables of conversations, questions and answers.

    ``pseudonym_key`` holds the one secret that turns a messenger's conversation into our ``id``;
    erase it and no stored row can be traced to a person any more.
    """
    database.table("pseudonym_key").create({"key": bytes}, not_null={"key"}, strict=True)
    database.table("conversations").create(
        {"id": str, "state": str, "updated_at": str},
        pk="id",
        not_null={"state", "updated_at"},
        strict=True,
    )
    questions = database.table("questions").create(
        {
            "id": int,
            "receipt": str,  # NULL unless the question is with staff
            "conversation": str,
            "text": str,  # redacted
            "kind": str,
            "facets": str,  # JSON list
            "status": str,
            "asked_at": str,
            "generation": str,
            "codes": str,  # JSON list
            "confidence": float,
        },
        pk="id",
        not_null={"conversation", "text", "kind", "status", "asked_at"},
        foreign_keys=[("conversation", "conversations", "id")],
        strict=True,
    )
    questions.create_index(["receipt"], unique=True)
    questions.create_index(["conversation"])
    questions.create_index(["asked_at"])
    database.table("answers").create(
        {"question_id": int, "text": str, "sources": str, "trace": str},
        pk="question_id",
        not_null={"text", "sources", "trace"},
        foreign_keys=[("question_id", "questions", "id")],
        strict=True,
    )


@conversation_migrations()
def m002_what_was_offered(database: Database) -> None:
    """Keep with an answer what its buttons need, and where its text may be cut."""
    answers = database.table("answers")
    answers.add_column("code", str, not_null_default="")
    answers.add_column("choices", str, not_null_default="[]")  # JSON list of Choice
    answers.add_column("more", str, not_null_default="[]")  # JSON list of facets
    answers.add_column("section_lengths", str, not_null_default="[]")  # JSON list, in characters


@conversation_migrations()
def m003_ratings_and_officers_answers(database: Database) -> None:
    """Keep what citizens thought of an answer, and what officers answered; all go with their question."""
    answers = database.table("answers")
    answers.add_column("asked", str, not_null_default="")  # the question that the choices belong to
    answers.add_column("asked_facets", str, not_null_default="[]")  # JSON list
    database.table("ratings").create(
        {"question_id": int, "value": str, "reason": str, "rated_at": str},
        pk="question_id",
        not_null={"value", "reason", "rated_at"},
        foreign_keys=[("question_id", "questions", "id")],
        strict=True,
    )
    officer_answers = database.table("officer_answers").create(
        {"id": int, "question_id": int, "revision": int, "text": str, "officer": str, "answered_at": str},
        pk="id",
        not_null={"question_id", "revision", "text", "officer", "answered_at"},
        foreign_keys=[("question_id", "questions", "id")],
        strict=True,
    )
    officer_answers.create_index(["question_id", "revision"], unique=True)
