"""The names under which requests are taken: a page of somebody else cannot have its own name lead here (rebinding)."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.types import Scope

from services.runtime.base.problems import Problem
from services.runtime.base.settings import Settings
from services.runtime.base.settings_values import ANY

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_OF_MACHINES = ("/health/", "/metrics")
"""Probes ask by address. What is answered there is the same for everybody, and nothing can be changed."""


class Hosts:
    """Refuses with 421 a request for another host than one of ``names``, and with 400 one that names none, or two."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(name.lower().encode() for name in names)
        self._any = ANY.encode() in self._names

    def refusal(self, scope: Scope) -> Problem | None:
        """Return what a request is refused with, None where it is let through."""
        if self._any or scope["path"].startswith(_OF_MACHINES):
            return None
        given = [value for name, value in scope["headers"] if name == b"host"]
        return None if len(given) == 1 and _without_port(given[0]) in self._names else _problem(given)


def names_of(settings: Settings) -> list[str]:
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
