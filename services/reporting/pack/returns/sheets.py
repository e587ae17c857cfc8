"""Reporting as a sheet."""

from __future__ import annotations

from services.reporting.pack.briefing import Briefing
from services.reporting.pack.columns import NAME, PARTNER, Columns, Row
from services.reporting.pack.document import ColumnKind, Sheet
from services.reporting.pack.returns.reporting import members, return_state, submitted_on


def reporting(briefing: Briefing) -> Sheet:
    """Return who has reported and how old the figures are."""
    columns: Columns = (
        PARTNER,
        NAME,
        ("Membership", ColumnKind.TEXT, 12),
        ("Return", ColumnKind.TEXT, 16),
        ("Submitted", ColumnKind.DATE, 12),
        ("Remark", ColumnKind.TEXT, 24),
        ("Age in days", ColumnKind.NUMBER, 12),
        ("Silent days", ColumnKind.NUMBER, 12),
        ("Note to the board", ColumnKind.TEXT, 60),
    )
    return Sheet("Reporting", columns, tuple(_report(briefing, each.code) for each in members(briefing)))


def _report(briefing: Briefing, partner: str) -> Row:
    now, state = briefing.now, return_state(briefing, partner)
    days = now.days_since(partner)
    submitted, silent = submitted_on(briefing, partner), now.silent.get(partner)
    membership = now.register.partners[partner].membership_on(now.on).value
    said = (state.text, submitted, state.note, days, silent, now.notes.get(partner))
    return (partner, now.partner_name(partner), membership, *said)
