"""Milestones that the partner owns: no change, a new date with its reason, or done."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.references import short
from domain.figures.schedule import milestone_status
from domain.register.projects import Milestone
from domain.wording.cells import Cell
from domain.wording.dates import plain_date
from domain.wording.numbers import slip
from domain.wording.projects import MILESTONES
from services.programme.projects.commands import CompleteMilestone, ReforecastMilestone
from services.programme.returns.form.line import Field, FieldKind, Line, Option
from services.programme.returns.form.viewpoint import Viewpoint

KEEP, REFORECAST, DONE = "keep", "reforecast", "done"


def lines(view: Viewpoint) -> list[Line]:
    """Return a line for each open milestone of the partner, by date, and for each that was answered already."""
    own = (each for each in view.register.milestones.values() if _is_asked(view, each))
    return [_line(view, each) for each in sorted(own, key=lambda each: (each.forecast, each.reference))]


def _is_asked(view: Viewpoint, milestone: Milestone) -> bool:
    if _key(view, milestone) in view.chosen:
        return True
    is_in_progress = milestone.is_open and view.register.projects[milestone.project].is_open
    return is_in_progress and milestone.owner == view.partner.code


def _key(view: Viewpoint, milestone: Milestone) -> str:
    return f"milestone-{short(view.register.code, milestone.reference)}"


def _line(view: Viewpoint, milestone: Milestone) -> Line:
    return Line(
        key=_key(view, milestone),
        title=milestone.title,
        code=short(view.register.code, milestone.reference),
        question="How does it stand?",
        options=tuple(_options(view, milestone)),
        was=_was(milestone),
        base=f"{milestone.forecast} {milestone.actual} {milestone.dropped is not None}",
        last_said=_last_said(view, milestone),
        sees=_seen(view, milestone),
        unchanged=KEEP,
        note="Its date is past." if milestone.is_open and milestone.forecast < view.today else "",
    )


def _options(view: Viewpoint, milestone: Milestone) -> Iterator[Option]:
    which = {"milestone": milestone.reference}
    yield Option(KEEP, f"No change: {_was(milestone)}")
    yield Option(
        REFORECAST,
        "It has a new date",
        ReforecastMilestone,
        which,
        (
            Field("forecast", "New date", FieldKind.DATE, ask="Enter the new date."),
            Field("reason", "Why it moves", ask="Enter why the date moves."),
        ),
        lambda command: f"forecast for {plain_date(command.forecast)}: {command.reason}",
    )
    yield Option(
        DONE,
        "It is done",
        CompleteMilestone,
        which,
        (Field("on", "Done on", FieldKind.DATE, ask="Enter the day on which it was done."),),
        lambda command: f"done on {plain_date(command.on)}",
    )


def _was(milestone: Milestone) -> str:
    if milestone.dropped is not None:
        return f"dropped on {plain_date(milestone.dropped.effective_on)}"
    if milestone.actual is not None:
        return f"done on {plain_date(milestone.actual)}"
    return f"forecast for {plain_date(milestone.forecast)}"


def _last_said(view: Viewpoint, milestone: Milestone) -> str:
    if not milestone.forecasts:
        return ""
    last = milestone.forecasts[-1]
    on = plain_date(view.register.calendar.local_date(last.recorded_at))
    return f"On {on} it was moved from {plain_date(last.before)} to {plain_date(last.forecast)}: {last.reason}"


def _seen(view: Viewpoint, milestone: Milestone) -> Cell:
    cell = MILESTONES[milestone_status(milestone, view.today)]
    if not milestone.is_open or milestone.slip_days is None:
        return cell
    note = "as planned" if milestone.slip_days == 0 else f"{slip(milestone.slip_days)} against the plan"
    return Cell(cell.text, note, cell.tone)
