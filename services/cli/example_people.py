"""The people of the demonstration's example: whom one can become, and whom to begin with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection
from starlette.requests import Request

from contracts.events.partnership import Role
from domain.figures.overview import figures
from domain.register import Register
from services.cli.introductions import introductions
from services.programme.home.partner import returns_of
from services.programme.home.reader import Beside, Reader
from services.programme.returns import drafts
from services.programme.returns.drafts import DraftAnswer, ReturnOf
from services.programme.service import ProgrammeService
from services.runtime.access.directory import DirectoryEntry
from services.runtime.base.addresses import key_of
from services.runtime.process.lifecycle import Service
from services.runtime.web.pages import Visit
from services.runtime.web.visits import roles_in_words, visit_of

_RANKS = (
    *(Role.SECRETARY, Role.CHAIR, Role.BOARD_MEMBER, Role.SUBSTITUTE),
    *(Role.PARTNER_LEAD, Role.CONTRIBUTOR, Role.OBSERVER),
)


class Example(NamedTuple):
    """Somebody of the example, as they are shown. ``address`` is the key of their address."""

    person_id: str
    name: str
    role: str
    rank: int
    address: str


class Introduced(NamedTuple):
    """Somebody to begin with, and what stands first on their Home."""

    person: Example
    why: str


class ExamplePeople:
    """Those of one partnership who hold a role and have an address, the office first."""

    def __init__(self, partnership: str, services: Callable[[], Mapping[str, Service]]) -> None:
        """``services`` returns those that run beside it, by their names."""
        self._partnership = partnership
        self._services = services

    async def everyone(self) -> list[Example]:
        """Return all of them."""
        entries = await self._programme.directory.everyone(self._partnership)
        return await self._programme.dispatcher.view(self._partnership, lambda register: self._of(register, entries))

    async def introduced(self) -> list[Introduced]:
        """Return those to begin with."""
        programme = self._programme
        entries = await programme.directory.everyone(self._partnership)
        known = {each.person_id: each for each in entries}
        beside = Beside(await self._drafts(), known)

        def chosen(register: Register) -> list[Introduced]:
            people = self._of(register, entries)
            now = programme.clock.now()
            quarter = register.calendar.last_ended_quarter(register.calendar.local_date(now))
            made = figures(register, quarter, now)
            why = introductions(Reader(made, register.people[each.person_id], beside) for each in people)
            return [Introduced(each, why[each.person_id]) for each in people if each.person_id in why]

        return await programme.dispatcher.view(self._partnership, chosen)

    async def visit(self, request: Request) -> Visit:
        """Return as what whoever sent a request reads this partnership."""
        now = self._programme.clock.now()
        return await self._programme.dispatcher.view(
            self._partnership,
            lambda register: visit_of(request, register, register.calendar.local_date(now)),
        )

    async def _drafts(self) -> dict[tuple[str, str], Sequence[DraftAnswer]]:
        """Return what has been typed into the returns that somebody can fill in now, by partner and quarter."""
        now = self._programme.clock.now()

        def returns(register: Register) -> set[tuple[str, str]]:
            found = (returns_of(register, person, now) for person in register.people)
            return {(partner.code, quarter.label) for each in found for partner, quarter in each}

        asked = await self._programme.dispatcher.view(self._partnership, returns)

        def read(connection: Connection) -> dict[tuple[str, str], Sequence[DraftAnswer]]:
            return {
                (partner, quarter): drafts.read(connection, ReturnOf(self._partnership, quarter, partner))
                for partner, quarter in asked
            }

        return await self._programme.database.read(read)

    def _of(self, register: Register, entries: Sequence[DirectoryEntry]) -> list[Example]:
        today = register.calendar.local_date(self._programme.clock.now())
        described = (_described(register, entry, today) for entry in entries)
        return sorted(filter(None, described), key=lambda each: (each.rank, each.role, each.name))

    @property
    def _programme(self) -> ProgrammeService:
        service = self._services()["programme"]
        assert isinstance(service, ProgrammeService)
        return service


def _described(register: Register, entry: DirectoryEntry, on: date) -> Example | None:
    person = register.people.get(entry.person_id)
    address = key_of(entry.email)
    if person is None or address is None or not (roles := person.roles_on(on)):
        return None
    rank = min(map(_RANKS.index, roles))
    name = entry.name or entry.person_id
    return Example(entry.person_id, name, roles_in_words(register, person, on), rank, address)
