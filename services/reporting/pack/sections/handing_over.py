"""What the board is asked to see handed over: what is open and whose lead or owner has left."""

from __future__ import annotations

from domain import wording
from domain.figures.ownership import Owned
from domain.register import KINDS
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Column, ColumnKind, Table

WHY = "Its owner has left the partnership. It stands here, in every pack, until another partner leads or owns it."


def table(briefing: Briefing) -> Table:
    """Return what must be handed over, and since when nobody answers for it."""
    return Table(
        "Led or owned by partners that left, to be handed over",
        (
            Column("What", share=3),
            Column("Led or owned by", share=1.8),
            Column("Left on", ColumnKind.DATE),
        ),
        tuple(_row(briefing, each) for each in briefing.now.to_hand_over),
        "Everything is led and owned by a partner that is still there.",
    )


def _row(briefing: Briefing, owned: Owned) -> tuple[Cell, ...]:
    return (
        _what(briefing, owned.reference),
        Cell(briefing.now.partner_name(owned.partner)),
        Cell(wording.short_date(briefing.register.partners[owned.partner].left_on)),
    )


def _what(briefing: Briefing, reference: str) -> Cell:
    kind = next(kind for kind in KINDS if reference in kind.of(briefing.register))
    action = briefing.register.actions.get(reference)
    return Cell(briefing.titled(reference) if action is None else f"{reference} {action.text}", kind.name)
