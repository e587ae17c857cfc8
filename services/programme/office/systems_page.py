"""The systems of a partnership: what software of others has a token of its own, made and ended by a secretary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from contracts.events.partnership import Role
from services.programme.office.colleagues import name_of
from services.programme.pages.room import Room
from services.runtime.access.identity import Caller
from services.runtime.access.sessions.reader import Sessions
from services.runtime.access.systems import System, Systems
from services.runtime.base.problems import Problem
from services.runtime.web.forms import Form, FormRefused, signed, submitted
from services.runtime.web.partnership.view import View
from services.runtime.web.token_forms import EndToken, name_refused, token_asked_for

_SYSTEMS = "/office/{partnership}/systems"
_MISSING = {
    "name": "Enter what the system is called.",
    "scope": "Choose what the system may do.",
    "until": "Enter the last day on which the token is good.",
}


class Shown(NamedTuple):
    """A system in the list. Its token ``is_idle`` where its maker is no secretary any more: it opens nothing."""

    system: System
    made_by: str
    is_idle: bool


def routes(room: Room) -> APIRouter:
    """Return the routes of the list, and of making and ending a token. The door lets in the secretary alone."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get(_SYSTEMS)
    def systems(request: Request, partnership: str, done: str = "") -> Response:
        return _page(room, request, Form(), done="The token was ended." if done == "ended" else "")

    @router.post(_SYSTEMS)
    async def make(request: Request, partnership: str) -> Response:
        form, store = await submitted(request), _store(request)
        try:
            caller = _person(request, form)
            wanted, ends_at = token_asked_for(form, _MISSING, store.clock.now())
            maker = caller.person_of(partnership)
            with name_refused(form):
                token = await store.make(partnership, wanted.name, ends_at, may_write=wanted.may_write, made_by=maker)
        except FormRefused as refused:
            return await run_in_threadpool(_page, room, request, refused.form, refused.status)
        return await run_in_threadpool(_page, room, request, Form(), made=token, name=wanted.name)

    @router.post(f"{_SYSTEMS}/end")
    async def end(request: Request, partnership: str) -> Response:
        form = await submitted(request)
        try:
            _person(request, form)
            wanted = form.checked(EndToken, missing={"which": "Choose a system in the list."})
        except FormRefused as refused:
            return await run_in_threadpool(_page, room, request, refused.form, refused.status)
        await _store(request).end_one(partnership, wanted.which)
        return RedirectResponse(f"{_SYSTEMS.format(partnership=partnership)}?done=ended", status_code=303)

    return router


def _person(request: Request, form: Form) -> Caller:
    """Return who sends a form. Raises FormRefused, also for a token: it would outlive itself in those that it makes."""
    caller = signed(request, form)
    if caller.token is not None:
        raise form.refused(Problem(403, "A token makes and ends no other. Sign in as the secretary."))
    return caller


def _page(
    room: Room, request: Request, form: Form, status: int = 200, *, done: str = "", made: str = "", name: str = ""
) -> Response:
    partnership: str = request.path_params["partnership"]
    known = _store(request).of_sync(partnership)
    entries = room.directory.entries_sync(partnership)

    def shown(view: View, system: System) -> Shown:
        maker = view.register.people.get(system.made_by)
        today = view.calendar.local_date(view.at)
        is_idle = maker is None or Role.SECRETARY not in maker.roles_on(today)
        return Shown(system, name_of(system.made_by, entries), is_idle)

    def content(view: View) -> dict[str, Any]:
        systems: Sequence[Shown] = [shown(view, each) for each in known]
        return {"form": form, "done": done, "made": made, "name": name, "systems": systems}

    return room.site.form_page(request, "systems.html", partnership, content, status=status)


def _store(request: Request) -> Systems:
    sessions: Sessions = request.app.state.sessions
    return Systems(sessions.database)
