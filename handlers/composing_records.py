"""Contacts, guides, published Q&A, choices and "not found" → the answer's text."""

from __future__ import annotations

from handlers.answers import Choice
from handlers.composed import Composed
from knowledge.records import QA, Contact, Guide, Office, Procedure


def compose_contacts(contacts: tuple[Contact, ...], *, office: Office | None = None) -> Composed:
    """Quote *contacts*, best first, and the office's address and hours when *office* is set."""
    raise NotImplementedError


def compose_guide(guide: Guide) -> Composed:
    """Quote *guide* as plain text (no Markdown marks), with who published it and when checked."""
    raise NotImplementedError


def compose_qa(qa: QA) -> Composed:
    """Quote a published question and its official answer, with who approved it and when."""
    raise NotImplementedError


def choices_for(procedures: tuple[Procedure, ...]) -> tuple[Choice, ...]:
    """
    Return up to four choices, labelled so that they can be told apart, and "none of these" last.

    Where titles are equal, the label names the level or the province.
    """
    raise NotImplementedError


def compose_choices(choices: tuple[Choice, ...]) -> Composed:
    """Ask back: the *choices* numbered from 1, as ``choices_for`` made them."""
    raise NotImplementedError


def compose_not_found(
    nearest: tuple[Procedure, ...], hotlines: tuple[Contact, ...], receipt: str
) -> Composed:
    """Say honestly that nothing fits, name the *nearest* one or two, the hotline and the receipt code."""
    raise NotImplementedError
