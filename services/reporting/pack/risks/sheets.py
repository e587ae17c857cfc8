"""Risks as a sheet."""

from __future__ import annotations

from domain.register.risks import RISKS
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.columns import REFERENCE, TITLE, Columns
from services.reporting.pack.document import ColumnKind, Sheet


def risks(briefing: Briefing) -> Sheet:
    """Return the risks, open and closed."""
    columns: Columns = (
        REFERENCE,
        TITLE,
        ("Cause", ColumnKind.TEXT, 40),
        ("Effect", ColumnKind.TEXT, 40),
        ("Owner", ColumnKind.TEXT, 9),
        ("Likelihood", ColumnKind.NUMBER, 10),
        ("Impact", ColumnKind.NUMBER, 8),
        ("Score", ColumnKind.NUMBER, 8),
        ("Response", ColumnKind.TEXT, 40),
        ("Raised", ColumnKind.DATE, 12),
        ("Closed", ColumnKind.DATE, 12),
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
        for each in briefing.now.by_number(RISKS)
    )
    return Sheet("Risks", columns, tuple(rows))
