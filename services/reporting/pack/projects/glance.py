"""4: the programme at a glance: every open project on one axis of time, with how it stands beside it.

The page is shared out: what does not go on it with all that there is to say has a line for each project, and where the
titles are too long for that, their references. Of more than ``FOLDING`` projects those that need no look fold
into a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from contracts.events.projects import Confidence
from contracts.references import short
from domain import wording
from domain.charts.axis import Axis, axis_over, days_of
from domain.charts.timeline import Timeline
from domain.figures.projects import MilestoneFigures, ProjectFigures
from domain.figures.schedule import ScheduleStatus
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Block, Column, ColumnKind, Drawn, Paragraph, Section, Table
from services.reporting.pack.news import DIRECTIONS, Direction
from services.reporting.pack.projects.news import news_of
from services.reporting.pack.room import height

FOLDING = 40
LONGEST_IN_A_LIST = 80
ROOM = 212.0
"""How high the table may be for the section to stay on one page, in millimetres."""
BACK, AHEAD = timedelta(days=365), timedelta(days=3 * 365)
"""How far before and after the cut-off the axis reaches at most."""
ACROSS = 210.0
LEGEND = (
    "Diamond: baseline. Line: slip. Disc: green; triangle: amber; square: red or overdue; ring: no baseline; "
    "tick: done. Dashed: the cut-off."
)


_STATUSES = (
    Column("Delivery confidence", ColumnKind.STATUS, 1.2),
    Column("Schedule status", ColumnKind.STATUS, 1.05),
    Column("Direction", ColumnKind.STATUS, 1.25),
)
_SPACIOUS = (
    Column("Project", share=2.7),
    *_STATUSES,
    Column("Milestones", ColumnKind.DRAWING, 2.9),
    Column("Next milestone", share=1.8),
    Column("Slip", ColumnKind.NUMBER, 0.95),
)
_CLOSE = (
    Column("Project", share=2.9),
    Column("Stage, lead", share=1.8),
    Column("Delivery confidence", ColumnKind.STATUS, 1.4),
    *_STATUSES[1:],
    Column("Milestones", ColumnKind.DRAWING, 2.2),
    Column("Next", ColumnKind.DATE, 1.1),
    Column("Slip", ColumnKind.NUMBER, 0.9),
)
_WIDE = (
    Column("Project", share=5.2),
    Column("Delivery confidence", ColumnKind.STATUS, 1.4),
    *_STATUSES[1:],
    Column("Milestones", ColumnKind.DRAWING, 2.0),
    Column("Slip", ColumnKind.NUMBER, 0.9),
)


@dataclass(frozen=True, slots=True)
class _Line:
    """What every layout has of a project: confidence, schedule status and direction, and its milestones drawn."""

    figures: ProjectFigures
    statuses: tuple[Cell, Cell, Cell]
    strip: Drawn


Row = Callable[[Briefing, _Line], tuple[Cell, ...]]


def section(briefing: Briefing) -> Section:
    """Return the section."""
    return Section("4", "glance", "Programme at a glance", tuple(_blocks(briefing)), starts_page=True)


def _blocks(briefing: Briefing) -> Iterator[Block]:
    projects = [each for each in briefing.now.projects if _belongs(briefing, each)]
    if not projects:
        yield from _table(briefing, projects)
        return
    folded = [each for each in projects if _goes_well(briefing, each)] if len(projects) > FOLDING else []
    shown = [each for each in projects if each not in folded]
    yield Paragraph("Delivery confidence is the judgement of those who deliver; schedule status is computed.", "lead")
    yield from _table(briefing, shown)
    if folded:
        names = wording.listed(_named(briefing, each) for each in folded)
        yield Paragraph(f"Green or without a baseline, and not worse than last time: {names}. Annex B has them.")
    yield Paragraph(LEGEND, "quiet")


def _table(briefing: Briefing, projects: Sequence[ProjectFigures]) -> Iterator[Block]:
    """Yield the table, in the most telling layout in which it stays on the page; the closest if it does in none."""
    timeline = Timeline(_axis(projects, briefing.now.on), briefing.now.on, ACROSS)
    lines = [_line(briefing, each, timeline) for each in projects]
    scale = timeline.scale(chart_id="chart-glance")
    for columns, row in ((_SPACIOUS, _row), (_CLOSE, _close_row), (_WIDE, _wide_row)):
        table = _laid_out(briefing, columns, scale, [row(briefing, each) for each in lines])
        if height([table]) <= ROOM:
            yield table
            return
    yield _laid_out(briefing, _CLOSE, scale, [_closest_row(briefing, each) for each in lines])
    yield Paragraph("The titles are too long to stand here; annex B has them.", "quiet")


def _laid_out(briefing: Briefing, columns: Sequence[Column], scale: str, rows: Sequence[tuple[Cell, ...]]) -> Table:
    return Table(
        "Open projects, and those that ended since the last pack",
        tuple(replace(each, svg=scale) if each.kind is ColumnKind.DRAWING else each for each in columns),
        tuple(rows),
        "No project is open, and none ended since the last pack."
        if briefing.now.projects
        else "The partnership has no projects yet.",
        dense=True,
    )


def _line(briefing: Briefing, figures: ProjectFigures, timeline: Timeline) -> _Line:
    statuses = (
        wording.confidence(figures.stated, figures.shown, figures.silent_days),
        wording.SCHEDULES[figures.schedule],
        _direction(briefing, figures),
    )
    strip = timeline.strip(figures.workplan, chart_id=f"chart-glance-{figures.project.reference}")
    return _Line(figures, statuses, Drawn(_in_words(figures), svg=strip))


def _axis(projects: Sequence[ProjectFigures], on: date) -> Axis:
    days = [day for each in projects for day in days_of(each.workplan)]
    earliest, latest = on - BACK, min(date.max - on, AHEAD) + on
    within = (min(max(day, earliest), latest) for day in days)
    return axis_over([on, *within], 6, ACROSS - 8)


def _belongs(briefing: Briefing, project: ProjectFigures) -> bool:
    return project.is_open or briefing.is_news(project.project.stages[-1].recorded_at)


def _goes_well(briefing: Briefing, project: ProjectFigures) -> bool:
    """Say whether nothing of a project needs a look: neither status is amber or red, and nothing of it got worse."""
    is_well = project.schedule in (ScheduleStatus.GREEN, ScheduleStatus.NONE) and project.shown in (
        None,
        Confidence.GREEN,
    )
    return is_well and _direction(briefing, project) not in (DIRECTIONS[Direction.WORSE], DIRECTIONS[Direction.CHANGED])


def _named(briefing: Briefing, figures: ProjectFigures) -> str:
    """Return a project by its title, where that is short enough for a list."""
    is_short = len(figures.project.title) <= LONGEST_IN_A_LIST
    return (
        briefing.short(figures.project.reference)
        if is_short
        else short(briefing.register.code, figures.project.reference)
    )


def _direction(briefing: Briefing, figures: ProjectFigures) -> Cell:
    """Return the direction that "since your last meeting" gives the project."""
    before = briefing.before
    if before is None:
        return Cell(wording.NOTHING, "first pack")
    if figures.project.reference not in before.projects:
        return Cell("New")
    news = news_of(briefing, figures, before)
    return Cell("Unchanged") if news is None else DIRECTIONS[news.direction]


def _next(coming: MilestoneFigures) -> Cell:
    notes = (wording.plain_date(coming.milestone.forecast), wording.before(coming.before))
    return Cell(coming.milestone.title, "; ".join(filter(None, notes)))


def _row(briefing: Briefing, line: _Line) -> tuple[Cell, ...]:
    project, coming = line.figures.project, line.figures.next_milestone
    stands = f"{wording.stage(project.stage)}; lead: {briefing.now.partner_name(line.figures.lead)}"
    return (
        Cell(f"{project.reference} {project.title}", stands, link=f"#{project.reference}"),
        *line.statuses,
        line.strip,
        Cell("None open") if coming is None else _next(coming),
        _slip(coming),
    )


def _close_row(briefing: Briefing, line: _Line) -> tuple[Cell, ...]:
    """Return the row of a project among many: on one line, as far as its title goes on one."""
    project, coming = line.figures.project, line.figures.next_milestone
    confidence, *others = line.statuses
    return (
        Cell(f"{project.reference} {project.title}", link=f"#{project.reference}"),
        Cell(f"{wording.stage(project.stage)}, {line.figures.lead}"),
        _in_a_word(confidence, is_silent=line.figures.silent_days is not None),
        *map(_in_a_word, others),
        line.strip,
        Cell("None" if coming is None else wording.short_date(coming.milestone.forecast)),
        _slip(coming),
    )


def _wide_row(briefing: Briefing, line: _Line) -> tuple[Cell, ...]:
    """Return the row of a project among many with titles that would take two lines: the lead stands in annex B."""
    title, _, *others, _, slip = _close_row(briefing, line)
    return title, *others, slip


def _closest_row(briefing: Briefing, line: _Line) -> tuple[Cell, ...]:
    """Return the row of a project among many with long titles: headed by its reference."""
    _, *others = _close_row(briefing, line)
    reference = line.figures.project.reference
    return Cell(reference, link=f"#{reference}"), *others


def _in_a_word(status: Cell, *, is_silent: bool = False) -> Cell:
    """Return a status without its note, of which silence alone is kept; annex B has the rest."""
    text = status.text.removesuffix(" stated")
    return replace(status, text=f"{text}, silent" if is_silent else text, note="")


def _slip(coming: MilestoneFigures | None) -> Cell:
    return Cell(wording.NOTHING if coming is None else wording.slip(coming.milestone.slip_days))


def _in_words(figures: ProjectFigures) -> str:
    if not figures.workplan:
        return "No milestones"
    done = sum(each.is_done for each in figures.workplan)
    milestones = f"{done} of {wording.count(len(figures.workplan), 'milestone')} done"
    behind = figures.most_behind
    if behind is None:
        return milestones
    return f"{milestones}; furthest behind is {behind.milestone.title}, {wording.slip(behind.milestone.slip_days)}"
