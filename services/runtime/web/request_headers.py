"""The headers of a request as ASGI hands them over."""

from __future__ import annotations

from starlette.types import Scope


def header_in(scope: Scope, name: bytes) -> str:
    """Return the first header of this name, which is given in lower case; an empty text where there is none.

    Every request passes through here some times, and starlette's mapping of headers takes ten times as long.
    """
    for given, value in scope["headers"]:
        if given == name:
            return str(value, "latin-1")
    return ""
