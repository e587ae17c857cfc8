"""``python -m tools.font_cutting``: make the small WOFF2 files in ``static/fonts/`` anew.

The package font-source-sans-pro carries TrueType files of about 290 kB each. A face is cut down to the Latin letters,
marks and signs that pages use and compressed to about 30 kB. That takes longer than all else that goes into a small
pack, and what comes of it depends on the versions of two libraries, so it is done once, here.
"""

from __future__ import annotations

from importlib.resources import files
from io import BytesIO

from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from services.runtime.web.fonts import FOLDER

FACES = {
    "source-sans-regular.woff2": "SourceSansPro-Regular.ttf",
    "source-sans-italic.woff2": "SourceSansPro-It.ttf",
    "source-sans-semibold.woff2": "SourceSansPro-Semibold.ttf",
    "source-sans-bold.woff2": "SourceSansPro-Bold.ttf",
}
_FOLDER = files("font_source_sans_pro") / "files"
# Basic Latin to Latin Extended-A, general punctuation, currency, arrows, mathematical and geometric signs, Welsh
# letters.
_CHARACTERS = (
    *range(0x20, 0x180),
    *range(0x1E80, 0x1E86),
    *range(0x1EF2, 0x1EF4),
    *range(0x2000, 0x2070),
    0x20AC,
    *range(0x2190, 0x219A),
    *range(0x2200, 0x2266),
    *range(0x25A0, 0x2600),
    0x2713,
    0x2717,
)


def cut(name: str) -> bytes:
    """Return the WOFF2 file of a face named in ``FACES``. The same package gives the same bytes. Raises KeyError."""
    options = Options()
    options.layout_features = ["kern", "liga", "tnum", "lnum", "mark", "mkmk", "ccmp", "locl"]
    options.flavor = "woff2"
    options.hinting = False
    font = TTFont(BytesIO((_FOLDER / FACES[name]).read_bytes()), recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=_CHARACTERS)
    subsetter.subset(font)
    font.flavor = "woff2"
    file = BytesIO()
    font.save(file)
    return file.getvalue()


def main() -> None:
    """Write every face, and the fonts' licence, which goes wherever they go."""
    for name in FACES:
        (FOLDER / name).write_bytes(cut(name))
    (FOLDER / "LICENCE.txt").write_bytes((_FOLDER / "LICENSE.txt").read_bytes())


if __name__ == "__main__":
    main()
