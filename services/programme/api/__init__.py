"""The programme service over HTTP, below ``/api/v1``."""

from __future__ import annotations

from fastapi import APIRouter

from services.programme.api import commands, directory, imports, log, reading
from services.programme.core.dispatcher import Dispatcher
from services.runtime.web.kept_answers import MadeOnce


def make_router(dispatcher: Dispatcher) -> APIRouter:
    """Return all routes of the service."""
    routes = APIRouter(prefix="/api/v1", route_class=MadeOnce)
    for part in (commands, reading, log, imports, directory):
        part.add_routes(routes, dispatcher)
    return routes
