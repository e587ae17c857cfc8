"""The actions that are overdue."""

from __future__ import annotations

from collections.abc import Iterator

from domain import wording
from domain.register.decisions import ACTIONS, Action
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.decisions.tracker import first_due
from services.reporting.pack.document import Block, Column, ColumnKind, Heading, Table
from services.reporting.pack.shortened import shortened

MOST = 12


def overdue(briefing: Briefing) -> Iterator[Block]:
    """Yield the overdue actions, the longest overdue first."""
    still_open = [each for each in briefing.now.by_number(ACTIONS) if each.is_open]
    found = sorted(
        (each for each in still_open if briefing.now.action_status(each) == "overdue"), key=lambda each: each.due
    )
    yield Heading("Overdue actions")
    table = Table(
        "Actions that are overdue, the longest first",
        (
            Column("Action", share=0.9),
            Column("What", share=3.4),
            Column("Owner", share=1.8),
            Column("Due", ColumnKind.DATE, 1.2),
            Column("Overdue for", ColumnKind.NUMBER, 1),
        ),
        tuple(_row(briefing, each) for each in found),
        f"None of {wording.count(len(still_open), 'open action')} is overdue." if still_open else "No action is open.",
        dense=True,
    )
    yield from shortened(table, MOST, "F")


def _row(briefing: Briefing, action: Action) -> tuple[Cell, ...]:
    return (
        Cell(action.reference, f"from {action.decision}"),
        Cell(action.text),
        Cell(briefing.now.partner_name(action.owner)),
        Cell(wording.short_date(action.due), first_due(action)),
        Cell(wording.days((briefing.now.on - action.due).days)),
    )
