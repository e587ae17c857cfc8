"""Stages, confidence and schedule of projects in words."""

from __future__ import annotations

from contracts.events.projects import Confidence, Stage
from domain.figures.projects import MilestoneFigures
from domain.figures.schedule import MilestoneStatus, ScheduleStatus
from domain.register.projects import Milestone
from domain.wording.cells import Cell, Tone
from domain.wording.numbers import days, reforecasts, silence
from domain.wording.sentences import before

CONFIDENCES = {
    Confidence.GREEN: Cell("Green", tone=Tone.GOOD),
    Confidence.AMBER: Cell("Amber", tone=Tone.CAUTION),
    Confidence.RED: Cell("Red", tone=Tone.BAD),
}
SCHEDULES = {
    ScheduleStatus.GREEN: Cell("Green", tone=Tone.GOOD),
    ScheduleStatus.AMBER: Cell("Amber", tone=Tone.CAUTION),
    ScheduleStatus.RED: Cell("Red", tone=Tone.BAD),
    ScheduleStatus.NONE: Cell("None", "no baseline"),
}
MILESTONES = {
    MilestoneStatus.DONE: Cell("Done", tone=Tone.GOOD),
    MilestoneStatus.NOT_BASELINED: Cell("Not baselined"),
    MilestoneStatus.OVERDUE: Cell("Overdue", tone=Tone.BAD),
    MilestoneStatus.RED: Cell("Red", tone=Tone.BAD),
    MilestoneStatus.AMBER: Cell("Amber", tone=Tone.CAUTION),
    MilestoneStatus.GREEN: Cell("Green", tone=Tone.GOOD),
    MilestoneStatus.DROPPED: Cell("Dropped", tone=Tone.NEUTRAL),
}


def stage(value: Stage) -> str:
    """``In delivery``."""
    return value.value.replace("_", " ").capitalize()


def confidence(stated: Confidence | None, shown: Confidence | None, silent_days: int | None) -> Cell:
    """Return the confidence to show, with what was stated where silence caps it."""
    if shown is None:
        return Cell("None stated", silence(silent_days))
    note = silence(silent_days)
    if stated is not shown and stated is not None:
        note = f"stated {stated.value}, {note}"
    return Cell(CONFIDENCES[shown].text, note, CONFIDENCES[shown].tone)


def milestone_status(figures: MilestoneFigures) -> Cell:
    """Return a milestone's schedule status with its re-forecasts and its silence."""
    milestone = figures.milestone
    shown = punctuality(figures.is_done_late, milestone) if figures.is_done else MILESTONES[figures.status]
    notes = (
        shown.note,
        reforecasts(milestone.reforecasts),
        silence(figures.silent_days),
        before(figures.before),
    )
    return Cell(shown.text, "; ".join(filter(None, notes)), shown.tone)


def punctuality(is_done_late: bool, milestone: Milestone) -> Cell:
    """Say how a milestone that was reached compares with its baseline."""
    if milestone.actual is None or milestone.baseline is None:
        return Cell("Done", "no baseline", Tone.GOOD)
    after = (milestone.actual - milestone.baseline).days
    if is_done_late:
        return Cell("Done late", f"{days(after)} after baseline", Tone.CAUTION)
    note = f"{days(abs(after))} {'after' if after > 0 else 'before'} baseline" if after else "on its baseline"
    return Cell("Done", note, Tone.GOOD)
