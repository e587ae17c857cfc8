"""Source Sans, as a pack uses it: which signs it has, and its faces for the PDF.

The package carries each face twice, as OpenType and as TrueType, and typst takes whichever the disk lists first. So
that every machine sets with the same file, it is shown the TrueType faces alone.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from domain.charts.lettering import FAMILY, FOLDER, advances

MISSING = "☐"
"""What stands in a PDF for a sign that the typeface does not have."""

WEIGHTS = {"Regular": 400, "Semibold": 600}


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
    signs = advances()
    if text.isascii() or signs.keys() >= set(text):
        return text
    return "".join(each if each in signs else MISSING for each in text)


def _sample() -> bytes:
    lines = (f'#text(font: "{FAMILY}", weight: {weight})[Aa]' for weight in WEIGHTS.values())
    return "\n".join(lines).encode()
