"""The trend of the compliance rate: one column per quarter, the one that the pack covers in full colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain import wording
from domain.charts.svg import SMALL_SIZE, WIDTH, drawing, filled, line, stroked, tag, text
from domain.figures.compliance import Counts

HEIGHT = 190
TOP = 12
BOTTOM = 142
LEFT = 44
COLUMN = 58
ROOM_FOR_TEXT = 24


def trend_chart(quarters: Sequence[tuple[str, Counts]], *, chart_id: str) -> str:
    """Return the chart of quarters, by label and counts, oldest first; the last is the one that the pack covers."""
    parts = [*_scale()]
    step = (WIDTH - LEFT) / len(quarters)
    for position, (label, counts) in enumerate(quarters):
        middle = LEFT + step * (position + 0.5)
        parts += _column(label, counts, middle, is_covered=position == len(quarters) - 1)
    return drawing(parts, HEIGHT, chart_id=chart_id)


def _scale() -> Iterator[str]:
    for share in (0, 50, 100):
        y = _y(share)
        yield line(LEFT, y, WIDTH, y, "quiet" if share == 0 else "rule")
        yield text(wording.per_cent(share), LEFT - 8, y + 4, size=SMALL_SIZE, colour="quiet", text_anchor="end")


def _column(label: str, counts: Counts, middle: float, *, is_covered: bool) -> Iterator[str]:
    yield text(label, middle, BOTTOM + 20, text_anchor="middle")
    if counts.rate is None:
        yield text("none due", middle, BOTTOM - 8, size=SMALL_SIZE, colour="quiet", text_anchor="middle")
        return
    y = _y(counts.rate)
    box = {"x": middle - COLUMN / 2, "y": y, "width": float(COLUMN), "height": BOTTOM - y}
    yield tag("rect", **box, **filled("accent" if is_covered else "pale"))
    yield tag("rect", **box, **stroked("accent"))
    is_inside = BOTTOM - y >= ROOM_FOR_TEXT
    colour = "paper" if is_inside and is_covered else "ink"
    place = y + 17 if is_inside else y - 7
    yield text(wording.per_cent(counts.rate), middle, place, colour=colour, font_weight="600", text_anchor="middle")
    yield text(
        f"{counts.fulfilled} of {counts.due}",
        middle,
        BOTTOM + 37,
        size=SMALL_SIZE,
        colour="quiet",
        text_anchor="middle",
    )


def _y(share: int) -> float:
    return BOTTOM - (BOTTOM - TOP) * share / 100
