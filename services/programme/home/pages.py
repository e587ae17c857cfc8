"""Home: which partnerships there are, and what needs whoever reads in one, comes next in it and how it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

import structlog
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from domain.figures.outlook import next_meeting, outlook
from domain.register.papers import packs_out
from services.programme.core.deciding import NoPartnership
from services.programme.home import last_visits, waiting
from services.programme.home.gathering import beside
from services.programme.home.needs import needs
from services.programme.home.reader import Beside, Reader
from services.programme.home.since import LatestEvents, Since
from services.programme.pages.changing import reader_in
from services.programme.pages.room import Room
from services.runtime.access.identity import session_of
from services.runtime.store.database import Overloaded, Unavailable
from services.runtime.web.partnership.questions import AsAt
from services.runtime.web.partnership.site import page_routes
from services.runtime.web.partnership.view import View
from services.runtime.web.routing import joined

_log = structlog.get_logger(__name__)


def routes(room: Room) -> APIRouter:
    """Return the routes of the first two pages."""
    router, site, latest = page_routes(), room.site, LatestEvents(room.dispatcher)

    @router.get("/home/")
    async def partnerships(request: Request) -> Response:
        known = await run_in_threadpool(site.views.partnerships)
        own = await request.app.state.doors.partnerships_for(request, known)
        return await run_in_threadpool(_partnerships, room, request, own)

    @router.get("/home/{partnership}")
    def home(request: Request, partnership: str, as_at: AsAt = "") -> Response:
        reads_now = "" if as_at else reader_in(request, partnership)
        known = beside(room, partnership, lambda _: (reads_now,)) if reads_now else Beside()
        since = _since(room, latest, partnership, reads_now) if reads_now and session_of(request) else None
        content, tag = _content(reads_now, known, since), _tag(reads_now, known, since)
        return site.page(request, "home.html", partnership, content, as_at, beside=tag)

    return joined(router, waiting.routes(room))


def _partnerships(room: Room, request: Request, own: Sequence[str]) -> Response:
    cards = [room.site.views.view(code, _card) for code in own]
    return room.site.plain_page(request, "partnerships.html", {"cards": cards})


def _content(person: str, known: Beside, since: Since | None) -> Callable[[View], dict[str, Any]]:
    """Return what gives the content of Home for a person; for an empty id, for nobody in particular."""

    def content(view: View) -> dict[str, Any]:
        figures = view.figures()
        reads = view.register.people.get(person)
        has_role = reads is not None and bool(reads.roles_on(figures.on))
        return {
            "figures": figures,
            "outlook": outlook(view.register, view.at, figures.returns, packs_out(view.register, view.at)),
            "needs": needs(Reader(figures, reads, known)) if reads is not None and has_role else None,
            "since": since if has_role else None,
        }

    return content


def _since(room: Room, latest: LatestEvents, partnership: str, person: str) -> Since | None:
    """Return what others recorded since a person's last visit, and note this one where that is not done yet."""
    known = room.database.read_sync(lambda connection: last_visits.read(connection, partnership, person))
    visit = last_visits.going_on(known, room.dispatcher.now())
    if visit != known:
        try:
            room.database.write_sync(lambda connection: last_visits.note(connection, partnership, person, visit))
        except (Overloaded, Unavailable):
            _log.warning("a visit of Home could not be noted", partnership=partnership)
    try:
        return latest.since(partnership, person, visit)
    except NoPartnership:
        return None


def _tag(person: str, known: Beside, since: Since | None) -> str:
    """Return what tells a reader's Home from another's, and from their own before something beside the log changed."""
    if not person:
        return ""
    answers = sorted(each.id for draft in known.drafts.values() for each in draft)
    people = sorted((each.person_id, each.name, each.email) for each in known.directory.values())
    return sha256(repr((person, answers, people, since and since.instant)).encode()).hexdigest()[:16]


def _card(view: View) -> dict[str, Any]:
    """Return what the list of partnerships says of one; plain values, for the view ends before the page is made."""
    today = view.calendar.local_date(view.at)
    coming = next_meeting(view.register, view.at, ())
    return {
        "code": view.code,
        "name": view.name,
        "members": sum(partner.is_member_on(today) for partner in view.register.partners.values()),
        "projects": sum(project.is_open for project in view.register.projects.values()),
        "next_meeting": None if coming is None else (coming.meeting.reference, coming.meeting.date),
    }
