"""Who may not change anything is told so before what they send is read.

FastAPI reads a body and only then finds out who sent it. And a browser sends what a stranger's page has it send: with
the address of that page beside it, by which it is known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from services.runtime.access.identity import Changing, writer_of
from services.runtime.base.problems import Problem
from services.runtime.web.error_responses import respond
from services.runtime.web.request_headers import header_in

_READING = ("GET", "HEAD", "OPTIONS")
_OWN_SITES = ("", "same-origin", "none")  # "none": a person's own doing, such as an address that they typed


def ask_first(routers: Iterable[APIRouter]) -> None:
    """Have each route that needs to know who changes something ask that before it reads a body."""
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute) and _needs_writer(route.dependant):
                vars(route)["handle"] = _asking(route)
            elif (included := getattr(route, "original_router", None)) is not None:
                ask_first([included])


class OwnPages:
    """Answers 403 where a browser would change something for a page of another site.

    ``hosts`` are the names of this service; a page's address that does not name one of them is another site's.
    """

    def __init__(self, app: ASGIApp, *, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in _READING and self._is_of_others(scope):
            await respond(Request(scope, receive), _for_another_site())(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_of_others(self, scope: Scope) -> bool:
        if header_in(scope, b"sec-fetch-site") not in _OWN_SITES:
            return True
        origin = header_in(scope, b"origin")
        return bool(origin) and (origin == "null" or _host_of(origin) not in self._hosts)


def _needs_writer(dependant: Dependant) -> bool:
    return any(isinstance(each.call, Changing) or _needs_writer(each) for each in dependant.dependencies)


def _asking(route: APIRoute) -> ASGIApp:
    answer = route.handle

    async def asking(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] in (route.methods or ()):
            writer_of(Request(scope))
        await answer(scope, receive, send)

    return asking


def _host_of(origin: str) -> str:
    try:
        host = urlsplit(origin).hostname or ""
    except ValueError:
        return ""
    return f"[{host}]" if ":" in host else host


def _for_another_site() -> Problem:
    return Problem(403, "A page of another site may not change anything here.", slug="another-site")
