"""What happened: everything that was recorded, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from contracts.envelope import Recorded
from domain.wording.happened.anything import happened
from services.programme.core.decider import SYSTEM
from services.programme.office.history import Found, Wanted
from services.programme.pages.room import Room
from services.runtime.web.forms import Form
from services.runtime.web.partnership.addresses import Addresses
from services.runtime.web.partnership.site import page_routes
from services.runtime.web.partnership.view import View

_FIELDS = ("person", "about", "day")
_LONGEST = 64


def routes(room: Room) -> APIRouter:
    """Return the route of what happened."""
    router = page_routes()

    @router.get("/office/{partnership}/history")
    def history(request: Request, partnership: str) -> Response:
        asked = request.query_params
        form = Form.of(**{name: asked.get(name, "")[:_LONGEST] for name in (*_FIELDS, "before")})

        def wished(view: View) -> tuple[Wanted, Form, Any]:
            wanted, faults = Wanted.of(form, view.register)
            return wanted, replace(form, faults=faults), view.calendar

        wanted, checked, calendar = room.site.views.view(partnership, wished)
        found = Found([], None) if checked.faults else wanted.find(room.dispatcher, partnership, calendar)
        names = room.directory.names_sync(partnership)
        return room.site.form_page(
            request,
            "history.html",
            partnership,
            lambda view: _content(view, found, names, checked),
            status=422 if checked.faults else 200,
        )

    return router


def _content(view: View, found: Found, names: Mapping[str, str], form: Form) -> dict[str, Any]:
    figures, to = view.figures(), Addresses(view.code)

    def named(reference: str) -> str:
        return _person(reference, names) if reference in view.register.people else figures.name(reference)

    def line(event: Recorded) -> dict[str, Any]:
        return {
            "at": event.recorded_at,
            "sentence": happened(event.fact, named),
            "by": "the system" if event.actor == SYSTEM else _person(event.actor, names),
            "about": event.subject,
            "href": to.partner(event.subject) if event.subject in view.register.partners else to.of(event.subject),
            "on": event.effective_on if event.effective_on != view.calendar.local_date(event.recorded_at) else None,
        }

    kept = {name: form.value(name) for name in _FIELDS if form.value(name)}
    return {
        "form": form,
        "people": [(SYSTEM, "The system"), *((each, _person(each, names)) for each in sorted(view.register.people))],
        "lines": [line(each) for each in found.events],
        "is_filtered": bool(kept),
        "newest": urlencode(kept) if form.value("before") else None,
        "older": None if found.older is None else urlencode({**kept, "before": found.older}),
    }


def _person(person_id: str, names: Mapping[str, str]) -> str:
    return names.get(person_id, person_id) or f"a former colleague ({person_id})"
