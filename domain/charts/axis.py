"""The axis of time that charts of milestones are drawn along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from domain.figures.projects import MilestoneFigures

_MOST_TICKS = 7
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)  # months


@dataclass(frozen=True, slots=True)
class Axis:
    """The days from ``first`` to ``last``, laid out from ``left`` to ``right`` of a drawing."""

    first: date
    last: date
    left: float
    right: float

    def x(self, day: date) -> float:
        """Return where ``day`` lies across the drawing; a day beyond an end lies at that end."""
        share = (min(max(day, self.first), self.last) - self.first).days / max((self.last - self.first).days, 1)
        return self.left + share * (self.right - self.left)

    def ticks(self, most: int = _MOST_TICKS) -> list[date]:
        """Return the firsts of months to mark, at most ``most``."""
        months = [(self.first.year * 12 + self.first.month - 1) + i for i in range(self._months())]
        fewest = -(-len(months) // most)
        step = next((each for each in _STEPS if each >= fewest), fewest)
        return [date(each // 12, each % 12 + 1, 1) for each in months if each % step == 0]

    def _months(self) -> int:
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1


def axis_over(days: Iterable[date], left: float, right: float) -> Axis:
    """Return the axis of whole months that holds all of ``days``."""
    days = list(days)
    first, last = min(days), max(days)
    return Axis(date(first.year, first.month, 1), _month_end(last), left, right)


def days_of(milestones: Iterable[MilestoneFigures]) -> Iterator[date]:
    """Yield the days that are known of milestones."""
    for figures in milestones:
        milestone = figures.milestone
        yield from (each for each in (milestone.baseline, milestone.forecast, milestone.actual) if each is not None)


def _month_end(day: date) -> date:
    if (day.year, day.month) == (date.max.year, date.max.month):
        return date.max
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
