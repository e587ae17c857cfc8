"""Decisions and actions as sheets."""

from __future__ import annotations

from domain import wording
from domain.register.decisions import ACTIONS, DECISIONS
from domain.wording.decisions import how_reached
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.columns import REFERENCE, Columns
from services.reporting.pack.document import ColumnKind, Sheet


def decisions(briefing: Briefing) -> Sheet:
    """Return the decisions."""
    columns: Columns = (
        REFERENCE,
        ("Meeting or procedure", ColumnKind.TEXT, 20),
        ("Date", ColumnKind.DATE, 12),
        ("Outcome", ColumnKind.TEXT, 18),
        ("Text", ColumnKind.TEXT, 60),
        ("Reached", ColumnKind.TEXT, 40),
        ("Quorate", ColumnKind.TEXT, 9),
        ("Awaits ratification", ColumnKind.TEXT, 18),
        ("Effect", ColumnKind.TEXT, 50),
        ("Carried out", ColumnKind.TEXT, 11),
        ("Failed because", ColumnKind.TEXT, 40),
    )
    rows = (
        (
            each.reference,
            each.procedure or each.meeting,
            each.effective_on,
            wording.OUTCOMES[each.outcome],
            each.text,
            how_reached(each),
            "yes" if each.quorate else "no",
            "yes" if each.awaits_ratification else "no",
            briefing.effect(each.effect),
            "no" if each.carried_out_at is None else "yes",
            each.refused_because,
        )
        for each in briefing.now.by_number(DECISIONS)
    )
    return Sheet("Decisions", columns, tuple(rows))


def actions(briefing: Briefing) -> Sheet:
    """Return the actions."""
    columns: Columns = (
        REFERENCE,
        ("Decision", ColumnKind.TEXT, 11),
        ("Text", ColumnKind.TEXT, 50),
        ("Owner", ColumnKind.TEXT, 9),
        ("Due", ColumnKind.DATE, 12),
        ("First due", ColumnKind.DATE, 12),
        ("Moved times", ColumnKind.NUMBER, 11),
        ("Status", ColumnKind.TEXT, 10),
        ("Done", ColumnKind.DATE, 12),
        ("Evidence", ColumnKind.TEXT, 40),
    )
    rows = (
        (
            each.reference,
            each.decision,
            each.text,
            each.owner,
            each.due,
            each.original_due,
            each.moves,
            briefing.now.action_status(each),
            each.completed_on,
            each.evidence,
        )
        for each in briefing.now.by_number(ACTIONS)
    )
    return Sheet("Actions", columns, tuple(rows))
