"""How the route of a request is found: among those whose paths begin as its own does, whatever others there are.

FastAPI tries one route after the other, and looks through a router that is included in another one three times for each
request. So routers are joined here, and the first segment of a path, which tells its room, parts them again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from fastapi import APIRouter
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send


def rooms_of(router: APIRouter) -> frozenset[str]:
    """Return the rooms that a router has routes in. Raises ValueError as ``RoutesByRoom`` does."""
    return frozenset(_room_of(route) for route in router.routes)


def joined(*routers: APIRouter) -> APIRouter:
    """Return one router with the routes of these, in their order."""
    return APIRouter(routes=[route for router in routers for route in router.routes])


class RoutesByRoom(APIRouter):
    """The routes of an application, each looked for among those of its own room only.

    A room is the first segment of a path, such as ``projects``; none of the routes may leave it to its request. Raises
    ValueError where one does, or is a router that is included and not joined.
    """

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        super().__init__(routes=list(routes))
        self._by_room()

    @cached_property
    def _rooms(self) -> dict[str, APIRouter]:
        """Made for the first request, so that a route which an application was given until then is found too."""
        return {room: APIRouter(routes=its) for room, its in self._by_room().items()}

    def _by_room(self) -> dict[str, list[BaseRoute]]:
        rooms: defaultdict[str, list[BaseRoute]] = defaultdict(list)
        for route in self.routes:
            rooms[_room_of(route)].append(route)
        return rooms

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by the route that fits, or that there is none."""
        room = self._rooms.get(first_segment(scope["path"])) if scope["type"] == "http" else None
        answer = super().app if room is None else room.app
        await answer(scope, receive, send)


def _room_of(route: BaseRoute) -> str:
    path = getattr(route, "path", None)
    if path is None:
        raise ValueError(f"{route!r} has no path to be found by; join routers, do not include them")
    room = first_segment(path)
    if "{" in room:
        raise ValueError(f"{path} would fit in every room; begin it with a word")
    return room


def first_segment(path: str) -> str:
    """Return the room of a path."""
    return path[1:].partition("/")[0]
