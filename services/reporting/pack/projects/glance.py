"""Section 4: the programme at a glance, one line per project."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.events.projects import Confidence
from domain import wording
from domain.figures.projects import MilestoneFigures, ProjectFigures
from domain.figures.schedule import ScheduleStatus
from domain.wording.cells import Cell, Tone
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Block, Column, ColumnKind, Paragraph, Section, Table
from services.reporting.pack.previous import PreviousProject

COLUMNS = (
    Column("Project", share=3.1),
    Column("Stage", share=1.2),
    Column("Delivery confidence", ColumnKind.STATUS, 1.3),
    Column("Schedule status", ColumnKind.STATUS, 1.2),
    Column("Next milestone", share=2.2),
    Column("Slip", ColumnKind.NUMBER, 1.1),
    Column("Direction", ColumnKind.STATUS, 1.25),
)
_SCHEDULE_RANK = {ScheduleStatus.GREEN: 0, ScheduleStatus.AMBER: 1, ScheduleStatus.RED: 2}
_CONFIDENCE_RANK = {Confidence.GREEN: 0, Confidence.AMBER: 1, Confidence.RED: 2}


def section(briefing: Briefing) -> Section:
    """Return the section."""
    return Section(4, "glance", "Programme at a glance", tuple(_blocks(briefing)), starts_page=True)


def direction(now: ProjectFigures, before: PreviousProject | None) -> Cell:
    """Say whether confidence and schedule have got better or worse since the last pack, or each in its own way."""
    if before is None:
        return Cell("New")
    steps = {
        _step(_SCHEDULE_RANK.get(before.schedule), _SCHEDULE_RANK.get(now.schedule)),
        _step(_confidence_rank(before.shown), _confidence_rank(now.shown)),
    }
    if steps >= {-1, 1}:
        return Cell("Mixed", tone=Tone.CAUTION)
    if 1 in steps:
        return Cell("Worse", tone=Tone.BAD)
    return Cell("Better", tone=Tone.GOOD) if -1 in steps else Cell("Unchanged")


def _confidence_rank(shown: Confidence | None) -> int | None:
    return None if shown is None else _CONFIDENCE_RANK[shown]


def _step(before: int | None, now: int | None) -> int:
    """Return 1 for worse, −1 for better; a status that was, or is, not there tells no direction."""
    if before is None or now is None or before == now:
        return 0
    return 1 if now > before else -1


def _blocks(briefing: Briefing) -> Iterator[Block]:
    projects = [each for each in briefing.now.projects if _belongs(briefing, each)]
    yield Paragraph(
        "Delivery confidence is the judgement of those who deliver; schedule status is computed from dates. "
        "The two are read side by side and never mixed.",
        "lead",
    )
    yield Table(
        "Open projects, and those that ended since the last pack",
        COLUMNS,
        tuple(_row(briefing, each) for each in projects),
        "The partnership has no projects yet.",
        dense=True,
    )


def _belongs(briefing: Briefing, project: ProjectFigures) -> bool:
    return project.is_open or briefing.is_news(project.project.stages[-1].recorded_at)


def _direction(briefing: Briefing, figures: ProjectFigures) -> Cell:
    if briefing.before is None:
        return Cell(wording.NOTHING, "first pack")
    return direction(figures, briefing.before.projects.get(figures.project.reference))


def _next(coming: MilestoneFigures) -> Cell:
    notes = (wording.plain_date(coming.milestone.forecast), wording.before(coming.before))
    return Cell(coming.milestone.title, "; ".join(filter(None, notes)))


def _row(briefing: Briefing, figures: ProjectFigures) -> tuple[Cell, ...]:
    project, coming = figures.project, figures.next_milestone
    lead = f"Lead: {briefing.now.partner_name(figures.lead)}"
    return (
        Cell(f"{project.reference} {project.title}", lead, link=f"#{project.reference}"),
        Cell(wording.stage(project.stage)),
        wording.confidence(figures.stated, figures.shown, figures.silent_days),
        wording.SCHEDULES[figures.schedule],
        Cell("None open") if coming is None else _next(coming),
        Cell(wording.NOTHING if coming is None else wording.slip(coming.milestone.slip_days)),
        _direction(briefing, figures),
    )
