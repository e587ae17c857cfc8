"""Which Concordat this is."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version


@cache
def product_version() -> str:
    """Return the version of Concordat that runs."""
    return version("concordat")
