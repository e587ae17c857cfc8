"""The other partnerships that a reader can go to: found at the door, and named in the frame of every page."""

from __future__ import annotations

from starlette.requests import Request

ELSEWHERE = "concordat.elsewhere"
"""Under this key a scope has them."""

Elsewhere = tuple[tuple[str, str], ...]
"""The code and the name of each, by name."""


def elsewhere_of(request: Request) -> Elsewhere:
    """Return the partnerships beside that of a request in which whoever is signed in holds a role."""
    found: Elsewhere = request.scope.get(ELSEWHERE, ())
    return found
