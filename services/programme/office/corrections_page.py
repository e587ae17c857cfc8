"""Corrections: what was recorded lately, by whom, and how to put it right, or why that cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from contracts.envelope import Recorded
from domain.wording.happened.anything import happened
from services.programme.core.decider import SYSTEM
from services.programme.office.colleagues import name_of
from services.programme.office.corrections import way_of
from services.programme.office.history import END, Wanted
from services.programme.office.taking_back import ENTRY, RELEASED, REPORTED
from services.programme.pages.changing import reader_in, routes_of
from services.programme.pages.room import Room
from services.runtime.access.directory import DirectoryEntry
from services.runtime.web.forms import Form
from services.runtime.web.partnership.addresses import Addresses
from services.runtime.web.partnership.site import page_routes
from services.runtime.web.partnership.view import View
from services.runtime.web.routing import joined

_LONGEST = 64


def routes(room: Room) -> APIRouter:
    """Return the routes of the corrections, and of what is taken back there."""
    router = page_routes()

    @router.get("/office/{partnership}/corrections")
    def corrections(request: Request, partnership: str) -> Response:
        asked = request.query_params
        form = Form.of(**{name: asked.get(name, "")[:_LONGEST] for name in ("person", "about", "day", "before")})

        def wished(view: View) -> tuple[Wanted, Mapping[str, str], Any]:
            return (*Wanted.of(form, view.register), view.calendar)

        wanted, _, calendar = room.site.views.view(partnership, wished)
        found = wanted.find(room.dispatcher, partnership, calendar)
        names = room.directory.entries_sync(partnership)

        def content(view: View) -> dict[str, Any]:
            reader = reader_in(request, view.code)
            events = [each for each in found.events if each.actor != SYSTEM]
            return {
                "lines": [_line(view, each, reader, names) for each in events],
                "happened": _just(view, found.events, asked.get("happened", ""), names),
                "older": found.older,
                "is_newest": wanted.before == END,
            }

        return room.site.form_page(request, "corrections.html", partnership, content)

    return joined(router, routes_of(room, ENTRY, (REPORTED, RELEASED)))


def _line(view: View, event: Recorded, reader: str, names: Mapping[str, DirectoryEntry]) -> dict[str, Any]:
    to = Addresses(view.code)
    return {
        "at": event.recorded_at,
        "sentence": _sentence(view, event, names),
        "by": name_of(event.actor, names),
        "about": event.subject,
        "href": to.partner(event.subject) if event.subject in view.register.partners else to.of(event.subject),
        "way": way_of(view, event, reader),
    }


def _sentence(view: View, event: Recorded, names: Mapping[str, DirectoryEntry]) -> str:
    def named(reference: str) -> str:
        return name_of(reference, names) if reference in view.register.people else view.figures().name(reference)

    return happened(event.fact, named)


def _just(view: View, events: list[Recorded], versions: str, names: Mapping[str, DirectoryEntry]) -> list[str]:
    """Return what has just happened, as far as the latest events have it."""
    first, _, last = versions.partition("-")
    if not (first.isdecimal() and last.isdecimal() and first.isascii() and last.isascii()):
        return []
    return [_sentence(view, each, names) for each in events if int(first) <= each.version <= int(last)]
