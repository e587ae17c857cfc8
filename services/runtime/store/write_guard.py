"""What keeps a service from writing to its log until an operator has acted."""

from __future__ import annotations

from collections.abc import Callable

from services.runtime.store.database import Unavailable

WriteGuard = Callable[[str], str | None]
"""Says why nothing may be written of a partnership at present; None where it may."""


class WritesBlocked(Unavailable):
    """Nothing may be written at present; the message says why, and the command that leads out."""


def nothing(_partnership: str) -> None:
    """Block no writes."""


def check(guard: WriteGuard, partnership: str) -> None:
    """Raise WritesBlocked where the guard gives a reason."""
    if (why := guard(partnership)) is not None:
        raise WritesBlocked(why)
