"""The milestone chart: for each milestone its baseline, its forecast or the day it was reached, and the way between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from domain import wording
from domain.charts.lettering import fitted, width
from domain.charts.svg import (
    SMALL_SIZE,
    TEXT_SIZE,
    WIDTH,
    drawing,
    filled,
    haloed,
    line,
    marker,
    outlined,
    path,
    shifted,
    stroked,
    tag,
    text,
)
from domain.figures.projects import MilestoneFigures
from domain.wording.cells import Tone

LABELS = 256
RIGHT = WIDTH - 62
TOP = 38
ROW = 23
LEGEND = 30
_MOST_TICKS = 7
_NEEDS = ("dots: comes first",)
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)  # months


@dataclass(frozen=True, slots=True)
class _Axis:
    first: date
    last: date

    def x(self, day: date) -> float:
        """Return where ``day`` lies across the drawing."""
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return LABELS + 10 + share * (RIGHT - LABELS - 20)

    def ticks(self) -> list[date]:
        """Return the firsts of months to mark, at most seven."""
        months = [(self.first.year * 12 + self.first.month - 1) + i for i in range(self._months())]
        fewest = -(-len(months) // _MOST_TICKS)
        step = next((each for each in _STEPS if each >= fewest), fewest)
        return [date(each // 12, each % 12 + 1, 1) for each in months if each % step == 0]

    def _months(self) -> int:
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1


def milestone_chart(
    milestones: Sequence[MilestoneFigures],
    on: date,
    *,
    chart_id: str,
    on_is: str = "cut-off",
    shows_dependencies: bool = False,
) -> str:
    """Return the chart of one project's milestones as at the date ``on``; ``on_is`` says what that is."""
    axis = _axis(milestones, on)
    bottom = TOP + ROW * len(milestones)
    parts = [*_grid(axis, bottom), *_today(axis, on, on_is, bottom)]
    if shows_dependencies:
        parts += _dependencies(milestones, axis)
    for position, figures in enumerate(milestones):
        parts += _row(figures, axis, TOP + ROW * (position + 0.5))
    parts += _legend(bottom + LEGEND - 10, _NEEDS if shows_dependencies else ())
    return drawing(parts, bottom + LEGEND, chart_id=chart_id)


def _axis(milestones: Sequence[MilestoneFigures], on: date) -> _Axis:
    days = [on]
    for figures in milestones:
        milestone = figures.milestone
        days += [each for each in (milestone.baseline, milestone.forecast, milestone.actual) if each is not None]
    first, last = min(days), max(days)
    return _Axis(date(first.year, first.month, 1), _month_end(last))


def _month_end(day: date) -> date:
    if (day.year, day.month) == (date.max.year, date.max.month):
        return date.max
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _grid(axis: _Axis, bottom: float) -> Iterator[str]:
    for day in axis.ticks():
        x = axis.x(day)
        yield line(x, TOP - 6, x, bottom)
        label = f"{wording.MONTHS[day.month - 1][:3]} {day.year}"
        if x + 3 + width(label, SMALL_SIZE) <= WIDTH:
            yield text(label, x + 3, TOP - 10, size=SMALL_SIZE, colour="quiet")
    yield line(0, TOP, WIDTH, TOP)
    yield line(0, bottom, WIDTH, bottom)


def _dependencies(milestones: Sequence[MilestoneFigures], axis: _Axis) -> Iterator[str]:
    """Draw a way from each milestone down, or up, to each that needs it; in red where that comes too early."""
    places = {
        each.milestone.reference: (axis.x(_end_of(each)), TOP + ROW * (position + 0.5))
        for position, each in enumerate(milestones)
    }
    for each in milestones:
        x, y = places[each.milestone.reference]
        for needed in filter(places.__contains__, each.milestone.depends_on):
            from_x, from_y = places[needed]
            colour = "bad" if needed in each.before else "quiet"
            way = path((from_x, from_y), (from_x, y), (x, y))
            yield tag("path", d=way, **stroked(colour, 1), stroke_dasharray="1 3", stroke_linecap="round")


def _end_of(figures: MilestoneFigures) -> date:
    """Return the day on which a milestone was reached, or is forecast to be."""
    milestone = figures.milestone
    return milestone.actual if figures.is_done and milestone.actual is not None else milestone.forecast


def _row(figures: MilestoneFigures, axis: _Axis, y: float) -> Iterator[str]:
    milestone = figures.milestone
    label = f"{milestone.reference.rsplit('-', 1)[-1]}  {milestone.title}"
    yield text(fitted(label, TEXT_SIZE, LABELS - 8), 0, y + 4.2)
    end = _end_of(figures)
    end_x = axis.x(end)
    if milestone.baseline is not None:
        start_x = axis.x(milestone.baseline)
        yield line(start_x, y, end_x, y, "quiet", 1.5)
        yield _baseline(start_x, y)
    yield _end(figures, end_x, y)
    yield haloed(wording.short_date(end), end_x + 11, y + 4)


def _baseline(x: float, y: float) -> str:
    diamond = path((x, y - 6), (x + 5, y), (x, y + 6), (x - 5, y)) + "Z"
    return tag("path", d=diamond, **outlined("ink", "paper"))


def _end(figures: MilestoneFigures, x: float, y: float) -> str:
    if figures.is_done:
        return _done(x, y)
    return marker(wording.MILESTONES[figures.status].tone or Tone.NEUTRAL, x, y)


def _done(x: float, y: float) -> str:
    tick = path((x - 2.8, y + 0.2), (x - 0.8, y + 2.4), (x + 2.9, y - 2.3))
    return tag("circle", cx=x, cy=y, r=6.2, **filled("good")) + tag("path", d=tick, **stroked("paper", 1.6))


def _today(axis: _Axis, on: date, on_is: str, bottom: float) -> Iterator[str]:
    x = axis.x(on)
    yield line(x, TOP - 24, x, bottom, "accent", 1.2, stroke_dasharray="4 3")
    label = f"{on_is} {wording.short_date(on)}"
    fits = x + 5 + width(label, SMALL_SIZE) <= WIDTH
    place, anchor = (x + 5, "start") if fits else (x - 5, "end")
    yield text(label, place, TOP - 26, size=SMALL_SIZE, colour="accent", text_anchor=anchor)


def _legend(y: float, more: Sequence[str]) -> Iterator[str]:
    x = 0.0
    for shape, words in (
        (_baseline(6, y - 4), "baseline"),
        ("", "forecast:"),
        (marker(Tone.GOOD, 6, y - 4), "green"),
        (marker(Tone.CAUTION, 6, y - 4), "amber"),
        (marker(Tone.BAD, 6, y - 4), "red or overdue"),
        (marker(Tone.NEUTRAL, 6, y - 4), "not baselined"),
        (_done(6, y - 4), "done"),
        *(("", words) for words in more),
    ):
        room = 16 if shape else 0
        yield shifted(shape + text(words, room, y, size=SMALL_SIZE, colour="quiet"), x)
        x += room + width(words, SMALL_SIZE) + 16
