"""Numbers with the word for what they count."""

from __future__ import annotations


def counted(number: int, thing: str) -> str:
    """Return ``1 partner``, ``2 partners``, ``1,702 entries``, ``3 breaches``."""
    return f"{number:,} {thing if number == 1 else _plural(thing)}"


def _plural(thing: str) -> str:
    if thing == "person":
        return "people"
    if thing.endswith("y"):
        return f"{thing.removesuffix('y')}ies"
    return f"{thing}es" if thing.endswith("ch") else f"{thing}s"
