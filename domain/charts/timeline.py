"""Milestones on one line: a strip that stands in a row of a table, all strips of a table along the same axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from domain import wording
from domain.charts.axis import Axis
from domain.charts.lettering import width
from domain.charts.marks import baseline_mark, end_mark, end_of
from domain.charts.svg import SMALL_SIZE, drawing, line, text
from domain.figures.projects import MilestoneFigures

HEIGHT = 18
SCALE_HEIGHT = 16
MOST_TICKS = 4


@dataclass(frozen=True)
class Timeline:
    """The strips of one table and the scale above them: ``on`` is the cut-off, ``across`` how wide a drawing is."""

    axis: Axis
    on: date
    across: float

    def strip(self, milestones: Sequence[MilestoneFigures], *, chart_id: str) -> str:
        """Return the strip of these milestones: baseline, slip as a line, and the day reached or forecast.

        What was reached before the axis begins is not drawn.
        """
        y, axis = HEIGHT / 2, self.axis
        drawn = [each for each in milestones if end_of(each) >= axis.first]
        parts = [self._behind]
        for each in drawn:
            if each.milestone.baseline is not None and each.milestone.baseline != end_of(each):
                tone = wording.MILESTONES[each.status].tone
                colour = "quiet" if tone is None else tone.value
                parts.append(line(axis.x(each.milestone.baseline), y, axis.x(end_of(each)), y, colour, 2.4))
                parts.append(baseline_mark(axis.x(each.milestone.baseline), y, 4.5))
        parts += [end_mark(each, axis.x(end_of(each)), y) for each in drawn]
        return drawing(parts, HEIGHT, chart_id=chart_id, across=self.across)

    def scale(self, *, chart_id: str) -> str:
        """Return what stands above the strips: the months that are marked, and the cut-off."""
        axis = self.axis
        parts = [self._cut_off(4, SCALE_HEIGHT)]
        for day in axis.ticks(MOST_TICKS):
            label = f"{wording.MONTHS[day.month - 1][:3]} {day.year}"
            if axis.x(day) + 3 + width(label, SMALL_SIZE) <= self.across:
                parts.append(line(axis.x(day), 4, axis.x(day), SCALE_HEIGHT))
                parts.append(text(label, axis.x(day) + 3, SCALE_HEIGHT - 4, size=SMALL_SIZE, colour="quiet"))
        return drawing(parts, SCALE_HEIGHT, chart_id=chart_id, across=self.across)

    @cached_property
    def _behind(self) -> str:
        """What is behind the marks, the same in every strip."""
        y, axis = HEIGHT / 2, self.axis
        months = (line(axis.x(each), 0, axis.x(each), HEIGHT) for each in axis.ticks(MOST_TICKS))
        return "".join((*months, self._cut_off(0, HEIGHT), line(axis.left, y, axis.right, y)))

    def _cut_off(self, top: float, bottom: float) -> str:
        x = self.axis.x(self.on)
        return line(x, top, x, bottom, "accent", 1.2, stroke_dasharray="4 3")
