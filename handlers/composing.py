"""A published procedure and the facets asked for → the answer's text, with its source."""

from __future__ import annotations

from handlers.composed import Composed
from knowledge.passages import Facet
from knowledge.records import Contact, Office, Procedure


def compose_procedure(
    procedure: Procedure,
    facets: tuple[Facet, ...],
    *,
    full: bool = False,
    office: Office | None = None,
    hotlines: tuple[Contact, ...] = (),
) -> Composed:
    """
    Answer *facets* of *procedure*, in the order asked; no facet means an overview.

    Args:
        full: Everything published, uncut; otherwise the short form, cut at sentence borders. With
            no facet (or only the overview) and *full*, every facet is told.
        office: Adds the office's own address and hours to "where".
        hotlines: Contacts whose first phone number is named where the record is silent.
    """
    raise NotImplementedError
