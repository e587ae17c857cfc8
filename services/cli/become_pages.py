"""The page of the demonstration at which one becomes anybody of the example. ``concordat serve`` has no such page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse
from starlette.responses import RedirectResponse, Response

from services.access.browsers import browser_of
from services.access.service import AccessService
from services.access.session_store import SignedInAs
from services.cli.example_people import ExamplePeople
from services.runtime.access.identity import session_of
from services.runtime.access.sessions.cookie import SessionCookie
from services.runtime.access.sessions.session import BECOME
from services.runtime.access.table import Beyond, Row
from services.runtime.base.health import Check
from services.runtime.base.problems import Problem
from services.runtime.process.lifecycle import Foundation, Service
from services.runtime.web.pages import Pages

PATH = "/become"


class BecomePages:
    """Lets whoever asks become anybody of one partnership; a service like any other to the host."""

    name = "become"
    uses_broker = False
    checks: Sequence[Check] = ()
    rows = (
        Row(
            what="Where one becomes anybody of the example",
            why="It is a demonstration; `concordat serve` has no such page.",
            seen_by=Beyond.EVERYBODY,
            at=(PATH,),
        ),
    )

    def __init__(self, foundation: Foundation, partnership: str, services: Callable[[], Mapping[str, Service]]) -> None:
        """``services`` returns those that run beside it, by their names."""
        self._partnership = partnership
        self._services = services
        self.people = ExamplePeople(partnership, services)
        self._cookie = SessionCookie(foundation.settings)
        self._pages = Pages(Path(__file__).parent / "templates")
        self.router: APIRouter | None = APIRouter(include_in_schema=False)
        self.router.add_api_route(PATH, self._list, response_class=HTMLResponse)
        self.router.add_api_route(PATH, self._become, methods=["POST"], response_class=HTMLResponse)

    async def start(self) -> None:
        """Begin nothing."""

    async def stop(self) -> None:
        """End nothing."""

    async def _list(self, request: Request) -> Response:
        content = {"introduced": await self.people.introduced(), "people": await self.people.everyone()}
        return self._pages.render(request, "become.html", content, visit=await self.people.visit(request))

    async def _become(self, request: Request, person: Annotated[str, Form(max_length=64)]) -> Response:
        chosen = next((each for each in await self.people.everyone() if each.person_id == person), None)
        if chosen is None:
            raise Problem(404, f"Nobody of the example is {person}.")
        who = SignedInAs(chosen.address, BECOME, {self._partnership: person})
        token = await self._access.sessions.begin(who, browser_of(request), session_of(request))
        answer = RedirectResponse(f"/home/{self._partnership}", status_code=303)
        self._cookie.give(answer, token)
        return answer

    @property
    def _access(self) -> AccessService:
        service = self._services()["access"]
        assert isinstance(service, AccessService)
        return service
