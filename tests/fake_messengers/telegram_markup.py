"""Checking what a bot sends along with a text: keyboards, commands, actions."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from tests.fake_messengers.wire import Params, Refused

ACTIONS = frozenset(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker "
    "find_location record_video_note upload_video_note".split()
)
_INLINE_ACTIONS = (
    "callback_data url login_url web_app switch_inline_query switch_inline_query_current_chat "
    "switch_inline_query_chosen_chat copy_text callback_game pay"
).split()


def structured(params: Params, name: str) -> Any:
    """Give a parameter that is an object or a list, however it was sent; raises ``Refused``."""
    value = params.get(name)
    if isinstance(value, str):
        if not value:
            return None
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError as error:
            raise Refused(400, f"Bad Request: can't parse {name.replace('_', ' ')} JSON object") from error
    return value


def integer(params: Params, name: str, default: int | None = None) -> int | None:
    """Give a whole number, however it was sent."""
    value = params.get(name)
    if value is None or value == "":
        return default
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise Refused(400, f"Bad Request: {name} is not a number") from error


def reply_markup(params: Params) -> Params | None:
    """Give the keyboard, checked; raises ``Refused``."""
    markup = structured(params, "reply_markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise Refused(400, "Bad Request: object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"])
        for button in (button for row in rows for button in row):
            _check_inline(button)
        return {"inline_keyboard": rows} if any(rows) else None
    if "keyboard" in markup:
        for button in (button for row in _rows(markup["keyboard"]) for button in row):
            if not (button if isinstance(button, str) else button.get("text")):
                raise Refused(
                    400, 'Bad Request: can\'t parse keyboard button: Field "text" must be non-empty'
                )
    return markup


def _rows(rows: object) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise Refused(400, 'Bad Request: field "keyboard" of the markup must be an Array of Arrays')
    if any(len(row) > 8 for row in rows) or sum(map(len, rows)) > 100:
        raise Refused(400, "Bad Request: reply markup is too long")
    return rows


def _check_inline(button: object) -> None:
    if not isinstance(button, dict):
        raise Refused(
            400, "Bad Request: can't parse inline keyboard button: InlineKeyboardButton must be an Object"
        )
    if not str(button.get("text") or "").strip():
        raise Refused(400, 'Bad Request: can\'t parse inline keyboard button: Field "text" must be non-empty')
    actions = [name for name in _INLINE_ACTIONS if name in button]
    if len(actions) != 1:
        raise Refused(
            400,
            "Bad Request: can't parse inline keyboard button: "
            "Text buttons are unallowed in the inline keyboard",
        )
    if actions == ["callback_data"] and not 1 <= len(str(button["callback_data"]).encode()) <= 64:
        raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
    if actions == ["url"] and not re.match(r"(https?|tg)://|tel:|mailto:", str(button["url"])):
        raise Refused(
            400, f"Bad Request: inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL"
        )


def commands(params: Params) -> list[Params]:
    """Give the commands of a menu, checked; raises ``Refused``."""
    found = structured(params, "commands")
    if not isinstance(found, list) or len(found) > 100:
        raise Refused(400, "Bad Request: can't parse commands")
    for command in found:
        if not re.fullmatch(r"/?[a-z0-9_]{1,32}", str(command.get("command", ""))):
            raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise Refused(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
    return found
