"""The page of the demonstration at which one becomes anybody of the example. ``concordat serve`` has no such page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse
from starlette.responses import RedirectResponse, Response

from contracts.events.partnership import Role
from domain.register import Register
from services.access.browsers import browser_of
from services.access.service import AccessService
from services.access.session_store import SignedInAs
from services.programme.service import ProgrammeService
from services.runtime.access.directory import DirectoryEntry
from services.runtime.access.identity import session_of
from services.runtime.access.sessions.cookie import SessionCookie
from services.runtime.access.sessions.session import BECOME
from services.runtime.access.table import Beyond, Row
from services.runtime.base.addresses import key_of
from services.runtime.base.health import Check
from services.runtime.base.problems import Problem
from services.runtime.process.lifecycle import Foundation, Service
from services.runtime.web.pages import Pages
from services.runtime.web.visits import in_words, visit_of

PATH = "/become"


class Example(NamedTuple):
    """Somebody of the example, as they are shown. ``address`` is the key of their address."""

    person_id: str
    name: str
    role: str
    rank: int
    address: str


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
        self._clock = foundation.clock
        self._partnership = partnership
        self._services = services
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
        now = self._clock.now()
        visit = await self._programme.dispatcher.view(
            self._partnership,
            lambda register: visit_of(request, register, register.calendar.local_date(now)),
        )
        return self._pages.render(request, "become.html", {"people": await self._people()}, visit=visit)

    async def _become(self, request: Request, person: Annotated[str, Form(max_length=64)]) -> Response:
        chosen = next((each for each in await self._people() if each.person_id == person), None)
        if chosen is None:
            raise Problem(404, f"Nobody of the example is {person}.")
        who = SignedInAs(chosen.address, BECOME, {self._partnership: person})
        token = await self._access.sessions.begin(who, browser_of(request), session_of(request))
        answer = RedirectResponse(f"/home/{self._partnership}", status_code=303)
        self._cookie.give(answer, token)
        return answer

    async def _people(self) -> list[Example]:
        """Return all who hold a role and have an address, the office first."""
        programme = self._programme
        entries = await programme.directory.everyone(self._partnership)
        now = self._clock.now()

        def described(register: Register) -> list[Example]:
            known = (_described(register, entry, register.calendar.local_date(now)) for entry in entries)
            return [each for each in known if each is not None]

        found = await programme.dispatcher.view(self._partnership, described)
        return sorted(found, key=lambda each: (each.rank, each.role, each.name))

    @property
    def _programme(self) -> ProgrammeService:
        service = self._services()["programme"]
        assert isinstance(service, ProgrammeService)
        return service

    @property
    def _access(self) -> AccessService:
        service = self._services()["access"]
        assert isinstance(service, AccessService)
        return service


def _described(register: Register, entry: DirectoryEntry, on: date) -> Example | None:
    person = register.people.get(entry.person_id)
    address = key_of(entry.email)
    if person is None or address is None or not (roles := person.roles_on(on)):
        return None
    names = {code: partner.name for code, partner in register.partners.items()}
    rank = min(_RANKS.index(role) for role in roles)
    return Example(entry.person_id, entry.name or entry.person_id, in_words(person, names, on), rank, address)


_RANKS = (
    *(Role.SECRETARY, Role.CHAIR, Role.BOARD_MEMBER, Role.SUBSTITUTE),
    *(Role.PARTNER_LEAD, Role.CONTRIBUTOR, Role.OBSERVER),
)
