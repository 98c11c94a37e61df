"""What a conversation remembers from one message to the next."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from handlers.answers import Choice
from knowledge.passages import Facet

# How long a question is kept; ``Conversations.forget_expired`` keeps this promise of the greeting.
RETENTION_DAYS = 30


@dataclass(frozen=True, slots=True)
class ConversationState:
    """
    The procedure in hand and what was last told of it; survives a restart.

    Attributes:
        code: Procedure last quoted, "" when there is none in hand.
        facets: Facets last told.
        full: Whether everything was told.
        confidence: That ``code`` is the procedure meant, 0..1.
        choices: Offered in the last answer; they are valid for the very next message only.
        asked: The redacted question that the choices belong to, for staff if none of them fits.
        asked_facets: What that question asked for.
        rated: Number of the answer that was found wanting in the last message: its reasons are on offer,
            and an officer who is asked for gets its question. 0 when none was.
        awaits_matter: Whether an officer was asked for last without a word on what about.
    """

    code: str = ""
    facets: tuple[Facet, ...] = ()
    full: bool = False
    confidence: float = 0.0
    choices: tuple[Choice, ...] = ()
    asked: str = ""
    asked_facets: tuple[Facet, ...] = ()
    rated: int = 0
    awaits_matter: bool = False


NOTHING_IN_HAND = ConversationState()
_DECODER = msgspec.json.Decoder(ConversationState)  # made once, for all threads: see knowledge/codec.py


def encode_state(state: ConversationState) -> str:
    """Return *state* as JSON."""
    return msgspec.json.encode(state).decode()


def decode_state(stored: str) -> ConversationState:
    """Return the state that *stored* holds; one of another version of the program is forgotten."""
    try:
        return _DECODER.decode(stored)
    except msgspec.ValidationError:
        return NOTHING_IN_HAND
