"""Who may not change anything is told so before what they send is read: FastAPI finds out who sent a body behind it."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from services.runtime.access.identity import Changing, writer_of


def authenticate_first(routes: Iterable[BaseRoute]) -> None:
    """Have each route that needs to know who changes something ask that before it reads a body."""
    for route in routes:
        if isinstance(route, APIRoute) and _needs_writer(route.dependant):
            vars(route)["handle"] = _authenticating(route)


def _needs_writer(dependant: Dependant) -> bool:
    return any(isinstance(each.call, Changing) or _needs_writer(each) for each in dependant.dependencies)


def _authenticating(route: APIRoute) -> ASGIApp:
    answer = route.handle

    async def authenticating(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] in (route.methods or ()):
            writer_of(Request(scope))
        await answer(scope, receive, send)

    return authenticating
