"""The load chart: for each partner the days released, as a bar, within the days pledged, as an outline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from domain import wording
from domain.charts.lettering import width
from domain.charts.svg import SMALL_SIZE, TEXT_SIZE, WIDTH, drawing, filled, hatch, line, shifted, stroked, tag, text
from domain.figures.load import Load, LoadFlag

TOP = 6
ROW = 20
BAR = 11
LEGEND = 30
FIGURES = 190


def load_chart(loads: Sequence[Load], scale: Sequence[Load], *, chart_id: str) -> str:
    """Return the chart of ``loads``, drawn to the scale that fits all of ``scale``."""
    most = max((max(each.pledged, each.released) for each in scale), default=Decimal(0)) or Decimal(1)
    left = max((width(each.partner, TEXT_SIZE) for each in loads), default=0) + 12
    room = WIDTH - FIGURES - left
    bottom = TOP + ROW * len(loads)
    parts = [line(left, TOP, left, bottom, "quiet")]
    for position, load in enumerate(loads):
        parts += _row(load, left, float(room / float(most)), TOP + ROW * (position + 0.5), chart_id)
    parts += _legend(bottom + LEGEND - 10, chart_id)
    return drawing(parts, bottom + LEGEND, chart_id=chart_id, definitions=hatch(f"{chart_id}-over", "accent", 4))


def _row(load: Load, left: float, scale: float, y: float, chart_id: str) -> Iterator[str]:
    pledged, released = float(load.pledged) * scale, float(load.released) * scale
    carrying = LoadFlag.CARRYING_MORE_THAN_ITS_SHARE in load.flags
    yield text(load.partner, left - 8, y + 4.2, text_anchor="end")
    yield _bar(left, y, released, f"{chart_id}-over" if carrying else None)
    if pledged:
        yield tag("rect", x=left, y=y - BAR / 2 - 2, width=pledged, height=BAR + 4.0, **stroked("ink"))
    words = f"{wording.quantity(load.released)} of {wording.quantity(load.pledged)}"
    if load.flags:
        words += f" – {'more than its share' if carrying else 'under its pledge'}"
    end = left + max(pledged, released)
    yield text(words, end + 8, y + 4, size=SMALL_SIZE, colour="ink" if load.flags else "quiet")


def _bar(x: float, y: float, length: float, pattern: str | None) -> str:
    box = {"x": x, "y": y - BAR / 2, "width": length, "height": float(BAR)}
    if pattern is None:
        return tag("rect", **box, **filled("accent"))
    return tag("rect", **box, fill=f"url(#{pattern})") + tag("rect", **box, **stroked("accent"))


def _legend(y: float, chart_id: str) -> Iterator[str]:
    x = 0.0
    for shape, label in (
        (_bar(0, y - 4, 22, None), "released"),
        (_bar(0, y - 4, 22, f"{chart_id}-over"), "released, more than its share"),
        (tag("rect", x=0, y=y - 4 - BAR / 2 - 2, width=22, height=BAR + 4.0, **stroked("ink")), "pledged"),
    ):
        yield shifted(shape + text(label, 29, y, size=SMALL_SIZE, colour="quiet"), x)
        x += 29 + width(label, SMALL_SIZE) + 20
