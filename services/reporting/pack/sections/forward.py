"""G: the forward plan: milestones and meetings of the next two quarters."""

from __future__ import annotations

from collections.abc import Iterator

from domain import wording
from domain.calendar import Period
from domain.figures.projects import MilestoneFigures
from domain.register.board import held_or_due
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Block, Column, ColumnKind, Heading, Paragraph, Section, Table


def section(briefing: Briefing) -> Section:
    """Return the section."""
    return Section("G", "forward", "Forward plan", tuple(_blocks(briefing)))


def coming_quarters(briefing: Briefing) -> tuple[Period, Period]:
    """Return the two quarters after the one that the pack covers."""
    first = briefing.now.calendar.quarter_after(briefing.now.quarter)
    return first, briefing.now.calendar.quarter_after(first)


def coming_milestones(briefing: Briefing, quarter: Period) -> list[MilestoneFigures]:
    """Return the open milestones of open projects whose forecast lies in ``quarter``, by forecast and number."""
    found = (
        each
        for project in briefing.now.open_projects
        for each in project.workplan
        if not each.is_done and each.milestone.forecast in quarter
    )
    return sorted(found, key=lambda each: each.milestone.forecast)


def _blocks(briefing: Briefing) -> Iterator[Block]:
    first, second = coming_quarters(briefing)
    yield Paragraph(f"Milestones and meetings of {first.label} and {second.label}.", "lead")
    for quarter in (first, second):
        span = f"{wording.plain_date(quarter.first_day)} to {wording.plain_date(quarter.last_day)}"
        yield Heading(f"{quarter.label}: {span}")
        yield _meetings(briefing, quarter)
        yield _milestones(briefing, quarter)


def _meetings(briefing: Briefing, quarter: Period) -> Table:
    calendar = briefing.now.calendar
    return Table(
        f"Meetings in {quarter.label}",
        (
            Column("Meeting"),
            Column("Date and time", share=2),
            Column("Place", share=1.5),
            Column("Cut-off", ColumnKind.DATE),
            Column("Papers", ColumnKind.DATE),
        ),
        tuple(
            (
                Cell(meeting.reference, "this meeting" if meeting.reference == briefing.notice.reference else ""),
                Cell(f"{wording.long_date(meeting.date)}, {meeting.time:%H:%M}"),
                Cell(meeting.place or wording.NOTHING),
                Cell(wording.short_date(calendar.local_date(calendar.timetable(meeting.date).cut_off))),
                Cell(wording.short_date(calendar.timetable(meeting.date).issue_on)),
            )
            for meeting in held_or_due(briefing.register)
            if meeting.date in quarter
        ),
        f"No meeting is planned for {quarter.label}.",
        dense=True,
    )


def _milestones(briefing: Briefing, quarter: Period) -> Table:
    return Table(
        f"Milestones forecast for {quarter.label}",
        (
            Column("Forecast", ColumnKind.DATE, 1),
            Column("Milestone", share=2.6),
            Column("Owner", share=1.6),
            Column("Slip", ColumnKind.NUMBER, 0.9),
            Column("Status", ColumnKind.STATUS, 1.2),
        ),
        tuple(
            (
                Cell(wording.short_date(each.milestone.forecast), wording.before(each.before)),
                Cell(briefing.titled(each.milestone.reference)),
                Cell(briefing.now.partner_name(each.milestone.owner)),
                Cell(wording.slip(each.milestone.slip_days)),
                wording.MILESTONES[each.status],
            )
            for each in coming_milestones(briefing, quarter)
        ),
        f"No milestone is forecast for {quarter.label}.",
        dense=True,
    )
