"""What composing gives back, and the piece it is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from handlers.answers import Source
from knowledge.passages import Facet


@dataclass(frozen=True, slots=True)
class Composed:
    r"""
    One answer as text.

    Attributes:
        sections: ``"\n\n".join(sections)`` is the whole text; each is whole in itself, most are
            no longer than 1,500 characters. Never empty.
        source: The record quoted; ``None`` when nothing is (choices, not found).
        more: Facets the record has something to say on and this text does not show.
    """

    sections: tuple[str, ...]
    source: Source | None = None
    more: tuple[Facet, ...] = ()

    @property
    def text(self) -> str:
        """The whole message."""
        return "\n\n".join(self.sections)


@dataclass(frozen=True, slots=True)
class Told:
    """
    What the record tells on one facet.

    ``silent`` says that the record leaves out something the citizen needs to know, so that the
    answer has to name somebody to ask.
    """

    text: str
    silent: bool = False


def listed(items: Iterable[str]) -> str:
    r"""
    Return *items* as a list, the further lines of an item indented; equal items once.

    >>> listed(["a", "b\nc", "a"])
    '- a\n- b\n  c'
    """
    return "\n".join("- " + item.replace("\n", "\n  ") for item in dict.fromkeys(items))
