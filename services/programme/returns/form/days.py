"""Days that the partner gave, project by project: what was pledged, what was given so far, and what comes to it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from contracts.references import number_of, short
from domain.calendar import Period
from domain.figures.measures import plain_amount
from domain.register.projects import Project
from domain.wording.dates import plain_date
from services.programme.capacity.commands import ReleaseCapacity
from services.programme.returns.form.answer import Answer
from services.programme.returns.form.line import Field, FieldKind, Line, Option
from services.programme.returns.form.viewpoint import Viewpoint

KEEP, ADD = "keep", "add"


def lines(view: Viewpoint) -> list[Line]:
    """Return the lines of each project that the partner pledged or gave days, now or in the quarter before."""
    projects = sorted(view.register.projects.values(), key=lambda each: number_of(each.reference))
    return [line for project in projects if _is_asked(view, project) for line in _lines(view, project)]


def _is_asked(view: Viewpoint, project: Project) -> bool:
    days = (_pledged(view, project), _given(view, project, view.quarter), _given(view, project, view.previous))
    if any(days) or _key(view, project) in view.chosen:
        return True
    return project.is_open and project.participation.includes(view.partner.code, view.latest_day_in(view.quarter))


def _key(view: Viewpoint, project: Project) -> str:
    return f"days-{short(view.register.code, project.reference)}"


def _lines(view: Viewpoint, project: Project) -> Iterator[Line]:
    pledged, given = _pledged(view, project), _given(view, project, view.quarter)
    before = _given(view, project, view.previous)
    must = not given and bool(pledged or before)
    was = f"{_days(given)} given so far" if given else "none given so far"
    day = plain_date(view.latest_day_in(view.quarter))
    add = Option(
        ADD,
        "Add days",
        ReleaseCapacity,
        {"partner": view.partner.code, "project": project.reference},
        (
            Field("days", "Days", FieldKind.NUMBER, ask="Enter how many days were given."),
            Field("on", "On", FieldKind.DATE, ask="Enter the day on which they were given.", suggested=day),
        ),
        lambda command: f"{_days(given + command.days)} given: {_days(command.days)} on {plain_date(command.on)}",
    )
    suggested = Answer(ADD, {"days": plain_amount(before), "on": day}) if before else Answer(KEEP)
    for number, key in enumerate(view.series(_key(view, project), ADD)):
        first = number == 0
        yield Line(
            key=key,
            title=project.title,
            code=short(view.register.code, project.reference),
            question="Are there days to add?" if first else "Any more days?",
            options=(Option(KEEP, f"No: {was}" if first else "No more"), add),
            was=was if first else "",
            base=str(given),
            last_said=f"In {view.previous.label} you gave {_days(before)}" if before and first else "",
            must=must and first,
            unchanged=None if must and first else KEEP,
            suggested=suggested if must and first else None,
            extra=not first,
            note=f"Pledged {_days(pledged)}, given {_days(given)}" if first and (pledged or given) else "",
        )


def _pledged(view: Viewpoint, project: Project) -> Decimal:
    pledges = view.register.capacity.pledges.get((view.partner.code, view.quarter.label), {})
    return pledges.get(project.reference, Decimal(0))


def _given(view: Viewpoint, project: Project, quarter: Period) -> Decimal:
    releases = view.register.capacity.releases.get(view.partner.code, ())
    days = (each.days for each in releases if each.project == project.reference and each.on in quarter)
    return sum(days, Decimal(0))


def _days(number: Decimal) -> str:
    return f"{plain_amount(number)} {'day' if number == 1 else 'days'}"
