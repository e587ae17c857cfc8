"""The milestone chart: for each milestone its baseline, its forecast or the day it was reached, and the way between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from domain import wording
from domain.charts.axis import Axis, axis_over, days_of
from domain.charts.lettering import width, wrapped
from domain.charts.marks import baseline_mark, done_mark, end_mark, end_of
from domain.charts.svg import (
    SMALL_SIZE,
    TEXT_SIZE,
    WIDTH,
    drawing,
    haloed,
    line,
    marker,
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
LINE = 14
LEGEND = 30
_NEEDS = ("dots: comes first",)


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
    labels = [_label(each) for each in milestones]
    places, bottom = _places(labels)
    parts = [*_grid(axis, bottom), *_today(axis, on, on_is, bottom)]
    if shows_dependencies:
        parts += _dependencies(milestones, places, axis)
    for figures, label, y in zip(milestones, labels, places, strict=True):
        parts += _row(figures, label, axis, y)
    parts += _legend(bottom + LEGEND - 10, _NEEDS if shows_dependencies else ())
    return drawing(parts, bottom + LEGEND, chart_id=chart_id)


def _label(figures: MilestoneFigures) -> list[str]:
    """Return what a milestone is called, in as many lines as that takes."""
    code = figures.milestone.reference.rsplit("-", 1)[-1]
    return wrapped(f"{code}  {figures.milestone.title}", TEXT_SIZE, LABELS - 8)


def _places(labels: Sequence[Sequence[str]]) -> tuple[list[float], float]:
    """Return the middle of each row, as high as its label is, and where the last ends."""
    places, y = [], float(TOP)
    for lines in labels:
        height = ROW + LINE * (len(lines) - 1)
        places.append(y + height / 2)
        y += height
    return places, y


def _axis(milestones: Sequence[MilestoneFigures], on: date) -> Axis:
    return axis_over([on, *days_of(milestones)], LABELS + 10, RIGHT - 10)


def _grid(axis: Axis, bottom: float) -> Iterator[str]:
    for day in axis.ticks():
        x = axis.x(day)
        yield line(x, TOP - 6, x, bottom)
        label = f"{wording.MONTHS[day.month - 1][:3]} {day.year}"
        if x + 3 + width(label, SMALL_SIZE) <= WIDTH:
            yield text(label, x + 3, TOP - 10, size=SMALL_SIZE, colour="quiet")
    yield line(0, TOP, WIDTH, TOP)
    yield line(0, bottom, WIDTH, bottom)


def _dependencies(milestones: Sequence[MilestoneFigures], rows: Sequence[float], axis: Axis) -> Iterator[str]:
    """Draw a way from each milestone down, or up, to each that needs it; in red where that comes too early."""
    places = {each.milestone.reference: (axis.x(end_of(each)), y) for each, y in zip(milestones, rows, strict=True)}
    for each in milestones:
        x, y = places[each.milestone.reference]
        for needed in filter(places.__contains__, each.milestone.depends_on):
            from_x, from_y = places[needed]
            colour = "bad" if needed in each.before else "quiet"
            way = path((from_x, from_y), (from_x, y), (x, y))
            yield tag("path", d=way, **stroked(colour, 1), stroke_dasharray="1 3", stroke_linecap="round")


def _row(figures: MilestoneFigures, label: Sequence[str], axis: Axis, y: float) -> Iterator[str]:
    milestone = figures.milestone
    first = y + 4.2 - LINE * (len(label) - 1) / 2
    for number, said in enumerate(label):
        yield text(said, 0, first + LINE * number)
    end = end_of(figures)
    end_x = axis.x(end)
    if milestone.baseline is not None:
        start_x = axis.x(milestone.baseline)
        yield line(start_x, y, end_x, y, "quiet", 1.5)
        yield baseline_mark(start_x, y)
    yield end_mark(figures, end_x, y)
    yield haloed(wording.short_date(end), end_x + 11, y + 4)


def _today(axis: Axis, on: date, on_is: str, bottom: float) -> Iterator[str]:
    x = axis.x(on)
    yield line(x, TOP - 24, x, bottom, "accent", 1.2, stroke_dasharray="4 3")
    label = f"{on_is} {wording.short_date(on)}"
    fits = x + 5 + width(label, SMALL_SIZE) <= WIDTH
    place, anchor = (x + 5, "start") if fits else (x - 5, "end")
    yield text(label, place, TOP - 26, size=SMALL_SIZE, colour="accent", text_anchor=anchor)


def _legend(y: float, more: Sequence[str]) -> Iterator[str]:
    x = 0.0
    for shape, words in (
        (baseline_mark(6, y - 4), "baseline"),
        ("", "forecast:"),
        (marker(Tone.GOOD, 6, y - 4), "green"),
        (marker(Tone.CAUTION, 6, y - 4), "amber"),
        (marker(Tone.BAD, 6, y - 4), "red or overdue"),
        (marker(Tone.NEUTRAL, 6, y - 4), "not baselined"),
        (done_mark(6, y - 4), "done"),
        *(("", words) for words in more),
    ):
        room = 16 if shape else 0
        yield shifted(shape + text(words, room, y, size=SMALL_SIZE, colour="quiet"), x)
        x += room + width(words, SMALL_SIZE) + 16
