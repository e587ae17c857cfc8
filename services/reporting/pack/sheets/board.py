"""Load, risks, decisions, actions and reporting as sheets."""

from __future__ import annotations

from services.reporting.pack import wording
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Kind, Sheet
from services.reporting.pack.sections.reporting import members, return_state, submitted_on
from services.reporting.pack.sheets.columns import NAME, PARTNER, REFERENCE, TITLE, Columns, Row
from services.reporting.pack.votes import how_reached


def load(briefing: Briefing) -> Sheet:
    """Return the days that partners pledged and released."""
    columns: Columns = (
        PARTNER,
        NAME,
        ("Pledged days", Kind.NUMBER, 12),
        ("Released days", Kind.NUMBER, 13),
        ("Load ratio", Kind.NUMBER, 10),
        ("Flags", Kind.TEXT, 44),
    )
    rows = (
        (
            each.partner,
            briefing.now.partner_name(each.partner),
            each.pledged,
            each.released,
            each.ratio,
            ", ".join(wording.FLAGS[flag] for flag in each.flags),
        )
        for each in briefing.now.loads
    )
    return Sheet("Load", columns, tuple(rows))


def risks(briefing: Briefing) -> Sheet:
    """Return the risks, open and closed."""
    columns: Columns = (
        REFERENCE,
        TITLE,
        ("Cause", Kind.TEXT, 40),
        ("Effect", Kind.TEXT, 40),
        ("Owner", Kind.TEXT, 9),
        ("Likelihood", Kind.NUMBER, 10),
        ("Impact", Kind.NUMBER, 8),
        ("Score", Kind.NUMBER, 8),
        ("Response", Kind.TEXT, 40),
        ("Raised", Kind.DATE, 12),
        ("Closed", Kind.DATE, 12),
    )
    rows = (
        (
            each.reference,
            each.title,
            each.cause,
            each.effect,
            each.owner,
            each.assessment.likelihood,
            each.assessment.impact,
            each.assessment.score,
            each.response,
            each.raised_on,
            each.closed_on,
        )
        for each in briefing.now.risks
    )
    return Sheet("Risks", columns, tuple(rows))


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
        for each in briefing.now.decisions
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
        for each in briefing.now.actions
    )
    return Sheet("Actions", columns, tuple(rows))


def reporting(briefing: Briefing) -> Sheet:
    """Return who has reported and how old the figures are."""
    columns: Columns = (
        PARTNER,
        NAME,
        ("Membership", Kind.TEXT, 12),
        ("Return", Kind.TEXT, 16),
        ("Submitted", Kind.DATE, 12),
        ("Remark", Kind.TEXT, 24),
        ("Age in days", Kind.NUMBER, 12),
        ("Silent days", Kind.NUMBER, 12),
        ("Note to the board", Kind.TEXT, 60),
    )
    return Sheet("Reporting", columns, tuple(_report(briefing, each.code) for each in members(briefing)))


def _report(briefing: Briefing, partner: str) -> Row:
    now, state = briefing.now, return_state(briefing, partner)
    days = now.days_since(partner)
    submitted, silent = submitted_on(briefing, partner), now.silent.get(partner)
    membership = now.register.partners[partner].membership_on(now.on).value
    said = (state.text, submitted, state.note, days, silent, now.notes.get(partner))
    return (partner, now.partner_name(partner), membership, *said)
