"""Risks as a sheet."""

from __future__ import annotations

from domain.register.risks import RISKS
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.columns import REFERENCE, TITLE, Columns
from services.reporting.pack.document import Kind, Sheet


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
        for each in briefing.now.by_number(RISKS)
    )
    return Sheet("Risks", columns, tuple(rows))
