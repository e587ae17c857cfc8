"""Projects and milestones as sheets."""

from __future__ import annotations

from services.reporting.pack import wording
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.columns import REFERENCE, TITLE, Columns
from services.reporting.pack.document import Kind, Sheet


def projects(briefing: Briefing) -> Sheet:
    """Return the projects."""
    columns: Columns = (
        REFERENCE,
        TITLE,
        ("Stage", Kind.TEXT, 12),
        ("Confidence stated", Kind.TEXT, 17),
        ("Confidence shown", Kind.TEXT, 17),
        ("Silent days", Kind.NUMBER, 11),
        ("Schedule status", Kind.TEXT, 15),
        ("Lead", Kind.TEXT, 9),
        ("Taking part", Kind.TEXT, 30),
        ("Tolerance in days", Kind.NUMBER, 16),
    )
    rows = (
        (
            each.project.reference,
            each.project.title,
            wording.stage(each.project.stage),
            each.stated and each.stated.value,
            each.shown and each.shown.value,
            each.silent_days,
            each.schedule.value,
            each.lead,
            ", ".join(each.taking_part),
            each.project.tolerance_days,
        )
        for each in briefing.now.projects
    )
    return Sheet("Projects", columns, tuple(rows))


def milestones(briefing: Briefing) -> Sheet:
    """Return the milestones of every project."""
    columns: Columns = (
        REFERENCE,
        ("Project", Kind.TEXT, 11),
        TITLE,
        ("Owner", Kind.TEXT, 9),
        ("Baseline", Kind.DATE, 12),
        ("Forecast", Kind.DATE, 12),
        ("Done", Kind.DATE, 12),
        ("Slip in days", Kind.NUMBER, 12),
        ("Status", Kind.TEXT, 14),
        ("Done late", Kind.TEXT, 10),
        ("Re-forecasts", Kind.NUMBER, 12),
        ("Silent days", Kind.NUMBER, 11),
        ("Depends on", Kind.TEXT, 20),
        ("Forecast before", Kind.TEXT, 20),
    )
    rows = (
        (
            each.milestone.reference,
            project.project.reference,
            each.milestone.title,
            each.milestone.owner,
            each.milestone.baseline,
            each.milestone.forecast,
            each.milestone.actual,
            each.milestone.slip_days,
            wording.MILESTONES[each.status].text,
            "yes" if each.is_done_late else "no",
            each.milestone.reforecasts,
            each.silent_days,
            ", ".join(each.milestone.depends_on),
            ", ".join(each.before),
        )
        for project in briefing.now.projects
        for each in project.milestones
    )
    return Sheet("Milestones", columns, tuple(rows))
