"""A browser sends what a stranger's page has it send, with the address of that page beside it, by which it is known."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.types import Scope

from services.runtime.base.problems import Problem
from services.runtime.web.request_headers import header_in

_READING = ("GET", "HEAD", "OPTIONS")
_OWN_SITES = ("", "same-origin", "none")  # "none": a person's own doing, such as an address that they typed


class CrossSite:
    """Refuses with 403 where a browser would change something for a page of another site.

    ``names`` are those of this service; a page's address that does not name one of them is another site's.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(name.lower() for name in names)

    def refusal(self, scope: Scope) -> Problem | None:
        """Return what a request is refused with, None where it is let through."""
        if scope["method"] in _READING or not self._is_of_others(scope):
            return None
        return Problem(403, "A page of another site may not change anything here.", slug="another-site")

    def _is_of_others(self, scope: Scope) -> bool:
        if header_in(scope, b"sec-fetch-site") not in _OWN_SITES:
            return True
        origin = header_in(scope, b"origin")
        return bool(origin) and (origin == "null" or _host_of(origin) not in self._names)


def _host_of(origin: str) -> str:
    try:
        host = urlsplit(origin).hostname or ""
    except ValueError:
        return ""
    return f"[{host}]" if ":" in host else host
