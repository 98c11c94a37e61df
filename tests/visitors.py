"""
Citizens, each at one door: what they do there, and what they see.

Whatever the door, a ``Visitor`` says, presses and reads; at which one, the ``Citizen`` it holds knows.
"""

from __future__ import annotations

import html
import itertools
import re
import time
from collections.abc import Callable
from typing import Protocol

import httpx

from handlers.messages_doors import TYPING
from tests.fake_messengers.telegram import FakeTelegram
from tests.fake_messengers.zalo_bot import FakeZaloBot
from tests.fake_messengers.zalo_oa import FakeZaloOA

PATIENCE_S = 20.0


class Citizen(Protocol):
    """Somebody at one door; ``address`` is what the platform calls the chat."""

    address: str

    def says(self, text: str) -> None: ...
    def presses(self, label: str) -> None: ...
    def sends(self, kind: str) -> None: ...
    def sees(self) -> list[str]: ...


class Visitor:
    """A citizen who reads: every message once, in order."""

    def __init__(self, citizen: Citizen) -> None:
        self.at = citizen
        self._read = 0

    @property
    def address(self) -> str:
        return self.at.address

    def says(self, text: str) -> None:
        """Type *text* and send it."""
        self.at.says(text)

    def presses(self, label: str) -> None:
        """Press the newest button whose label begins so; where there are none, type what it says."""
        self.at.presses(label)

    def sends(self, kind: str) -> None:
        """Send something that is no text: what the fake calls *kind*."""
        self.at.sends(kind)

    def reads(self, *words: str) -> str:
        """Wait until the next messages hold all of *words*; return what was read until then."""
        texts: list[str] = []

        def has_come() -> bool:
            texts[:] = self.at.sees()[self._read :]
            together = "\n\n".join(texts)
            return all(word in together for word in words)

        assert until(has_come), f"{words} did not come, but: {texts}"
        self._read += len(texts)
        return "\n\n".join(texts)

    def screen(self) -> list[str]:
        """Return all messages that stand before the citizen."""
        return self.at.sees()


class AtTelegram:
    def __init__(self, fake: FakeTelegram, chat: int) -> None:
        self._fake, self.chat, self.address = fake, chat, str(chat)

    def says(self, text: str) -> None:
        self._fake.text(self.chat, text)

    def presses(self, label: str) -> None:
        shown = self._fake.shown(self.chat)
        labels = [button["text"] for one in shown for row in one.buttons for button in row]
        self._fake.press(self.chat, _beginning(label, labels))

    def sends(self, kind: str) -> None:
        getattr(self._fake, kind)(self.chat)

    def sees(self) -> list[str]:
        shown = self._fake.answers(self.chat)
        # Nothing behind a placeholder is read before it is filled.
        return list(itertools.takewhile(lambda text: text != TYPING, shown))


def _typed(label: str) -> str:
    """Return what is typed where there is no button *label*: the number of a choice, a thumb, the words."""
    numbered = re.match(r"\d+|\N{THUMBS UP SIGN}|\N{THUMBS DOWN SIGN}", label)
    return numbered[0] if numbered else label


class AtZaloBot:
    """There are no buttons."""

    def __init__(self, fake: FakeZaloBot, chat: str) -> None:
        self._fake, self.chat, self.address = fake, chat, chat

    def says(self, text: str) -> None:
        self._fake.text(self.chat, text)

    def presses(self, label: str) -> None:
        self.says(_typed(label))

    def sends(self, kind: str) -> None:
        getattr(self._fake, kind)(self.chat)

    def sees(self) -> list[str]:
        return self._fake.answers(self.chat)


class AtZaloOa:
    """There are five buttons at most."""

    def __init__(self, fake: FakeZaloOA, user: str) -> None:
        self._fake, self.user, self.address = fake, user, user

    def says(self, text: str) -> None:
        self._fake.text(self.user, text)

    def presses(self, label: str) -> None:
        labels = [
            button["title"] for line in self._fake.screen(self.user) for button in line.get("buttons", ())
        ]
        if any(one.startswith(label) for one in labels):
            self._fake.press(self.user, _beginning(label, labels))
        else:
            self.says(_typed(label))

    def sends(self, kind: str) -> None:
        getattr(self._fake, kind)(self.user)

    def sees(self) -> list[str]:
        return self._fake.answers(self.user)


class AtThePage:
    """A browser without script, whose window shows again what it once showed, buttons included."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, headers={"Origin": url}, follow_redirects=True)
        self._seen = self._page()
        self.address = ""

    def __enter__(self) -> AtThePage:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def says(self, text: str) -> None:
        self._send(hoi=text)

    def presses(self, label: str) -> None:
        buttons = re.findall(r'name="press" value="([^"]+)"[^>]*>([^<]*)<', self._seen)
        presses = {html.unescape(shown): press for press, shown in buttons}
        self._send(press=presses[_beginning(label, list(presses))])

    def sends(self, kind: str) -> None:
        raise NotImplementedError(kind)

    def sees(self) -> list[str]:
        """Return the answers on the page, officers' last."""
        articles = re.findall(r"<article.*?</article>", self._page(), re.DOTALL)
        return [_plain(article) for article in articles]

    def _page(self) -> str:
        return self._client.get("/").raise_for_status().text

    def _send(self, **fields: str) -> None:
        nonces = re.findall(r'name="ma" value="([^"]+)"', self._seen)
        answered = self._client.post("/hoi", data={"ma": nonces[-1], **fields})
        self._seen += answered.raise_for_status().text


def _beginning(label: str, labels: list[str]) -> str:
    found = [one for one in labels if one.startswith(label)]
    assert found, f"no button begins with {label!r}; there are {labels}"
    return found[-1]


def _plain(markup: str) -> str:
    text = re.sub(r"<br>|</(p|li|h\d|button)>", "\n", markup)
    return re.sub(r"\n\s*\n+", "\n", html.unescape(re.sub(r"<[^>]+>", "", text))).strip()


def until(ready: Callable[[], object]) -> bool:
    """Wait until *ready*; False when it was not within ``PATIENCE_S``."""
    end = time.monotonic() + PATIENCE_S
    while not ready():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
