"""The programme service over HTTP, below ``/api/v1``."""

from __future__ import annotations

from fastapi import APIRouter

from services.programme.api import commands, directory, imports, log, reading
from services.programme.core.dispatcher import Dispatcher


def make_router(dispatcher: Dispatcher) -> APIRouter:
    """Return all routes of the service."""
    routes = APIRouter(prefix="/api/v1")
    for part in (commands, reading, log, imports, directory):
        part.add_routes(routes, dispatcher)
    return routes
