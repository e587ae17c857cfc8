"""Source Sans, as a pack uses it: which signs it has, how wide they are, and its faces for the PDF.

The package carries each face twice, as OpenType and as TrueType, and typst takes whichever the disk lists first. So
that every machine sets with the same file, it is shown the TrueType faces alone.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import typst
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

FAMILY = "Source Sans Pro"
MISSING = "☐"
"""What stands in a PDF for a sign that the typeface does not have."""

FOLDER = Path(str(files("font_source_sans_pro"))) / "files"
WEIGHTS = {"Regular": 400, "Semibold": 600}
_UNITS = 1000
_UNSEEN = frozenset("\n\t\u00ad\u200b\u200c\u200d\u2060")


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """Return the faces for typst, read into memory and thus independent of any file from then on."""
    with TemporaryDirectory() as folder:
        for weight in WEIGHTS:
            name = f"SourceSansPro-{weight}.ttf"
            (Path(folder) / name).symlink_to(FOLDER / name)
        faces = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
        typst.Compiler(_sample(), root=folder, font_paths=faces).compile(format="pdf")
    return faces


def covered(text: str) -> str:
    """Return ``text`` with a box for each sign that the typeface does not have."""
    signs = _signs()
    if text.isascii() or signs.keys() >= set(text):
        return text
    return "".join(each if each in signs else MISSING for each in text)


def width(text: str, size: float) -> float:
    """Return how wide ``text`` is when set in the regular weight at ``size``."""
    advances = _signs()
    return sum(advances.get(each, _UNITS) for each in text) * size / _UNITS


def fitted(text: str, size: float, room: float) -> str:
    """Return ``text``, or as much of it as goes into ``room`` with an ellipsis behind it."""
    if width(text, size) <= room:
        return text
    while text and width(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


@lru_cache(maxsize=1)
def _signs() -> dict[str, int]:
    """Return the advance of every sign in the regular weight; the upright weights all have the same signs."""
    with TTFont(FOLDER / "SourceSansPro-Regular.ttf", lazy=True) as font:
        advances, names = font["hmtx"].metrics, font.getBestCmap()
    return {chr(code): advances[name][0] for code, name in names.items()} | dict.fromkeys(_UNSEEN, 0)


def _sample() -> bytes:
    lines = (f'#text(font: "{FAMILY}", weight: {weight})[Aa]' for weight in WEIGHTS.values())
    return "\n".join(lines).encode()
