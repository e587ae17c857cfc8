"""Paths that several services know: below the address that the reader's own settings name, and never elsewhere."""

from __future__ import annotations

import re

_SEGMENT = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+"
_BELOW = re.compile(rf"(?:/{_SEGMENT})+")


def below_its_address(path: str) -> str:
    """Return ``path`` if it is a plain one, such as ``/reporting/LAP/packs/LAP-B02``. Raises ValueError.

    It has no scheme, host or user, no empty segment and none of dots alone, no backslash, query or fragment, and
    nothing that is encoded: whatever reads it, it lies below the address that it is put behind.
    """
    if not _BELOW.fullmatch(path):
        raise ValueError("it is no plain path such as /reporting/LAP/packs/LAP-B02")
    return path


def path_of_return(partnership: str, quarter: str, partner: str) -> str:
    """Return where a partner's return for a quarter, given by its label, lies: ``/return/LAP/2014-15-Q2/BRE``."""
    return f"/return/{partnership}/{quarter.replace(' ', '-')}/{partner}"


CALENDAR = "/calendar.ics"
"""What the path of a partner's calendar ends with, and of nothing else."""


def path_of_calendar(partnership: str, partner: str) -> str:
    """Return where a partner's calendar lies: ``/partners/LAP/BRE/calendar.ics``."""
    return f"/partners/{partnership}/{partner}{CALENDAR}"
