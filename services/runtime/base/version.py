"""Which Concordat this is."""

from __future__ import annotations

from importlib.metadata import version


def product_version() -> str:
    """Return the version of Concordat that runs."""
    return version("concordat")
