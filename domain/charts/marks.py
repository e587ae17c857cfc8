"""The marks of milestones: a diamond for the baseline, a shape for the forecast's status, a tick for what is done."""

from __future__ import annotations

from datetime import date

from domain import wording
from domain.charts.svg import filled, marker, outlined, path, stroked, tag
from domain.figures.projects import MilestoneFigures
from domain.wording.cells import Tone


def end_of(figures: MilestoneFigures) -> date:
    """Return the day on which a milestone was reached, or is forecast to be."""
    milestone = figures.milestone
    return milestone.actual if figures.is_done and milestone.actual is not None else milestone.forecast


def baseline_mark(x: float, y: float, size: float = 6) -> str:
    """Return the mark of a baseline."""
    wide = size * 5 / 6
    diamond = path((x, y - size), (x + wide, y), (x, y + size), (x - wide, y)) + "Z"
    return tag("path", d=diamond, **outlined("ink", "paper"))


def end_mark(figures: MilestoneFigures, x: float, y: float) -> str:
    """Return the mark of the day on which a milestone was reached, or is forecast to be."""
    if figures.is_done:
        return done_mark(x, y)
    return marker(wording.MILESTONES[figures.status].tone or Tone.NEUTRAL, x, y)


def done_mark(x: float, y: float) -> str:
    """Return the mark of what is done."""
    tick = path((x - 2.8, y + 0.2), (x - 0.8, y + 2.4), (x + 2.9, y - 2.3))
    return tag("circle", cx=x, cy=y, r=6.2, **filled("good")) + tag("path", d=tick, **stroked("paper", 1.6))
