"""What the board's decisions led to since the last pack: effects carried out, actions done and overdue."""

from __future__ import annotations

from collections.abc import Iterator

from domain import wording
from domain.register.decisions import ACTIONS, DECISIONS, Decision
from domain.wording.cells import Cell, Tone
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Column, ColumnKind, Table
from services.reporting.pack.previous import PreviousPack


def effects(briefing: Briefing, before: PreviousPack) -> Table:
    """Return the decisions whose effect was carried out, or could not be."""
    return Table(
        "Decisions whose effect was carried out, or failed",
        (
            Column("Decision", share=0.8),
            Column("Effect", share=3),
            Column("What came of it", ColumnKind.STATUS, 1.6),
            Column("On", ColumnKind.DATE),
        ),
        tuple(_effects(briefing)),
        "No decision was carried out, and none failed.",
    )


def _effects(briefing: Briefing) -> Iterator[tuple[Cell, ...]]:
    for decision in briefing.now.by_number(DECISIONS):
        at = decision.carried_out_at or decision.refused_at
        if at is not None and briefing.is_news(at):
            yield (
                Cell(decision.reference),
                Cell(briefing.effect(decision.effect)),
                _outcome(decision),
                Cell(wording.short_date(briefing.now.calendar.local_date(at))),
            )


def _outcome(decision: Decision) -> Cell:
    if decision.refused_because is None:
        return Cell("Carried out", tone=Tone.GOOD)
    return Cell("Failed", decision.refused_because, Tone.BAD)


def actions(briefing: Briefing, before: PreviousPack) -> Table:
    """Return the actions that were done, and those that are overdue now."""
    return Table(
        "Actions that were done or dropped, and those that are overdue",
        (
            Column("Action", share=0.8),
            Column("What", share=3),
            Column("Owner", share=1.2),
            Column("Status", ColumnKind.STATUS),
            Column("Due", ColumnKind.DATE),
        ),
        tuple(_actions(briefing)),
        "No action was done or dropped, and none is overdue.",
    )


def _actions(briefing: Briefing) -> Iterator[tuple[Cell, ...]]:
    for action in briefing.now.by_number(ACTIONS):
        status = briefing.now.action_status(action)
        ended_at = action.completed_at or action.dropped_at
        if status == "overdue" or (ended_at is not None and briefing.is_news(ended_at)):
            shown = wording.ACTIONS[status]
            done = "" if action.completed_on is None else f"on {wording.short_date(action.completed_on)}"
            yield (
                Cell(action.reference),
                Cell(action.text, action.evidence or action.dropped_because or ""),
                Cell(briefing.now.partner_name(action.owner)),
                Cell(shown.text, done, shown.tone),
                Cell(wording.short_date(action.due)),
            )
