"""What ranking needs to know of every procedure, held in memory: no text but the title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.agencies import agency_levels
from knowledge.families import families
from knowledge.records import Level, Procedure, ProcedureStatus, ProcedureType


@dataclass(frozen=True, slots=True)
class ProcedureCard:
    """
    A procedure in short.

    ``levels`` is what the portal flags; ``agency_levels`` is read from the names of the handling
    agencies and is nearer to the truth. ``family`` is the lowest code of the family, its own code
    when it stands alone.
    """

    code: str
    title: str
    sector: str
    levels: tuple[Level, ...]
    agency_levels: tuple[Level, ...]
    province: str
    procedure_type: ProcedureType
    status: ProcedureStatus
    family: str


def cards_of(procedures: Sequence[Procedure]) -> tuple[ProcedureCard, ...]:
    """Return one card per procedure, in order; families are looked for among *procedures*."""
    family = families({procedure.code: procedure.title for procedure in procedures})
    return tuple(
        ProcedureCard(
            code=procedure.code,
            title=procedure.title,
            sector=procedure.sector,
            levels=procedure.levels,
            agency_levels=agency_levels(procedure.handling_agencies),
            province=procedure.province,
            procedure_type=procedure.procedure_type,
            status=procedure.status,
            family=family[procedure.code],
        )
        for procedure in procedures
    )
