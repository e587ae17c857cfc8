"""What moved in the projects since the last pack: stages, confidence, forecasts, baselines, milestones reached."""

from __future__ import annotations

from collections.abc import Iterator

from domain import wording
from domain.figures.projects import MilestoneFigures
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Column, ColumnKind, Table
from services.reporting.pack.previous import PreviousPack

Row = tuple[Cell, ...]
_PROJECT = Column("Project", share=2.2)
_MILESTONE = Column("Milestone", share=2.2)


def stages(briefing: Briefing, before: PreviousPack) -> Table:
    """Return the projects whose stage changed, and those that are new."""
    return Table(
        "Projects that moved to another stage",
        (_PROJECT, Column("Was"), Column("Is now"), Column("Since", ColumnKind.DATE), Column("By decision")),
        tuple(_stages(briefing, before)),
        "No project moved to another stage.",
    )


def _stages(briefing: Briefing, before: PreviousPack) -> Iterator[Row]:
    for figures in briefing.now.projects:
        project, earlier = figures.project, before.projects.get(figures.project.reference)
        if earlier is not None and earlier.stage is project.stage:
            continue
        decisions = [each.decision for each in project.stages if each.decision and briefing.is_news(each.recorded_at)]
        yield (
            _named(briefing, project.reference),
            Cell("New" if earlier is None else wording.stage(earlier.stage)),
            Cell(wording.stage(project.stage)),
            Cell(wording.short_date(project.stages[-1].effective_on)),
            Cell(wording.listed(decisions, wording.NOTHING)),
        )


def confidences(briefing: Briefing, before: PreviousPack) -> Table:
    """Return the projects whose shown delivery confidence changed."""
    return Table(
        "Projects whose delivery confidence changed",
        (
            _PROJECT,
            Column("Was", ColumnKind.STATUS, 1.1),
            Column("Is now", ColumnKind.STATUS, 1.1),
            Column("Reason", share=2.2),
        ),
        tuple(_confidences(briefing, before)),
        "No project’s delivery confidence changed.",
    )


def _confidences(briefing: Briefing, before: PreviousPack) -> Iterator[Row]:
    for now in briefing.now.open_projects:
        earlier = before.projects.get(now.project.reference)
        shown_before = None if earlier is None else earlier.shown
        if shown_before is now.shown:
            continue
        stated = now.project.confidence
        was = wording.CONFIDENCES[shown_before] if shown_before is not None else Cell("None stated")
        is_stated_since = stated is not None and briefing.is_news(stated.recorded_at)
        yield (
            _named(briefing, now.project.reference),
            was,
            wording.confidence(now.stated, now.shown, now.silent_days),
            Cell(stated.reason if stated is not None and is_stated_since else "Nothing was recorded."),
        )


def forecasts(briefing: Briefing, before: PreviousPack) -> Table:
    """Return the milestones whose forecast changed."""
    return Table(
        "Milestones that were re-forecast",
        (
            _MILESTONE,
            Column("Forecast was", ColumnKind.DATE),
            Column("Is now", ColumnKind.DATE),
            Column("Moved by", ColumnKind.NUMBER, 0.9),
            Column("Reason", share=2.2),
        ),
        tuple(_forecasts(briefing)),
        "No forecast changed.",
    )


def _forecasts(briefing: Briefing) -> Iterator[Row]:
    for figures in _milestones(briefing):
        milestone = figures.milestone
        changes = [each for each in milestone.forecasts if briefing.is_news(each.recorded_at)]
        if not changes:
            continue
        moved = (milestone.forecast - changes[0].before).days
        yield (
            _owned(briefing, figures),
            Cell(wording.short_date(changes[0].before)),
            Cell(wording.short_date(milestone.forecast)),
            Cell(wording.slip(moved)),
            Cell(changes[-1].reason, wording.reforecasts(milestone.reforecasts)),
        )


def baselines(briefing: Briefing, before: PreviousPack) -> Table:
    """Return the milestones whose baseline was set or changed."""
    return Table(
        "Milestones whose baseline was set or changed",
        (
            _MILESTONE,
            Column("Baseline was", ColumnKind.DATE),
            Column("Is now", ColumnKind.DATE),
            Column("Moved by", ColumnKind.NUMBER, 0.9),
            Column("By decision", share=2.2),
        ),
        tuple(_baselines(briefing)),
        "No baseline was set or changed.",
    )


def _baselines(briefing: Briefing) -> Iterator[Row]:
    for figures in _milestones(briefing):
        milestone = figures.milestone
        kept = [each for each in milestone.baselines if not briefing.is_news(each.recorded_at)]
        if len(kept) == len(milestone.baselines):
            continue
        present, was = milestone.baselines[-1], kept[-1].baseline if kept else None
        if was == present.baseline:
            continue
        moved = wording.NOTHING if was is None else wording.slip((present.baseline - was).days)
        yield (
            _owned(briefing, figures),
            Cell("none" if was is None else wording.short_date(was)),
            Cell(wording.short_date(present.baseline)),
            Cell(moved),
            Cell(present.decision or "with the project’s approval"),
        )


def reached(briefing: Briefing, before: PreviousPack) -> Table:
    """Return the milestones that were reached."""
    return Table(
        "Milestones that were reached",
        (
            _MILESTONE,
            Column("Baseline", ColumnKind.DATE),
            Column("Reached", ColumnKind.DATE),
            Column("Against baseline", ColumnKind.STATUS, 1.4),
        ),
        tuple(_reached(briefing, before)),
        "No milestone was reached.",
    )


def _reached(briefing: Briefing, before: PreviousPack) -> Iterator[Row]:
    for figures in _milestones(briefing):
        milestone = figures.milestone
        if not figures.is_done or milestone.reference in before.reached:
            continue
        yield (
            _owned(briefing, figures),
            Cell(wording.short_date(milestone.baseline)),
            Cell(wording.short_date(milestone.actual)),
            wording.punctuality(figures.is_done_late, milestone),
        )


def dropped(briefing: Briefing, before: PreviousPack) -> Table:
    """Return the milestones that turned out to be needless, and what depends on them."""
    return Table(
        "Milestones that were dropped",
        (
            _MILESTONE,
            Column("Baseline was", ColumnKind.DATE),
            Column("Forecast was", ColumnKind.DATE),
            Column("By decision"),
            Column("Reason", share=2.2),
        ),
        tuple(_dropped(briefing)),
        "No milestone was dropped.",
    )


def _dropped(briefing: Briefing) -> Iterator[Row]:
    for figures in _milestones(briefing):
        milestone, dropping = figures.milestone, figures.milestone.dropped
        if dropping is None or not briefing.is_news(dropping.recorded_at):
            continue
        yield (
            _owned(briefing, figures),
            Cell(wording.short_date(milestone.baseline)),
            Cell(wording.short_date(milestone.forecast)),
            Cell(dropping.decision or wording.NOTHING),
            Cell(dropping.reason, _depending(briefing, milestone.reference)),
        )


def _depending(briefing: Briefing, dropped: str) -> str:
    """Say what is still to be reached and needed the dropped milestone."""
    depending = [
        each.milestone.reference
        for each in _milestones(briefing)
        if dropped in each.milestone.depends_on and each.milestone.is_open
    ]
    return f"{wording.listed(depending)} depended on it" if depending else ""


def _milestones(briefing: Briefing) -> Iterator[MilestoneFigures]:
    for project in briefing.now.projects:
        yield from project.milestones


def _named(briefing: Briefing, project: str) -> Cell:
    return Cell(briefing.titled(project), link=f"#{project}")


def _owned(briefing: Briefing, figures: MilestoneFigures) -> Cell:
    milestone = figures.milestone
    notes = (f"Owner: {briefing.now.partner_name(milestone.owner)}", wording.before(figures.before))
    return Cell(briefing.titled(milestone.reference), "; ".join(filter(None, notes)))
