"""The faces of a pack: Source Sans, and Noto for what it lacks, so that nobody's name is a box.

The package of Source Sans carries each face twice, as OpenType and as TrueType, and typst takes whichever the disk
lists first. So that every machine sets with the same file, it is shown the TrueType faces alone. Noto's are pinned by
their hashes like every package, so a name in any script gives the same bytes everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import typst
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from domain.charts.lettering import FAMILY, FOLDER, advances

MISSING = "☐"
"""What stands in a PDF for a sign that no typeface has."""

WEIGHTS = {"Regular": 400, "Semibold": 600}

SCRIPTS = tuple(
    f"Noto Sans {script}"
    for script in (
        *("Arabic", "Hebrew", "Armenian", "Georgian", "Ethiopic", "Devanagari", "Bengali", "Gurmukhi", "Gujarati"),
        *("Oriya", "Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala", "Thai", "Lao", "Myanmar", "Khmer"),
    )
)
FAMILIES = (FAMILY, "Noto Sans", *SCRIPTS, "Noto Sans CJK SC", "Noto Sans Symbols", "Noto Emoji")
"""The families in the order in which a sign is looked for."""

_NOTO = Path(str(files("manimgx_fonts")))
_NOTO_CJK = Path(str(files("manimgx_fonts_cjk")))


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """Return the faces for typst; those of Source Sans are in memory and thus independent of any file from then on."""
    with TemporaryDirectory() as folder:
        for weight in WEIGHTS:
            name = f"SourceSansPro-{weight}.ttf"
            (Path(folder) / name).symlink_to(FOLDER / name)
        faces = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder, str(_NOTO), str(_NOTO_CJK)]
        )
        typst.Compiler(_sample(), root=folder, font_paths=faces).compile(format="pdf")
    return faces


def covered(text: str) -> str:
    """Return ``text`` with a box for each sign that no typeface has."""
    signs = advances()
    if text.isascii() or signs.keys() >= set(text):
        return text
    return "".join(each if each in signs or each in _signs_of_noto() else MISSING for each in text)


def in_source_sans(text: str) -> str:
    """Return ``text`` without what Source Sans lacks."""
    signs = advances()
    return text if text.isascii() else "".join(each for each in text if each in signs)


@lru_cache(maxsize=1)
def _signs_of_noto() -> frozenset[str]:
    return frozenset(chr(code) for path in _noto_files() for code in _codes(path))


def _noto_files() -> Iterator[Path]:
    yield from (path for path in _NOTO.glob("*.ttf") if "Italic" not in path.name)
    yield from _NOTO_CJK.glob("*.ttc")


def _codes(path: Path) -> Iterator[int]:
    with TTFont(path, fontNumber=0, lazy=True) as font:
        yield from font.getBestCmap()


def _sample() -> bytes:
    lines = (f'#text(font: "{FAMILY}", weight: {weight})[Aa]' for weight in WEIGHTS.values())
    return "\n".join(lines).encode()
