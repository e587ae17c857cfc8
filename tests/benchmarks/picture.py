"""The picture of growth: seconds and memory over the length of the history and the number of partnerships."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import log10

from services.reporting.pack.charts.svg import SMALL_SIZE, WIDTH, drawing, line, path, shifted, stroked, tag, text
from tests.benchmarks.growth import Size
from tests.benchmarks.report import number

_HEIGHT = 300.0
_TOP, _BOTTOM, _LEFT, _PANEL = 44.0, 240.0, 46.0, 225.0
_LOWEST, _HIGHEST = 0.1, 1000.0

Line = tuple[str, str, Callable[[Size], float | None]]
_LINES: tuple[Line, ...] = (
    ("rebuild, s", "accent", lambda size: size.rebuild),
    ("start-up, s", "good", lambda size: size.start_up),
    ("start-up without snapshots, s", "caution", lambda size: size.start_up_anew),
    ("board pack, s", "bad", lambda size: size.pack),
    ("memory of a partnership, MB", "quiet", lambda size: size.memory),
)


def growth(history: Sequence[Size], partnerships: Sequence[Size]) -> str:
    """Return the picture as SVG; both scales of each panel are logarithmic."""
    parts = [
        *_panel("years of history, one partnership", history),
        shifted("".join(_panel("partnerships, a year of history each", partnerships)), WIDTH / 2),
        *_key(),
    ]
    paper = tag("rect", width="100%", height="100%", fill="#ffffff")
    return drawing([paper, *parts], _HEIGHT, chart_id="growth")


def _panel(title: str, sizes: Sequence[Size]) -> Iterator[str]:
    yield text(title, _LEFT, 24, font_weight="600")
    for power in range(round(log10(_LOWEST)), round(log10(_HIGHEST)) + 1):
        y = _y(10.0**power)
        yield line(_LEFT, y, _LEFT + _PANEL, y)
        yield text(f"{10.0**power:g}", _LEFT - 6, y + 4, size=SMALL_SIZE, colour="quiet", text_anchor="end")
    for place, size in enumerate(sizes):
        x = _x(place, len(sizes))
        yield text(str(size.times), x, _BOTTOM + 16, size=SMALL_SIZE, text_anchor="middle")
    for _, colour, value in _LINES:
        points = [
            (_x(place, len(sizes)), _y(measured), measured)
            for place, size in enumerate(sizes)
            if (measured := value(size)) is not None
        ]
        if points:
            yield tag("path", d=path(*((x, y) for x, y, _ in points)), **stroked(colour, 2))
            x, y, last = points[-1]
            yield text(number(last), x + 5, y + 4, size=SMALL_SIZE, colour=colour)


def _key() -> Iterator[str]:
    x = _LEFT
    for name, colour, _ in _LINES:
        yield line(x, _HEIGHT - 16, x + 14, _HEIGHT - 16, colour, 2)
        yield text(name, x + 18, _HEIGHT - 12, size=SMALL_SIZE)
        x += 30 + 5.6 * len(name)


def _x(place: int, count: int) -> float:
    return _LEFT + 12 + (_PANEL - 40) * place / max(1, count - 1)


def _y(value: float) -> float:
    share = (log10(max(_LOWEST, min(value, _HIGHEST))) - log10(_LOWEST)) / (log10(_HIGHEST) - log10(_LOWEST))
    return _BOTTOM - (_BOTTOM - _TOP) * share
