"""Source Sans, as charts use it: which signs it has, and how wide they are.

The advances are constants of the typeface. They are read from its package once, and are the same on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

FAMILY = "Source Sans Pro"
FOLDER = Path(str(files("font_source_sans_pro"))) / "files"
_UNITS = 1000
_UNSEEN = frozenset("\n\t\u00ad\u200b\u200c\u200d\u2060")


def width(text: str, size: float) -> float:
    """Return how wide ``text`` is when set in the regular weight at ``size``."""
    known = advances()
    return sum(known.get(each, _UNITS) for each in text) * size / _UNITS


def fitted(text: str, size: float, room: float) -> str:
    """Return ``text``, or as much of it as goes into ``room`` with an ellipsis behind it."""
    if width(text, size) <= room:
        return text
    while text and width(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


@lru_cache(maxsize=1)
def advances() -> Mapping[str, int]:
    """Return the advance of every sign in the regular weight; the upright weights all have the same signs."""
    with TTFont(FOLDER / "SourceSansPro-Regular.ttf", lazy=True) as font:
        measured, names = font["hmtx"].metrics, font.getBestCmap()
    return {chr(code): measured[name][0] for code, name in names.items()} | dict.fromkeys(_UNSEEN, 0)
