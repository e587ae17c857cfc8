"""The few shapes that charts are drawn with, and how their numbers are written."""

from __future__ import annotations

import re
from functools import cache
from xml.sax.saxutils import escape, quoteattr

from domain.charts.lettering import FAMILY, width
from domain.wording.cells import Tone
from domain.wording.safe_text import printable

_TO_ESCAPE = re.compile('[&<>"\n\r\t]')
WIDTH = 680
TEXT_SIZE = 12.5
SMALL_SIZE = 11

PALETTE = {
    "ink": "#1b2329",
    "quiet": "#56626b",
    "rule": "#cfd6da",
    "accent": "#14566b",
    "pale": "#dbe7ea",
    "good": "#25714a",
    "caution": "#8f5600",
    "bad": "#a8271c",
    "neutral": "#56626b",
    "paper": "#ffffff",
}
"""By class; a page's style sheet gives the classes other colours in the dark."""


def number(value: float) -> str:
    """Write a number with at most two decimals and no more signs than it needs, the same on every machine."""
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def tag(name: str, content: str = "", /, **attributes: str | float) -> str:
    """Return an element; ``_`` in an attribute's name stands for ``-``."""
    written = "".join(f" {_named(key)}={_written(value)}" for key, value in attributes.items())
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


@cache
def _named(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _written(value: str | float) -> str:
    # Most of some ten thousand values of a pack have nothing to escape, and finding that out is all it takes.
    if isinstance(value, str):
        return quoteattr(value) if _TO_ESCAPE.search(value) else f'"{value}"'
    return f'"{number(value)}"'


def filled(name: str) -> dict[str, str]:
    """Return the attributes that fill a shape with a colour of the palette."""
    return {"class_": f"f-{name}", "fill": PALETTE[name]}


def stroked(name: str, thickness: float = 1) -> dict[str, str | float]:
    """Return the attributes that draw a line in a colour of the palette."""
    return {"class_": f"s-{name}", "fill": "none", "stroke": PALETTE[name], "stroke_width": thickness}


def outlined(edge: str, inside: str) -> dict[str, str | float]:
    """Return the attributes of a shape with an edge of one colour and an inside of another."""
    return {**stroked(edge, 1.2), "class_": f"s-{edge} f-{inside}", "fill": PALETTE[inside]}


def path(*points: tuple[float, float]) -> str:
    """Return the way from point to point."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def shifted(content: str, x: float) -> str:
    """Return a group that lies ``x`` further to the right."""
    return tag("g", content, transform=f"translate({number(x)} 0)")


def text(content: str, x: float, y: float, *, size: float = TEXT_SIZE, colour: str = "ink", **attributes: str) -> str:
    """Return a line of text; ``x`` is its start unless ``text_anchor`` says otherwise, ``y`` its baseline."""
    return tag("text", escape(printable(content)), x=x, y=y, font_size=size, **filled(colour), **attributes)


def haloed(content: str, x: float, y: float) -> str:
    """Return a small line of text on a patch of paper, so that it stays readable where it crosses other lines."""
    patch = tag("rect", x=x - 3, y=y - SMALL_SIZE, width=width(content, SMALL_SIZE) + 6, height=14.0, **filled("paper"))
    return patch + text(content, x, y, size=SMALL_SIZE, colour="quiet")


def line(x1: float, y1: float, x2: float, y2: float, colour: str = "rule", thickness: float = 1, **more: str) -> str:
    """Return a straight line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, **stroked(colour, thickness), **more)


def marker(tone: Tone, x: float, y: float, size: float = 5.5) -> str:
    """Return a tone's own shape: a disc, a triangle, a square or a ring."""
    colour = tone.value
    if tone is Tone.CAUTION:
        triangle = path((x, y - size), (x + size, y + size * 0.8), (x - size, y + size * 0.8)) + "Z"
        return tag("path", d=triangle, **filled(colour))
    if tone is Tone.BAD:
        return tag("rect", x=x - size * 0.85, y=y - size * 0.85, width=size * 1.7, height=size * 1.7, **filled(colour))
    if tone is Tone.GOOD:
        return tag("circle", cx=x, cy=y, r=size * 0.9, **filled(colour))
    return tag("circle", cx=x, cy=y, r=size * 0.75, **stroked(colour, 1.5))


def hatch(pattern_id: str, colour: str, gap: float = 5) -> str:
    """Return a pattern of slanting lines."""
    stripe = tag("path", d=f"M0 0V{number(gap)}", **stroked(colour, 1.6))
    size = {"width": gap, "height": gap}
    return tag("pattern", stripe, id=pattern_id, **size, patternUnits="userSpaceOnUse", patternTransform="rotate(45)")


def drawing(parts: list[str], height: float, *, chart_id: str, definitions: str = "", across: float = WIDTH) -> str:
    """Return the whole drawing, as wide as every chart is, or ``across`` where it stands in a table."""
    defs = tag("defs", definitions) if definitions else ""
    return tag(
        "svg",
        defs + "".join(parts),
        xmlns="http://www.w3.org/2000/svg",
        id=chart_id,
        viewBox=f"0 0 {number(across)} {number(height)}",
        width=across,
        height=height,
        font_family=FAMILY,
    )
