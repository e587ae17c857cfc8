"""The bar of a partner's load: the days released, within the days pledged as an outline."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from domain.charts.svg import drawing, filled, hatch, line, stroked, tag
from domain.figures.load import Load, LoadFlag

HEIGHT = 16
BAR = 8


def load_bar(load: Load, scale: Sequence[Load], *, chart_id: str, across: float) -> str:
    """Return the bar of ``load``, drawn to the scale that fits all of ``scale``; ``across`` is the drawing's width.

    What is more than a partner's share is hatched.
    """
    most = max((max(each.pledged, each.released) for each in scale), default=Decimal(0)) or Decimal(1)
    room = float((Decimal(str(across)) - 4) / most)
    pledged, released = float(load.pledged) * room, float(load.released) * room
    is_over = LoadFlag.CARRYING_MORE_THAN_ITS_SHARE in load.flags
    y = HEIGHT / 2
    parts = [line(1, 0, 1, HEIGHT, "quiet"), _bar(y, released, f"{chart_id}-over" if is_over else None)]
    if pledged:
        parts.append(tag("rect", x=1, y=y - BAR / 2 - 2, width=pledged, height=BAR + 4.0, **stroked("ink")))
    definitions = hatch(f"{chart_id}-over", "accent", 4) if is_over else ""
    return drawing(parts, HEIGHT, chart_id=chart_id, across=across, definitions=definitions)


def _bar(y: float, length: float, pattern: str | None) -> str:
    box = {"x": 1.0, "y": y - BAR / 2, "width": length, "height": float(BAR)}
    if pattern is None:
        return tag("rect", **box, **filled("accent"))
    return tag("rect", **box, fill=f"url(#{pattern})") + tag("rect", **box, **stroked("accent"))
