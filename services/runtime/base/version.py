"""Which Concordat this is."""

from __future__ import annotations

import os
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

_TOP = Path(__file__).parents[3]
_ROOMS = ("contracts", "domain", "services")
_COMPILED = "__pycache__"


@cache
def product_version() -> str:
    """Return the version of Concordat that runs."""
    return version("concordat")


@cache
def build() -> str:
    """Return what tells the build that runs from every other, of its version too: ``0.1.0-5e1f0c2a9b3d4e5f``.

    It follows from the files alone, so that all replicas of one image have the same.
    """
    digest = sha256()
    for room in _ROOMS:
        digest.update(digest_of(_TOP / room))
    return f"{product_version()}-{digest.hexdigest()[:16]}"


def digest_of(folder: Path) -> bytes:
    """Return what stands for the files of a folder and its subfolders, by their names in it; Python's own left out."""
    digest = sha256()
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != _COMPILED)
        for name in sorted(files):
            file = Path(place, name)
            digest.update(f"{file.relative_to(folder)}\0".encode() + sha256(file.read_bytes()).digest())
    return digest.digest()
