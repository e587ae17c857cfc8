"""Projects and milestones as sheets."""

from __future__ import annotations

from domain import wording
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.columns import REFERENCE, TITLE, Columns, day, number, text
from services.reporting.pack.document import Sheet


def projects(briefing: Briefing) -> Sheet:
    """Return the projects."""
    columns: Columns = (
        REFERENCE,
        TITLE,
        text("Stage", 12, "How far it has come, from idea to closed."),
        text("Confidence stated", 17, "Green, amber or red, as its lead stated it last; empty where it never did."),
        text("Confidence shown", 17, "The same, no better than the lead’s silence allows."),
        number("Silent days", 11, "For how long its lead recorded nothing; empty where it is not silent.", "days"),
        text("Schedule status", 15, "The worst status of its open milestones; none without a baseline. Computed."),
        text("Lead", 9, "The code of the partner that leads it."),
        text("Taking part", 30, "The codes of the partners that take part, parted by commas."),
        number("Tolerance in days", 16, "By how much a milestone may slip before it is red.", "days"),
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
    says = "A project of the programme. Recorded by its lead; stages from proposal to approval by the board."
    return Sheet("Projects", says, columns, tuple(rows))


def milestones(briefing: Briefing) -> Sheet:
    """Return the milestones of every project."""
    columns: Columns = (
        REFERENCE,
        text("Project", 11, "The project that it belongs to."),
        TITLE,
        text("Owner", 9, "The code of the partner that owns it."),
        day("Baseline", "The date that the board agreed."),
        day("Forecast", "The date that its owner expects."),
        day("Done", "The date on which it was reached."),
        number("Slip in days", 12, "Forecast, or date reached, less baseline; negative where it is early.", "days"),
        text("Status", 14, "How it stands against its baseline at the cut-off. Computed."),
        text("Done late", 10, "Whether it was reached later than its tolerance allows: yes or no."),
        number("Re-forecasts", 12, "How often its forecast was changed.", "times"),
        number("Silent days", 11, "For how long nothing was recorded of it; empty where it is not silent.", "days"),
        text("Depends on", 28, "The milestones that it needs, parted by commas."),
        text("Forecast before", 28, "Those of them that are forecast after it, which cannot be right."),
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
    says = "A milestone of a project. Recorded by its owner; baselines by the board."
    return Sheet("Milestones", says, columns, tuple(rows))
