"""What depends on a milestone, and by how much it would come too early if that moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.figures.schedule import is_open
from domain.register import Register
from domain.register.projects import Milestone


@dataclass(frozen=True, slots=True)
class Dependent:
    """An open milestone that needs another one, directly or through others.

    ``days_short`` are those by which it is forecast before all that it needs can be there; 0 where time is enough.
    """

    milestone: Milestone
    days_short: int


def dependents_of(register: Register, milestone: Milestone, forecast: date, on: date) -> tuple[Dependent, ...]:
    """Return what would depend on a milestone if that were forecast for ``forecast``, the nearest first.

    What is not open on the date ``on`` needs nothing any more, and nothing waits for it.
    """
    earliest = {milestone.reference: forecast}
    waiting = [milestone.reference]
    while waiting:
        needed = waiting.pop(0)
        for each in _needing(register, needed, on):
            possible = max(earliest[needed], each.forecast)
            if earliest.get(each.reference, date.min) < possible:
                earliest[each.reference] = possible
                waiting.append(each.reference)
    found = (register.milestones[reference] for reference in list(earliest)[1:])
    return tuple(Dependent(each, (earliest[each.reference] - each.forecast).days) for each in found)


def _needing(register: Register, reference: str, on: date) -> list[Milestone]:
    return [each for each in register.milestones.values() if reference in each.depends_on and is_open(each, on)]
