"""Decisions and actions as sheets."""

from __future__ import annotations

from domain import wording
from domain.register.decisions import ACTIONS, DECISIONS
from domain.wording.decisions import how_reached
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.columns import REFERENCE, Columns, day, number, text
from services.reporting.pack.document import Sheet


def decisions(briefing: Briefing) -> Sheet:
    """Return the decisions."""
    columns: Columns = (
        REFERENCE,
        text("Meeting or procedure", 20, "Where it was reached."),
        day("Date", "The day from which it holds."),
        text("Outcome", 18, "What became of the question."),
        text("Text", 60, "What was resolved."),
        text("Reached", 40, "By consensus, or by which vote."),
        text("Quorate", 9, "Whether there was a quorum: yes or no."),
        text("Awaits ratification", 18, "Whether it still has to be ratified: yes or no."),
        text("Effect", 50, "What it brings about in the register."),
        text("Carried out", 11, "Whether that has been carried out: yes or no."),
        text("Failed because", 40, "Why it could not be carried out."),
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
    return Sheet("Decisions", "A decision of the board. Recorded by the secretary.", columns, tuple(rows))


def actions(briefing: Briefing) -> Sheet:
    """Return the actions."""
    columns: Columns = (
        REFERENCE,
        text("Decision", 11, "The decision that it follows from."),
        text("Text", 50, "What is to be done."),
        text("Owner", 9, "The code of the partner that sees to it."),
        day("Due", "By when, as it stands now."),
        day("First due", "By when, as it was first set."),
        number("Moved times", 11, "How often the due date was moved.", "times"),
        text("Status", 10, "Open, overdue, done or dropped at the cut-off."),
        day("Done", "When it was done."),
        text("Evidence", 40, "What shows that it was."),
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
    says = "An action that follows from a decision. Recorded by the secretary and its owner; the status is computed."
    return Sheet("Actions", says, columns, tuple(rows))
