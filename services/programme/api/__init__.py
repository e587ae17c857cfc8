"""The programme service over HTTP, below ``/api/v1``."""

from __future__ import annotations

from services.programme.api import commands, directory, imports, log, reading
from services.programme.core.dispatcher import Dispatcher
from services.runtime.web.straight import Routes


def make_router(dispatcher: Dispatcher) -> Routes:
    """Return all routes of the service."""
    routes = Routes("/api/v1")
    for part in (commands, reading, log, imports, directory):
        part.add_routes(routes, dispatcher)
    return routes
