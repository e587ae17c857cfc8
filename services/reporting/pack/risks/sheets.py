"""Risks as a sheet."""

from __future__ import annotations

from domain.register.risks import RISKS
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.columns import REFERENCE, TITLE, Columns, day, number, text
from services.reporting.pack.document import Sheet


def risks(briefing: Briefing) -> Sheet:
    """Return the risks, open and closed."""
    columns: Columns = (
        REFERENCE,
        TITLE,
        text("Cause", 40, "Why it could happen."),
        text("Effect", 40, "What would follow."),
        text("Owner", 9, "The code of the partner that owns it."),
        number("Likelihood", 10, "How likely it is.", "1 to 5"),
        number("Impact", 8, "How bad it would be.", "1 to 5"),
        number("Score", 8, "Likelihood times impact.", "1 to 25"),
        text("Response", 40, "What is done about it."),
        day("Raised", "When it was raised."),
        day("Closed", "When it was closed; empty while it is open."),
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
    return Sheet("Risks", "A risk, open or closed, as last assessed. Entered by partners.", columns, tuple(rows))
