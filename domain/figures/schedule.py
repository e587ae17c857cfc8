"""Schedule status of milestones and projects at a date: computed, never stated. Source: domain.md section 5."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from domain.register import Register
from domain.register.projects import Milestone


class MilestoneStatus(StrEnum):
    """How a milestone stands against its baseline."""

    DONE = "done"
    NOT_BASELINED = "not_baselined"
    OVERDUE = "overdue"
    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    DROPPED = "dropped"


BEHIND = frozenset({MilestoneStatus.RED, MilestoneStatus.OVERDUE})
"""What makes a project red."""


class ScheduleStatus(StrEnum):
    """How a project stands: the worst of its open milestones; none without a baselined milestone."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    NONE = "none"


def milestone_status(milestone: Milestone, on: date) -> MilestoneStatus:
    """Return the status of a milestone on the date ``on``: the first rule that fits."""
    if milestone.dropped is not None:
        return MilestoneStatus.DROPPED
    if not is_open(milestone, on):
        return MilestoneStatus.DONE
    slip = milestone.slip_days
    if slip is None:
        return MilestoneStatus.NOT_BASELINED
    if milestone.forecast < on:
        return MilestoneStatus.OVERDUE
    if slip > milestone.tolerance_days:
        return MilestoneStatus.RED
    return MilestoneStatus.AMBER if slip > 0 else MilestoneStatus.GREEN


def is_done_late(milestone: Milestone, on: date) -> bool:
    """Say whether a milestone was done by ``on`` and later than its baseline and tolerance allow."""
    if milestone.dropped is not None or milestone.actual is None or milestone.actual > on or milestone.baseline is None:
        return False
    return milestone.actual > milestone.baseline + timedelta(days=milestone.tolerance_days)


def is_open(milestone: Milestone, on: date) -> bool:
    """Say whether a milestone is still to be reached on the date ``on``."""
    return milestone.dropped is None and (milestone.actual is None or milestone.actual > on)


def forecast_before(register: Register, milestone: Milestone, on: date) -> tuple[str, ...]:
    """Return the open milestones that an open one depends on and yet is forecast before: it cannot come so early."""
    if not is_open(milestone, on):
        return ()
    needed = (register.milestones[each] for each in milestone.depends_on if each in register.milestones)
    return tuple(each.reference for each in needed if is_open(each, on) and milestone.forecast < each.forecast)


def schedule_status(milestones: Iterable[Milestone], on: date) -> ScheduleStatus:
    """Return the status of a project with these milestones on the date ``on``; dropped ones count as none."""
    milestones = [each for each in milestones if each.dropped is None]
    if all(milestone.baseline is None for milestone in milestones):
        return ScheduleStatus.NONE
    statuses = {milestone_status(milestone, on) for milestone in milestones}
    if statuses & BEHIND:
        return ScheduleStatus.RED
    return ScheduleStatus.AMBER if MilestoneStatus.AMBER in statuses else ScheduleStatus.GREEN
