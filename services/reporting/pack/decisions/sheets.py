"""Decisions and actions as sheets."""

from __future__ import annotations

from domain.register.decisions import ACTIONS, DECISIONS
from services.reporting.pack import wording
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.columns import REFERENCE, Columns
from services.reporting.pack.decisions.votes import how_reached
from services.reporting.pack.document import Kind, Sheet


def decisions(briefing: Briefing) -> Sheet:
    """Return the decisions."""
    columns: Columns = (
        REFERENCE,
        ("Meeting or procedure", Kind.TEXT, 20),
        ("Date", Kind.DATE, 12),
        ("Outcome", Kind.TEXT, 18),
        ("Text", Kind.TEXT, 60),
        ("Reached", Kind.TEXT, 40),
        ("Quorate", Kind.TEXT, 9),
        ("Awaits ratification", Kind.TEXT, 18),
        ("Effect", Kind.TEXT, 50),
        ("Carried out", Kind.TEXT, 11),
        ("Failed because", Kind.TEXT, 40),
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
        ("Decision", Kind.TEXT, 11),
        ("Text", Kind.TEXT, 50),
        ("Owner", Kind.TEXT, 9),
        ("Due", Kind.DATE, 12),
        ("First due", Kind.DATE, 12),
        ("Moved times", Kind.NUMBER, 11),
        ("Status", Kind.TEXT, 10),
        ("Done", Kind.DATE, 12),
        ("Evidence", Kind.TEXT, 40),
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
