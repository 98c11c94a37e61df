"""Telegram's HTML as its server reads it: which tags there are, and what it says of everything else.

As the real server, a bare ``&`` or ``>`` passes; the documentation wants them escaped, so ``careless`` tells
of them and the fake counts a violation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_PLAIN = re.compile(r"[^<>&]+")
_CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-z]+));?")
_ATTRIBUTE = re.compile(r"""\s*([^\s=<>/"']+)\s*(?:=\s*("[^"]*"|'[^']*'|[A-Za-z0-9.\-]+))?""")


class HtmlError(ValueError):
    """The server cannot parse the entities; the message is the server's."""


@dataclass(frozen=True)
class Parsed:
    """Text as shown, with entities in UTF-16 units."""

    text: str
    entities: list[dict[str, Any]]
    careless: list[str]


def utf16_length(text: str) -> int:
    """Count UTF-16 units, the measure of Telegram's limits and entities."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> Parsed:
    """Read HTML; raises ``HtmlError``."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self.source, self.at = source, 0
        self.text: list[str] = []
        self.length = 0
        self.open: list[tuple[str, str, int]] = []  # tag, argument, offset
        self.entities: list[dict[str, Any]] = []
        self.careless: list[str] = []

    def read(self) -> Parsed:
        source = self.source
        while self.at < len(source):
            if plain := _PLAIN.match(source, self.at):
                self._put(plain[0])
                self.at = plain.end()
                continue
            character = source[self.at]
            if character == "<":
                (self._end if source.startswith("</", self.at) else self._start)()
            elif character == "&" and self._character():
                pass
            else:
                if character in "&>":
                    self.careless.append(f"bare {character} at {self.at}")
                self._put(character)
                self.at += 1
        if self.open:
            raise HtmlError(f'Can\'t find end tag corresponding to start tag "{self.open[-1][0]}"')
        ordered = sorted(self.entities, key=lambda entity: (entity["offset"], -entity["length"]))
        return Parsed("".join(self.text), ordered, self.careless)

    def _bytes(self, at: int) -> int:
        return len(self.source[:at].encode())

    def _put(self, text: str) -> None:
        self.text.append(text)
        self.length += utf16_length(text)

    def _character(self) -> bool:
        if not (match := _CHARACTER.match(self.source, self.at)):
            return False
        sixteen, ten, name = match.groups()
        if name is not None:
            if name not in _NAMED:
                return False
            character = _NAMED[name]
        else:
            code = int(sixteen, 16) if sixteen else int(ten)
            if not 0 < code < 0x110000:
                return False
            character = chr(code)
        self._put(character)
        self.at = match.end()
        return True

    def _start(self) -> None:
        begin = self.at
        match = re.compile(r"<([^\s>]*)").match(self.source, begin)
        assert match
        if match.end() >= len(self.source):
            raise HtmlError(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        tag = match[1].lower()
        if tag not in _TAGS:
            raise HtmlError(f'Unsupported start tag "{tag}" at byte offset {self._bytes(begin)}')
        self.at = match.end()
        argument = ""
        while True:
            rest = self.source[self.at :].lstrip()
            self.at = len(self.source) - len(rest)
            if not rest:
                raise HtmlError(f"Unclosed start tag at byte offset {self._bytes(begin)}")
            if rest[0] == ">":
                break
            argument = self._attribute(tag, begin) or argument
        self.at += 1
        if tag == "span" and argument != "tg-spoiler":
            raise HtmlError(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}')
        self.open.append((tag, argument, self.length))

    def _attribute(self, tag: str, begin: int) -> str:
        match = _ATTRIBUTE.match(self.source, self.at)
        if not match:
            raise HtmlError(f'Empty attribute name in the tag "{tag}" at byte offset {self._bytes(begin)}')
        name, quoted = match[1].lower(), match[2]
        self.at = match.end()
        if quoted is None:
            if self.source[self.at : self.at + 1] == "=":
                raise HtmlError(f"Unclosed start tag at byte offset {self._bytes(begin)}")
            if (tag, name) != ("blockquote", "expandable"):
                raise HtmlError(
                    f'Expected equal sign in declaration of an attribute of the tag "{tag}" '
                    f"at byte offset {self._bytes(begin)}"
                )
            return "expandable"
        value = quoted.strip("\"'")
        wanted = {"a": "href", "span": "class", "code": "class", "tg-emoji": "emoji-id"}
        return value if wanted.get(tag) == name else ""

    def _end(self) -> None:
        begin = self.at
        close = self.source.find(">", begin)
        if close < 0:
            raise HtmlError(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        if not self.open:
            raise HtmlError(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        name = self.source[begin + 2 : close].strip().lower()
        tag, argument, offset = self.open.pop()
        if name and name != tag:
            raise HtmlError(
                f"Unmatched end tag at byte offset {self._bytes(begin)}, "
                f'expected "</{tag}>", found "</{name}>"'
            )
        self.at = close + 1
        if self.length > offset:
            self._entity(tag, argument, offset)

    def _entity(self, tag: str, argument: str, offset: int) -> None:
        entity = {"type": _TAGS[tag], "offset": offset, "length": self.length - offset}
        if tag == "a":
            if not argument:  # the server takes the text itself for the address
                argument = "".join(self.text).encode("utf-16-le")[offset * 2 :].decode("utf-16-le")
            if not re.match(r"(https?|tg|mailto|tel)[:]|[\w-]+(\.[\w-]+)+", argument):
                return  # no address: the text stays, the link goes
            entity["url"] = argument
        elif tag == "blockquote" and argument:
            entity["type"] = "expandable_blockquote"
        elif tag == "tg-emoji":
            entity["custom_emoji_id"] = argument
        self.entities.append(entity)
