"""The page to which the link of a reminder leads: it names the return, and opens it by a button, never by a GET."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import RedirectResponse, Response

from services.programme.api.access import Partnership
from services.programme.core.decider import Refused
from services.programme.core.dispatcher import Dispatcher
from services.programme.returns.my_return import words
from services.programme.returns.my_return.desk import ReturnDesk
from services.programme.returns.my_return.door import Door
from services.programme.returns.my_return.pages import PartnerInPath
from services.programme.returns.my_return.places import Places, Quarter, quarter_in
from services.runtime.access.directory import Directory
from services.runtime.access.identity import Caller, session_of
from services.runtime.access.return_links import ReturnLinks
from services.runtime.base.problems import Problem
from services.runtime.store.database import Database
from services.runtime.web.pages import Pages

_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "strict-origin"}


def routes(dispatcher: Dispatcher, database: Database, directory: Directory, links: ReturnLinks | None) -> APIRouter:
    """Return the route of the page. Without ``links`` none is known."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    site = DoorPages(ReturnDesk(dispatcher, database, directory), Door(dispatcher, directory, links))
    router.get("/return/{partnership}/{quarter}/{partner}/open")(site.show)
    return router


class DoorPages:
    """Answers the request of this page."""

    def __init__(self, desk: ReturnDesk, door: Door) -> None:
        self._desk = desk
        self._door = door
        self._pages = Pages(Path(__file__).parent / "templates")
        self._pages.environment.globals.update(words=words)

    async def show(
        self, request: Request, partnership: Partnership, quarter: Quarter, partner: PartnerInPath, key: str = ""
    ) -> Response:
        """Lead whoever is signed in to their return; show everybody else what the link opens, and its buttons."""
        places = Places(partnership, quarter_in(quarter), partner)
        if await self._is_inside(request, places):
            return RedirectResponse(places.form, status_code=303, headers=_PRIVATE)
        doorway = await self._door.look(places, key)
        status = 200 if doorway is not None and doorway.is_open else 403
        said = {"doorway": doorway, "places": places, "key": key}
        return self._pages.render(request, "door.html", said, status=status, headers=_PRIVATE)

    async def _is_inside(self, request: Request, places: Places) -> bool:
        """Say whether the reader is signed in and fills in, or may look at, this return."""
        session = session_of(request)
        if session is None:
            return False
        try:
            actor = Caller("person", session=session).person_of(places.partnership)
            await self._desk.open(places.partnership, places.quarter, places.partner, actor)
        except (Problem, Refused):
            return False
        return True
