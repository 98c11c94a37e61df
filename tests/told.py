"""What a citizen was told of trades, read from the messages in their chat."""

from __future__ import annotations

from handlers.messages_doors import SENT_AGAIN

_TITLE = "Cơ quan trả lời – Ghi danh "


def trades_in(texts: list[str]) -> list[str]:
    """Return which trade each answer is about, in order."""
    return [text.split(_TITLE)[1].split()[0] for text in texts if _TITLE in text]


def copies_in(texts: list[str]) -> list[list[tuple[str, bool]]]:
    """Return for each answer in a chat its copies: which trade, and whether it is marked as sent again."""
    copies: list[list[tuple[str, bool]]] = []
    for text in texts:
        for trade in trades_in([text]):
            one = trade, text.startswith(SENT_AGAIN)
            if one[1] and copies and copies[-1][0][0] == trade:
                copies[-1].append(one)
            else:
                copies.append([one])
    return copies
