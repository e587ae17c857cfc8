"""Routes that are found before FastAPI looks through all the others, as it does anew for each request."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Scope


class StraightRoute(Route):
    """A route for one method and for the addresses that ``leads_to`` knows; all else is for other routes."""

    def __init__(
        self, path: str, endpoint: ASGIApp, method: str, leads_to: Callable[[Mapping[str, str]], bool]
    ) -> None:
        super().__init__(path, endpoint, include_in_schema=False)
        self._method = method
        self._leads_to = leads_to

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match wholly or not at all."""
        if scope.get("method") != self._method:
            return Match.NONE, {}
        match, child = super().matches(scope)
        return (match, child) if match is Match.FULL and self._leads_to(child["path_params"]) else (Match.NONE, {})


class Routes(APIRouter):
    """A service's routes; ``straight`` are those that come before those of all services."""

    def __init__(self, prefix: str = "") -> None:
        super().__init__(prefix=prefix)
        self.straight: list[StraightRoute] = []
