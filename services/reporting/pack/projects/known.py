"""What one needs to know to decide about a project: how it stands, old and new dates, and what depends on them."""

from __future__ import annotations

from datetime import date

from contracts.events.effects import DropMilestone, EffectContent, MoveProject, SetBaseline
from contracts.references import short
from domain import wording
from domain.figures.dependents import Dependent, dependents_of
from domain.figures.projects import MilestoneFigures, ProjectFigures
from domain.register.projects import Milestone
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.question import Subject

DEPENDENTS = 3
"""How many milestones that need one are named before the rest is counted."""
SLIPPED = 2
"""How many milestones that slipped are told, those with the greatest slip."""


def subject(briefing: Briefing, reference: str) -> Subject | None:
    """Return a project or milestone that a question is about, or None."""
    project = briefing.now.project(reference)
    if project is not None:
        return Subject(_project(briefing, project), _behind(briefing, project))
    milestone = briefing.now.milestone(reference)
    if milestone is None:
        return None
    cell = Cell(briefing.short(reference), wording.before(milestone.before), link=f"#{milestone.milestone.project}")
    return Subject(cell, (_stands(briefing, milestone),))


def rebaselined(briefing: Briefing, effect: EffectContent) -> tuple[str, ...]:
    """Return of each milestone the baseline that it has and the one asked for, its re-forecasts and what needs it."""
    assert isinstance(effect, SetBaseline)
    project = briefing.now.project(effect.project)
    if project is None:
        return ()
    dates = effect.milestones
    return tuple(
        _rebaselined(briefing, each, each.milestone.forecast if dates is None else dates[each.milestone.reference])
        for each in project.workplan
        if not each.is_done and (dates is None or each.milestone.reference in dates)
    )


def dropped(briefing: Briefing, effect: EffectContent) -> tuple[str, ...]:
    """Return the dates of the milestone that would be dropped, and what needs it."""
    assert isinstance(effect, DropMilestone)
    milestone = briefing.now.milestone(effect.milestone)
    return () if milestone is None else (_stands(briefing, milestone),)


def moved(briefing: Briefing, effect: EffectContent) -> tuple[str, ...]:
    """Return where the project stands that would move to another stage, and which of its milestones are open."""
    assert isinstance(effect, MoveProject)
    project = briefing.now.project(effect.project)
    if project is None:
        return ()
    entry = project.project.stages[-1]
    stage = f"{wording.stage(entry.stage)} since {wording.plain_date(entry.effective_on)}"
    still_open = [each.milestone.title for each in project.workplan if not each.is_done]
    milestones = f"still open: {wording.listed_up_to(3, still_open)}" if still_open else "no milestone is open"
    return f"{stage}; {milestones}.", *_behind(briefing, project)


def _project(briefing: Briefing, project: ProjectFigures) -> Cell:
    reference = project.project.reference
    shown = "none stated" if project.shown is None else project.shown.value
    stage = wording.stage(project.project.stage).lower()
    note = f"{stage}; confidence {shown}; schedule {project.schedule.value}"
    return Cell(briefing.short(reference), note, link=f"#{reference}")


def _behind(briefing: Briefing, project: ProjectFigures) -> tuple[str, ...]:
    """Return how the milestones stand that have slipped past their baselines."""
    found = [each for each in project.workplan if not each.is_done and (each.milestone.slip_days or 0) > 0]
    found.sort(key=lambda each: -(each.milestone.slip_days or 0))
    more = len(found) - SLIPPED
    told = tuple(_stands(briefing, each) for each in found[:SLIPPED])
    return (
        (*told, f"{wording.count(more, 'more milestone has', 'more milestones have')} slipped.") if more > 0 else told
    )


def _stands(briefing: Briefing, figures: MilestoneFigures) -> str:
    milestone = figures.milestone
    forecast = f"forecast {wording.plain_date(milestone.forecast)}"
    if milestone.baseline is None:
        return _line(briefing, milestone, f"no baseline, {forecast}", milestone.forecast)
    dates = f"baseline {wording.plain_date(milestone.baseline)}, {forecast} ({wording.slip(milestone.slip_days)})"
    return _line(briefing, milestone, dates, milestone.forecast)


def _rebaselined(briefing: Briefing, figures: MilestoneFigures, to: date) -> str:
    milestone = figures.milestone
    if milestone.baseline is None:
        return _line(briefing, milestone, f"first baseline {wording.plain_date(to)}", to)
    was = wording.plain_date(milestone.baseline)
    if to == milestone.baseline:
        return _line(briefing, milestone, f"stays on {was}", to)
    moved = wording.slip((to - milestone.baseline).days)
    return _line(briefing, milestone, f"{was} becomes {wording.plain_date(to)} ({moved})", to)


def _line(briefing: Briefing, milestone: Milestone, dates: str, to: date) -> str:
    parts = [dates]
    if milestone.reforecasts:
        parts.append("re-forecast once" if milestone.reforecasts == 1 else wording.reforecasts(milestone.reforecasts))
    needing = dependents_of(briefing.register, milestone, to, briefing.now.on)
    if needing:
        words = (_needing(briefing, each) for each in needing)
        parts.append(f"needed by {wording.listed_up_to(DEPENDENTS, words)}")
    return f"{briefing.short(milestone.reference)}: {'; '.join(parts)}."


def _needing(briefing: Briefing, dependent: Dependent) -> str:
    early = f" ({wording.days(dependent.days_short)} too early then)" if dependent.days_short else ""
    return f"{short(briefing.register.code, dependent.milestone.reference)}{early}"
