"""Source Sans as small WOFF2 files, for pages and for packs in HTML; ``font_cutting`` made them."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "fonts"


def face(name: str) -> bytes:
    """Return the file of a face, such as ``source-sans-regular.woff2``."""
    return (FOLDER / name).read_bytes()
