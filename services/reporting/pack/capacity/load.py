"""D: load and capacity between partners."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from domain import wording
from domain.calendar import Period
from domain.charts.capacity import load_bar
from domain.figures.load import CARRYING_OVER, Load, LoadFlag
from domain.wording.cells import Cell, Tone
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Block, Column, ColumnKind, Drawn, Paragraph, Section, Table

ACROSS = 150.0


def section(briefing: Briefing) -> Section:
    """Return the section."""
    return Section("D", "load", "Load and capacity", tuple(_blocks(briefing)))


def _blocks(briefing: Briefing) -> Iterator[Block]:
    loads = briefing.now.loads
    yield Paragraph(released_of_pledged(briefing), "lead")
    if not any(each.pledged or each.released for each in loads):
        return
    flagged = [each for each in loads if each.flags]
    yield Paragraph(_flagged(briefing, flagged))
    yield Table(
        "Days by partner, and the ratio to the mean",
        (
            Column("Partner", share=3.4),
            Column("Days", ColumnKind.DRAWING, 1.8),
            Column("Pledged", ColumnKind.NUMBER, 0.85),
            Column("Released", ColumnKind.NUMBER, 0.9),
            Column(f"Released {_quarter_before(briefing).label}", ColumnKind.NUMBER, 1),
            Column("Load ratio", ColumnKind.NUMBER, 0.8),
            Column("Flag", ColumnKind.STATUS, 2.5),
        ),
        tuple(_row(briefing, each) for each in loads),
        "No partner was a member in this quarter.",
        dense=True,
        is_matrix=True,
    )
    yield Paragraph("A bar: days released; hatched, more than its share. An outline: days pledged.", "quiet")
    yield _by_project(briefing)


def released_of_pledged(briefing: Briefing) -> str:
    """Say how much of what was pledged for the quarter was released."""
    loads = briefing.now.loads
    pledged = sum((each.pledged for each in loads), Decimal(0))
    released = sum((each.released for each in loads), Decimal(0))
    if not pledged and not released:
        return f"No days were pledged or released in {briefing.now.quarter.label}."
    return (
        f"Partners released {wording.quantity(released)} of the {wording.quantity(pledged)} days "
        f"they had pledged for {briefing.now.quarter.label}."
    )


def _flagged(briefing: Briefing, flagged: list[Load]) -> str:
    carrying = _names(briefing, flagged, LoadFlag.CARRYING_MORE_THAN_ITS_SHARE)
    under = _names(briefing, flagged, LoadFlag.UNDER_ITS_PLEDGE)
    return (
        f"Carrying more than its share (a load ratio over {CARRYING_OVER}): {wording.listed(carrying, 'no partner')}. "
        f"Under its pledge (less than half of it released): {wording.listed(under, 'no partner')}."
    )


def _names(briefing: Briefing, flagged: list[Load], flag: LoadFlag) -> list[str]:
    return [briefing.now.partner_name(each.partner) for each in flagged if flag in each.flags]


def _quarter_before(briefing: Briefing) -> Period:
    return briefing.now.calendar.quarter_before(briefing.now.quarter)


def _row(briefing: Briefing, load: Load) -> tuple[Cell, ...]:
    last = briefing.register.capacity.released(load.partner, _quarter_before(briefing))
    flags = wording.listed((wording.FLAGS[each] for each in load.flags), "")
    return (
        briefing.partner(load.partner),
        Drawn("", svg=load_bar(load, briefing.now.loads, chart_id=f"chart-load-{load.partner}", across=ACROSS)),
        Cell(wording.quantity(load.pledged)),
        Cell(wording.quantity(load.released)),
        Cell(wording.quantity(last)),
        Cell("none" if load.ratio is None else wording.quantity(load.ratio)),
        Cell(flags[:1].upper() + flags[1:], tone=Tone.CAUTION) if flags else Cell(wording.NOTHING),
    )


def _by_project(briefing: Briefing) -> Table:
    capacity, quarter = briefing.register.capacity, briefing.now.quarter
    pledged: dict[str, Decimal] = {}
    released: dict[str, Decimal] = {}
    for partner in sorted(briefing.register.partners):
        for project, days in capacity.pledges.get((partner, quarter.label), {}).items():
            pledged[project] = pledged.get(project, Decimal(0)) + days
        for release in capacity.releases.get(partner, ()):
            if release.on in quarter:
                released[release.project] = released.get(release.project, Decimal(0)) + release.days
    projects = (each.project for each in briefing.now.projects)
    return Table(
        "Days by project",
        (Column("Project", share=3), Column("Pledged", ColumnKind.NUMBER), Column("Released", ColumnKind.NUMBER)),
        tuple(
            (
                Cell(briefing.titled(project.reference), link=f"#{project.reference}"),
                Cell(wording.quantity(pledged.get(project.reference, Decimal(0)))),
                Cell(wording.quantity(released.get(project.reference, Decimal(0)))),
            )
            for project in projects
            if project.reference in pledged or project.reference in released
        ),
        "No days were pledged or released for any project.",
    )
