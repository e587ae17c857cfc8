"""Reporting as a sheet."""

from __future__ import annotations

from services.reporting.pack.briefing import Briefing
from services.reporting.pack.columns import NAME, PARTNER, Columns, Row, day, number, text
from services.reporting.pack.document import Sheet
from services.reporting.pack.returns.reporting import members, return_state, submitted_on


def reporting(briefing: Briefing) -> Sheet:
    """Return who has reported and how old the figures are."""
    columns: Columns = (
        PARTNER,
        NAME,
        text("Membership", 12, "Full or supporting."),
        text("Return", 16, "How the return for the quarter covered stands."),
        day("Submitted", "When it was submitted."),
        text("Remark", 24, "What else is to be said of it, such as that it came late."),
        number("Age in days", 12, "How old the partner’s latest figures are at the cut-off.", "days"),
        number("Silent days", 12, "For how long nothing was recorded of it; empty where it is not silent.", "days"),
        text("Note to the board", 60, "What the partner wrote with its return."),
    )
    says = "A partner, and whether it has reported. From returns; ages are computed."
    return Sheet("Reporting", says, columns, tuple(_report(briefing, each.code) for each in members(briefing)))


def _report(briefing: Briefing, partner: str) -> Row:
    now, state = briefing.now, return_state(briefing, partner)
    days = now.days_since(partner)
    submitted, silent = submitted_on(briefing, partner), now.silent.get(partner)
    membership = now.register.partners[partner].membership_on(now.on).value
    said = (state.text, submitted, state.note, days, silent, now.notes.get(partner))
    return (partner, now.partner_name(partner), membership, *said)
