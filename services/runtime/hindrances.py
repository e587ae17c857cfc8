"""What keeps a service from writing to its log until an operator has acted."""

from __future__ import annotations

from collections.abc import Callable

from services.runtime.database import Unavailable

Hindrance = Callable[[str], str | None]
"""Says why nothing may be written of a partnership at present; None where it may."""


class Hindered(Unavailable):
    """Nothing may be written at present; the message says why, and the command that leads out."""


def nothing(_partnership: str) -> None:
    """Hinder nothing."""


def check(hindrance: Hindrance, partnership: str) -> None:
    """Raise Hindered where something is in the way."""
    if (why := hindrance(partnership)) is not None:
        raise Hindered(why)
