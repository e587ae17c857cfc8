"""The people of a partnership: who holds which roles for whom, and one of them with what happened to their roles."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from contracts.references import full
from domain.register.people import PEOPLE
from services.programme.office import people_forms
from services.programme.office.colleagues import (
    Shown,
    addresses_in,
    colleague,
    digest_of,
    in_order,
    name_of,
)
from services.programme.office.people import CHANGES, PERSON, ROLE_NAMES, telling
from services.programme.pages.changing import Link, offered, reader_in, routes_of
from services.programme.pages.happened import History
from services.programme.pages.room import Room
from services.runtime.access.sessions.reader import Sessions
from services.runtime.web.partnership.site import page_routes
from services.runtime.web.partnership.view import View
from services.runtime.web.routing import joined

_TABS = {
    Shown.EVERYBODY: "Everybody",
    Shown.UNREACHED: "No address",
    Shown.AWAY: "Not signed in",
    Shown.WITHOUT_ROLE: "No role any more",
}


def routes(room: Room) -> APIRouter:
    """Return the routes of the people, of one person, and of what can be changed about them."""
    router = page_routes()

    @router.get("/office/{partnership}/people")
    def people(request: Request, partnership: str, show: str = "") -> Response:
        entries = room.directory.entries_sync(partnership)
        sessions: Sessions = request.app.state.sessions
        sign_ins = sessions.last_sign_ins_sync(addresses_in(entries))

        def content(view: View) -> dict[str, Any]:
            people = view.register.people.values()
            everybody = in_order(colleague(view, each, entries, sign_ins) for each in people)
            chosen = next((each for each in Shown if each.value == show), Shown.EVERYBODY)
            address = f"/office/{view.code}/people"
            return {
                "rows": [(each, PERSON.address_of(view, each.person)) for each in everybody if each.is_among(chosen)],
                "tabs": [
                    Link(
                        f"{words} ({sum(each.is_among(shown) for each in everybody)})",
                        address if shown is Shown.EVERYBODY else f"{address}?show={shown.value}",
                    )
                    for shown, words in _TABS.items()
                ],
                "current_tab": address if chosen is Shown.EVERYBODY else f"{address}?show={chosen.value}",
                "is_about_sign_ins": chosen is Shown.AWAY,
            }

        return room.site.form_page(request, "people.html", partnership, content)

    @router.get(PERSON.path)
    def one_person(request: Request, partnership: str, person: str) -> Response:
        entries = room.directory.entries_sync(partnership)
        sessions: Sessions = request.app.state.sessions
        wanted = full(partnership, person)
        told = telling(wanted, name_of(wanted, entries))
        history = History.of(room.dispatcher, partnership, wanted, told)
        entry = entries.get(wanted)
        sign_ins = sessions.last_sign_ins_sync(addresses_in({wanted: entry}) if entry else ())

        def content(view: View) -> dict[str, Any]:
            reader = reader_in(request, view.code)
            found = view.find(PEOPLE, person)
            shown = colleague(view, found, entries, sign_ins)
            links = offered(view, PERSON, found, CHANGES, reader)
            return {
                "colleague": shown,
                "role_names": ROLE_NAMES,
                "today": view.calendar.local_date(view.at),
                "partner_name": view.figures().partner_name,
                "changes": [*people_forms.offered_beside(view, shown), *links],
                "is_as_said": request.query_params.get("is") == digest_of(entry),
                **history.shown(view, request.query_params, reader),
            }

        return room.site.form_page(request, "person.html", partnership, content)

    return joined(people_forms.routes(room), router, routes_of(room, PERSON, CHANGES))
