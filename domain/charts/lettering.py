"""Source Sans, as charts use it: which signs it has, and how wide they are.

The advances are constants of the typeface. They are read from its package once, and are the same on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

FAMILY = "Source Sans Pro"
FOLDER = Path(str(files("font_source_sans_pro"))) / "files"
_UNITS = 1000
_PIECES = re.compile(r"\s+|[^\s/-]+[/-]*|[/-]+")
_UNSEEN = frozenset("\n\t\u00ad\u200b\u200c\u200d\u2060")


def width(text: str, size: float) -> float:
    """Return how wide ``text`` is when set in the regular weight at ``size``."""
    known = advances()
    return sum(known.get(each, _UNITS) for each in text) * size / _UNITS


def wrapped(text: str, size: float, room: float) -> list[str]:
    """Return ``text`` in lines that go into ``room``; a word is parted only where it alone is wider than that."""
    lines = [""]
    for piece in _PIECES.findall(text):
        if width((lines[-1] + piece).rstrip(), size) <= room:
            lines[-1] += piece
        elif not piece.isspace():
            lines += _parted(piece, size, room)
    return [line.rstrip() for line in lines if line.strip()] or [""]


def _parted(word: str, size: float, room: float) -> Iterator[str]:
    while word:
        most = _fitting(word, size, room)
        yield word[:most]
        word = word[most:]


def _fitting(word: str, size: float, room: float) -> int:
    """Return how many signs of a word go into ``room``: one at least."""
    return next((most for most in range(len(word), 1, -1) if width(word[:most], size) <= room), 1)


@lru_cache(maxsize=1)
def advances() -> Mapping[str, int]:
    """Return the advance of every sign in the regular weight; the upright weights all have the same signs."""
    with TTFont(FOLDER / "SourceSansPro-Regular.ttf", lazy=True) as font:
        measured, names = font["hmtx"].metrics, font.getBestCmap()
    return {chr(code): measured[name][0] for code, name in names.items()} | dict.fromkeys(_UNSEEN, 0)
