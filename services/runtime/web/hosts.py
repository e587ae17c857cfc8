"""The names under which requests are taken: a page of somebody else cannot have its own name lead here (rebinding)."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from services.runtime.base.problems import Problem
from services.runtime.base.settings import Settings
from services.runtime.web.error_responses import respond

ANY = "*"
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_OF_MACHINES = ("/health/", "/metrics")
"""Probes ask by address. What is answered there is the same for everybody, and nothing can be changed."""


class Hosts:
    """Answers 421 to a request for another host than one of ``names``, and 400 to one that names none, or two."""

    def __init__(self, app: ASGIApp, *, names: Iterable[str]) -> None:
        self._app = app
        self._names = frozenset(name.lower().encode() for name in names)
        self._any = ANY.encode() in self._names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._any or scope["path"].startswith(_OF_MACHINES):
            await self._app(scope, receive, send)
            return
        given = [value for name, value in scope["headers"] if name == b"host"]
        if len(given) == 1 and _without_port(given[0]) in self._names:
            await self._app(scope, receive, send)
            return
        await respond(Request(scope, receive), _problem(given))(scope, receive, send)


def allowed(settings: Settings) -> list[str]:
    """Return the names that a deployment answers to: of its addresses, of this machine, and those that are set."""
    known = (settings.public_url, settings.reporting_url)
    own = [urlsplit(url).netloc.rpartition("@")[2] for url in known if url is not None]
    set_up = [name.strip() for name in settings.allowed_hosts.split(",") if name.strip()]
    listening = f"[{settings.host}]" if ":" in settings.host else settings.host
    return [*(_without_port(each.encode()).decode() for each in own), *_LOOPBACK, listening, *set_up]


def _without_port(host: bytes) -> bytes:
    name, colon, port = host.rpartition(b":")
    return (name if colon and port.isdigit() else host).lower()


def _problem(given: list[bytes]) -> Problem:
    if len(given) != 1:
        return Problem(400, "Say with one Host header which service is asked; without one, or with two, it is unclear.")
    return Problem(
        421,
        "This service is not known under the name in the Host header."
        " CONCORDAT_PUBLIC_URL or CONCORDAT_ALLOWED_HOSTS says under which it is.",
    )
