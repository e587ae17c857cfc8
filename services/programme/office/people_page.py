"""The people of a partnership: who holds which roles for whom, and one of them with what happened to their roles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from contracts.references import full
from domain.register.people import PEOPLE, Person
from services.programme.office.entrance import admit
from services.programme.office.people import CHANGES, PERSON, ROLE_NAMES, telling
from services.programme.pages.changing import offered, routes_of
from services.programme.pages.happened import History
from services.programme.pages.room import Room
from services.runtime.access.directory import DirectoryEntry
from services.runtime.web.partnership.view import View
from services.runtime.web.routing import joined
from services.runtime.web.visits import in_words

Entries = Mapping[str, DirectoryEntry]
"""What the directory has of people, by id; who was erased is not among them."""


class Row(NamedTuple):
    """A person in the list; ``roles`` is empty of who holds none today."""

    person: Person
    name: str
    email: str
    roles: str


def routes(room: Room) -> APIRouter:
    """Return the routes of the people, of one person, and of what can be changed about them."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/office/{partnership}/people")
    async def people(request: Request, partnership: str) -> Response:
        entries = await _entries(room, partnership)

        def content(view: View) -> dict[str, Any]:
            admit(request, view)
            rows = [_row(view, each, entries) for each in view.register.people.values()]
            ordered = sorted(rows, key=lambda row: (not row.roles, row.name.casefold()))
            return {"rows": [(row, PERSON.address_of(view, row.person)) for row in ordered]}

        return await run_in_threadpool(room.site.form_page, request, "people.html", partnership, content)

    @router.get(PERSON.path)
    async def one_person(request: Request, partnership: str, person: str) -> Response:
        entries = await _entries(room, partnership)

        def shown() -> Response:
            wanted = full(partnership, person)
            told = telling(wanted, _name(wanted, entries))
            history = History.of(room.dispatcher, partnership, wanted, told)

            def content(view: View) -> dict[str, Any]:
                reader = admit(request, view)
                found = view.find(PEOPLE, person)
                return {
                    "row": _row(view, found, entries),
                    "role_names": ROLE_NAMES,
                    "today": view.calendar.local_date(view.at),
                    "partner_name": view.figures().partner_name,
                    "changes": offered(view, PERSON, found, CHANGES, reader),
                    **history.shown(view, request.query_params, reader),
                }

            return room.site.form_page(request, "person.html", partnership, content)

        return await run_in_threadpool(shown)

    return joined(router, routes_of(room, PERSON, CHANGES))


async def _entries(room: Room, partnership: str) -> Entries:
    return {each.person_id: each for each in await room.directory.everyone(partnership)}


def _row(view: View, person: Person, entries: Entries) -> Row:
    entry = entries.get(person.id)
    email = (entry.email if entry else None) or ""
    partners = {code: partner.name for code, partner in view.register.partners.items()}
    roles = in_words(person, partners, view.calendar.local_date(view.at))
    return Row(person, _name(person.id, entries), email, roles)


def _name(person_id: str, entries: Entries) -> str:
    entry = entries.get(person_id)
    return (entry.name if entry else None) or person_id
