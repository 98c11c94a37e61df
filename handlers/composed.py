"""What composing gives back: the text of one answer, cut where a messenger may split it."""

from __future__ import annotations

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
