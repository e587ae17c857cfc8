"""What the board's decisions led to since the last pack: effects carried out, actions done and overdue."""

from __future__ import annotations

from collections.abc import Iterator

from services.reporting.pack import wording
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Cell, Column, Kind, Table
from services.reporting.pack.previous import PreviousPack


def carried_out(briefing: Briefing, before: PreviousPack) -> Table:
    """Return the decisions whose effect was carried out."""
    return Table(
        "Decisions whose effect was carried out",
        (Column("Decision", share=0.8), Column("Effect", share=3), Column("Carried out", Kind.DATE)),
        tuple(_carried_out(briefing)),
        "No decision was carried out.",
    )


def _carried_out(briefing: Briefing) -> Iterator[tuple[Cell, ...]]:
    for decision in briefing.now.decisions:
        at = decision.carried_out_at
        if at is not None and briefing.is_news(at):
            yield (
                Cell(decision.reference),
                Cell(briefing.effect(decision.effect)),
                Cell(wording.short_date(briefing.now.calendar.local_date(at))),
            )


def actions(briefing: Briefing, before: PreviousPack) -> Table:
    """Return the actions that were done, and those that are overdue now."""
    return Table(
        "Actions that were done, and those that are overdue",
        (
            Column("Action", share=0.8),
            Column("What", share=3),
            Column("Owner", share=1.2),
            Column("Status", Kind.STATUS),
            Column("Due", Kind.DATE),
        ),
        tuple(_actions(briefing)),
        "No action was done, and none is overdue.",
    )


def _actions(briefing: Briefing) -> Iterator[tuple[Cell, ...]]:
    for action in briefing.now.actions:
        status = briefing.now.action_status(action)
        if status == "overdue" or (status == "done" and briefing.is_news(action.completed_at)):
            shown = wording.ACTIONS[status]
            done = "" if action.completed_on is None else f"on {wording.short_date(action.completed_on)}"
            yield (
                Cell(action.reference),
                Cell(action.text, action.evidence or ""),
                Cell(briefing.now.partner_name(action.owner)),
                Cell(shown.text, done, shown.tone),
                Cell(wording.short_date(action.due)),
            )
