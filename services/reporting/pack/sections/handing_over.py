"""What the board is asked to see handed over: work and risks whose lead or owner has left."""

from __future__ import annotations

from collections.abc import Container

from domain.figures.ownership import Owned
from services.reporting.pack import wording
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Cell, Column, Kind, Table

WHY = "Its owner has left the partnership. It stands here, in every pack, until another partner leads or owns it."


def table(briefing: Briefing) -> Table:
    """Return what must be handed over, and since when nobody answers for it."""
    return Table(
        "Led or owned by partners that left, to be handed over",
        (
            Column("What", share=3),
            Column("Led or owned by", share=1.8),
            Column("Left on", Kind.DATE),
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
    action = briefing.register.actions.get(reference)
    if action is not None:
        return Cell(f"{reference} {action.text}", "action")
    kinds: dict[str, Container[str]] = {
        "project": briefing.register.projects,
        "milestone": briefing.register.milestones,
    }
    kind = next((kind for kind, objects in kinds.items() if reference in objects), "risk")
    return Cell(briefing.titled(reference), kind)
