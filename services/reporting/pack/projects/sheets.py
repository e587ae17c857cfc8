"""Projects and milestones as sheets."""

from __future__ import annotations

from domain import wording
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.columns import REFERENCE, TITLE, Columns
from services.reporting.pack.document import ColumnKind, Sheet


def projects(briefing: Briefing) -> Sheet:
    """Return the projects."""
    columns: Columns = (
        REFERENCE,
        TITLE,
        ("Stage", ColumnKind.TEXT, 12),
        ("Confidence stated", ColumnKind.TEXT, 17),
        ("Confidence shown", ColumnKind.TEXT, 17),
        ("Silent days", ColumnKind.NUMBER, 11),
        ("Schedule status", ColumnKind.TEXT, 15),
        ("Lead", ColumnKind.TEXT, 9),
        ("Taking part", ColumnKind.TEXT, 30),
        ("Tolerance in days", ColumnKind.NUMBER, 16),
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
        ("Project", ColumnKind.TEXT, 11),
        TITLE,
        ("Owner", ColumnKind.TEXT, 9),
        ("Baseline", ColumnKind.DATE, 12),
        ("Forecast", ColumnKind.DATE, 12),
        ("Done", ColumnKind.DATE, 12),
        ("Slip in days", ColumnKind.NUMBER, 12),
        ("Status", ColumnKind.TEXT, 14),
        ("Done late", ColumnKind.TEXT, 10),
        ("Re-forecasts", ColumnKind.NUMBER, 12),
        ("Silent days", ColumnKind.NUMBER, 11),
        ("Depends on", ColumnKind.TEXT, 20),
        ("Forecast before", ColumnKind.TEXT, 20),
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
