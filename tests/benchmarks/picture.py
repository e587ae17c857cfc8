"""The picture of growth: seconds and memory over the length of the history and the number of partnerships."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import log10

from domain.charts.svg import SMALL_SIZE, WIDTH, drawing, filled, line, path, shifted, stroked, tag, text
from tests.benchmarks.growth import Size
from tests.benchmarks.report import number

_HEIGHT = 330.0
_TOP, _BOTTOM, _LEFT, _PANEL = 44.0, 250.0, 46.0, 250.0
_LOWEST, _HIGHEST = 0.01, 1000.0
_APART = 12.0
"""How far the numbers at the ends of lines must be from each other to be read."""

Line = tuple[str, str, Callable[[Size], float | None]]
_LINES: tuple[Line, ...] = (
    ("rebuild, s", "accent", lambda size: size.rebuild),
    ("start-up, s", "good", lambda size: size.start_up),
    ("start-up without snapshots, s", "caution", lambda size: size.start_up_anew),
    ("board pack, s", "bad", lambda size: size.pack),
    ("memory of a partnership, MB", "quiet", lambda size: size.memory),
)
_KEY = (_LINES[:3], _LINES[3:])


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
        yield line(_LEFT, y, _x(1, 2), y)
        yield text(f"{10.0**power:g}", _LEFT - 6, y + 4, size=SMALL_SIZE, colour="quiet", text_anchor="end")
    for place, size in enumerate(sizes):
        x = _x(place, len(sizes))
        yield text(str(size.times), x, _BOTTOM + 16, size=SMALL_SIZE, text_anchor="middle")
    ends = []
    for _, colour, value in _LINES:
        points = [
            (_x(place, len(sizes)), _y(measured), measured)
            for place, size in enumerate(sizes)
            if (measured := value(size)) is not None
        ]
        yield tag("path", d=path(*((x, y) for x, y, _ in points)), **stroked(colour, 2))
        for x, y, _ in points:
            yield tag("circle", cx=x, cy=y, r=2.5, **filled(colour))
        ends.append((*points[-1], colour))
    yield from _labels(ends)


def _labels(ends: Sequence[tuple[float, float, float, str]]) -> Iterator[str]:
    """Yield the numbers beside the ends (x, y, number, colour) of lines; those at one place below each other."""
    lowest: dict[float, float] = {}
    for x, y, value, colour in sorted(ends):
        lowest[x] = max(y, lowest.get(x, 0.0) + _APART)
        yield text(number(value), x + 6, lowest[x] + 4, size=SMALL_SIZE, colour=colour)


def _key() -> Iterator[str]:
    for row, lines in enumerate(_KEY):
        x, y = _LEFT, _HEIGHT - 34 + 20 * row
        for name, colour, _ in lines:
            yield line(x, y, x + 14, y, colour, 2)
            yield text(name, x + 18, y + 4, size=SMALL_SIZE)
            x += 40 + 6.2 * len(name)


def _x(place: int, count: int) -> float:
    return _LEFT + 12 + (_PANEL - 40) * place / max(1, count - 1)


def _y(value: float) -> float:
    share = (log10(max(_LOWEST, min(value, _HIGHEST))) - log10(_LOWEST)) / (log10(_HIGHEST) - log10(_LOWEST))
    return _BOTTOM - (_BOTTOM - _TOP) * share
