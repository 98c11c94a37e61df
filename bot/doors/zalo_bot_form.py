"""How a reply looks in the chat with a Zalo Bot: plain text in as few messages as hold it, no buttons."""

from __future__ import annotations

from bot.messaging.model import Outgoing, Reply
from bot.messaging.splitting import split, utf16_length
from handlers.messages_doors import RATE_BY_TYPING, SENT_AGAIN

_AGAIN = f"{SENT_AGAIN} "
LIMIT = 2000 - utf16_length(_AGAIN)


def render(reply: Reply) -> tuple[Outgoing, ...]:
    """Return the messages of *reply*; each counts against the month, so the greeting shares the answer's."""
    rating = RATE_BY_TYPING if reply.rating and reply.sections else ""
    texts = split((reply.notice, *reply.told(), rating), LIMIT, note=reply.part_note)
    return tuple(Outgoing(text) for text in texts)


def text_of(outgoing: Outgoing, *, again: bool) -> str:
    """Return what is sent for *outgoing*; *again* when an earlier try may have been delivered."""
    return (_AGAIN if again else "") + outgoing.text
