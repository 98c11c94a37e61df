"""How a reply looks in the chat with a Zalo Official Account: as few messages as hold it, buttons last."""

from __future__ import annotations

from bot.doors.zalo_oa_updates import PRESS_MARK
from bot.messaging.model import Button, Outgoing, Reply
from bot.messaging.presses import staff_button
from bot.messaging.splitting import split, utf16_length
from handlers.messages_doors import RATE_BY_TYPING, REST_AT_SOURCE, SENT_AGAIN

# Zalo gives eight replies for a citizen's message; the last one is left for an officer's answer.
MOST_MESSAGES = 7
_AGAIN = f"{SENT_AGAIN} "
LIMIT = 2000 - utf16_length(_AGAIN)
MOST_BUTTONS = 5
# After the citizen's last message Zalo takes nothing more for them.
REACH_DAYS = 7
LONGEST_LABEL = 100


def render(reply: Reply) -> tuple[Outgoing, ...]:
    """Return the messages of *reply*, the greeting in the first, the buttons under the last."""
    buttons = _buttons(reply)
    may_rate = reply.rating and reply.sections
    has_room = len(buttons) + len(reply.rating) <= MOST_BUTTONS
    if may_rate and has_room:
        buttons += reply.rating
    rate = RATE_BY_TYPING if may_rate and not has_room else ""
    told = reply.told(pressable=True, reach_days=REACH_DAYS)
    parts = [Outgoing(text) for text in _few((reply.notice, *told), rate, reply.part_note)]
    if parts:
        parts[-1] = Outgoing(parts[-1].text, tuple((_shortened(button),) for button in buttons))
    return tuple(parts)


def text_of(outgoing: Outgoing, *, again: bool) -> str:
    """Return what is sent for *outgoing*; *again* when an earlier try may have been delivered."""
    return (_AGAIN if again else "") + outgoing.text


def buttons_of(outgoing: Outgoing) -> tuple[Button, ...]:
    """Return the buttons of *outgoing* as Zalo gets them: a press comes back as a text, and is marked."""
    return tuple(Button(button.label, PRESS_MARK + button.press) for row in outgoing.rows for button in row)


def _few(sections: tuple[str, ...], rate: str, note: str) -> tuple[str, ...]:
    """Return the messages of *sections*; of too many the hindmost go, but the last one, with the source."""
    messages = split((*sections, rate), LIMIT, note=note)
    for kept in range(len(sections) - 2, 0, -1):
        if len(messages) <= MOST_MESSAGES:
            break
        messages = split((*sections[:kept], REST_AT_SOURCE, sections[-1], rate), LIMIT, note=note)
    return messages


def _buttons(reply: Reply) -> tuple[Button, ...]:
    """Return the most useful ones that fit; all choices stand in the text too, with their numbers."""
    if reply.choices:
        return _fitting(reply.choices, MOST_BUTTONS)
    return (*_fitting(reply.more, MOST_BUTTONS - 1), staff_button()) if reply.more else ()


def _fitting(buttons: tuple[Button, ...], most: int) -> tuple[Button, ...]:
    """Return *most* of *buttons*; the last one, "none of these" or "everything", is always among them."""
    return buttons if len(buttons) <= most else (*buttons[: most - 1], buttons[-1])


def _shortened(button: Button) -> Button:
    label = button.label
    while utf16_length(label) > LONGEST_LABEL:
        label = label[:-2].rstrip() + "…"
    return Button(label, button.press)
