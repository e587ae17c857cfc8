"""B: the open projects, each with its workplan; none is parted over two pages that can stand on one."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.events.projects import Stage
from contracts.references import short
from domain import wording
from domain.charts.axis import axis_over, days_of
from domain.charts.timeline import Timeline
from domain.figures.projects import MilestoneFigures, ProjectFigures
from domain.figures.risks import risks_of
from domain.register.risks import Risk
from domain.wording.cells import Cell, Tone
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import (
    Block,
    Column,
    ColumnKind,
    Detail,
    Drawn,
    Facts,
    Heading,
    Paragraph,
    Section,
    Table,
)

CONSIDERED = frozenset({Stage.IDEA, Stage.PROPOSED})
ACROSS = 190.0


def section(briefing: Briefing) -> Section:
    """Return the section."""
    return Section("B", "projects", "Projects", tuple(_blocks(briefing)))


def _blocks(briefing: Briefing) -> Iterator[Block]:
    projects = briefing.now.open_projects
    under_way = [each for each in projects if each.project.stage not in CONSIDERED]
    considered = [each for each in projects if each.project.stage in CONSIDERED]
    if not projects:
        yield Paragraph("There are no open projects.", "lead")
        return
    under_way_count = wording.count(len(under_way), "project")
    yield Paragraph(
        wording.sentence(f"{under_way_count} agreed on, {len(considered) or 'none'} being considered"), "lead"
    )
    for project in (*under_way, *considered):
        yield from _project(briefing, project)


def _project(briefing: Briefing, figures: ProjectFigures) -> Iterator[Block]:
    project = figures.project
    yield Heading(f"{project.reference} {project.title}", anchor=project.reference, kept=True)
    yield _strip(briefing, figures)
    yield Facts((*_story(briefing, figures), _taking_part(briefing, figures)))
    yield from _workplan(briefing, figures)
    risks = risks_of(briefing.now, figures)
    if risks:
        yield _risk_table(briefing, project.reference, risks)


def _strip(briefing: Briefing, figures: ProjectFigures) -> Facts:
    project = figures.project
    entry = project.stages[-1]
    return Facts(
        (
            Detail("Stage", Cell(wording.stage(project.stage), f"since {wording.short_date(entry.effective_on)}")),
            Detail("Delivery confidence", wording.confidence(figures.stated, figures.shown, figures.silent_days)),
            Detail("Schedule status", wording.SCHEDULES[figures.schedule]),
            Detail("Lead", Cell(briefing.now.partner_name(figures.lead))),
            Detail("Tolerance", Cell(wording.days(project.tolerance_days))),
        ),
        "strip",
    )


def _story(briefing: Briefing, figures: ProjectFigures) -> Iterator[Detail]:
    project = figures.project
    yield Detail("Purpose", Cell(project.purpose or "No purpose was given."))
    if project.confidence is not None:
        stated = project.confidence
        on = wording.plain_date(stated.effective_on)
        yield Detail("Why this confidence", Cell(stated.reason, f"stated {stated.confidence.value} on {on}"))
    if not project.highlights:
        yield Detail("Progress", Cell("No highlight has been written."))
        return
    highlight = project.highlights[-1]
    yield Detail("Progress", Cell(highlight.progress, f"written on {wording.plain_date(highlight.effective_on)}"))
    yield Detail("Next", Cell(highlight.next))
    needed = highlight.help_needed
    yield Detail("Help needed", Cell(needed, tone=Tone.CAUTION) if needed else Cell("None asked for."))


def _taking_part(briefing: Briefing, figures: ProjectFigures) -> Detail:
    partners = figures.taking_part
    names = wording.listed((briefing.now.partner_name(each) for each in partners), "")
    number = wording.count(len(partners), "other partner") if partners else "No other partner."
    return Detail("Taking part", Cell(number[:1].upper() + number[1:], names))


def _workplan(briefing: Briefing, figures: ProjectFigures) -> Iterator[Block]:
    project = figures.project
    if not figures.workplan:
        yield Paragraph("This project has no milestones yet.", "quiet")
        return
    on, reference = briefing.now.on, project.reference
    timeline = Timeline(axis_over([on, *days_of(figures.workplan)], 6, ACROSS - 8), on, ACROSS)
    scale = timeline.scale(chart_id=f"chart-{reference}")
    yield Table(
        f"Workplan of {reference}: baseline against forecast",
        (
            Column("Milestone", share=3.3),
            Column("Dates", ColumnKind.DRAWING, 2.8, svg=scale),
            Column("Baseline", ColumnKind.DATE, 1.15),
            Column("Forecast", ColumnKind.DATE, 1.15),
            Column("Done", ColumnKind.DATE, 1.15),
            Column("Slip", ColumnKind.NUMBER, 0.95),
            Column("Status", ColumnKind.STATUS, 1.5),
        ),
        tuple(_milestone(briefing, each, timeline) for each in figures.workplan),
        "This project has no milestones yet.",
        dense=True,
    )


def _milestone(briefing: Briefing, figures: MilestoneFigures, timeline: Timeline) -> tuple[Cell, ...]:
    milestone = figures.milestone
    strip = timeline.strip((figures,), chart_id=f"chart-{milestone.reference}")
    needs = (_needed(briefing, milestone.project, each) for each in milestone.depends_on)
    depends = f"needs {wording.listed(needs)}" if milestone.depends_on else ""
    notes = (f"{milestone.reference}, owner {milestone.owner}", depends)
    return (
        Cell(f"{short(milestone.project, milestone.reference)} {milestone.title}", "; ".join(filter(None, notes))),
        Drawn("", svg=strip),
        Cell(wording.short_date(milestone.baseline)),
        Cell(wording.short_date(milestone.forecast)),
        Cell(wording.short_date(milestone.actual)),
        Cell(wording.slip(milestone.slip_days)),
        wording.milestone_status(figures),
    )


def _needed(briefing: Briefing, project: str, reference: str) -> str:
    dropped = briefing.register.milestones[reference].dropped is not None
    return f"{short(project, reference)} (dropped)" if dropped else short(project, reference)


def _risk_table(briefing: Briefing, project: str, risks: list[Risk]) -> Table:
    return Table(
        f"Risks owned by partners of {project}: its lead, and those that take part in no other open project",
        (
            Column("Risk", share=2.2),
            Column("Owner", share=1.2),
            Column("Score", ColumnKind.STATUS, 1),
            Column("Response", share=2.2),
        ),
        tuple(
            (
                Cell(f"{risk.reference} {risk.title}"),
                Cell(briefing.now.partner_name(risk.owner)),
                wording.score_cell(risk),
                Cell(risk.response),
            )
            for risk in risks
        ),
        "No risk belongs to its partners.",
        dense=True,
    )
