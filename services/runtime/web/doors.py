"""The door of every request: by the table of who sees what, before a route is looked for or an answer given again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope

from contracts.envelope import NewerEvent
from contracts.events.partnership import Role
from services.runtime.access.elsewhere import ELSEWHERE, Elsewhere
from services.runtime.access.identity import (
    CHALLENGE,
    Caller,
    Identity,
    for_setting_up,
    no_role,
    reader_of,
    session_of,
)
from services.runtime.access.roles import NO_PARTNERSHIP, KnowsRoles, Roles, RolesIn
from services.runtime.access.table import Beyond, Table
from services.runtime.access.who_sees import EVERY_ROLE, OFFICE
from services.runtime.base.problems import Problem
from services.runtime.base.trouble import Trouble
from services.runtime.store.database import Overloaded, Unavailable
from services.runtime.web.error_responses import FORM_TYPES, MULTIPART, respond
from services.runtime.web.forms import submitted
from services.runtime.web.negotiation import wants_page
from services.runtime.web.pages import Pages
from services.runtime.web.routing import first_segment, rooms_of

_READING = ("GET", "HEAD", "OPTIONS")
_HOME = "home"
_PAGES = Pages()


class Answering(Protocol):
    """A service, as far as it answers requests."""

    @property
    def router(self) -> APIRouter | None:
        """Its routes."""
        ...


class Doors:
    """Lets through what its caller may see by ``table``. ``roles`` are those of the service that has a room, by room.

    A caller who is refused is answered the same whether what they asked for exists or not.
    """

    def __init__(self, table: Table, identity: Identity, roles: Mapping[str, Roles]) -> None:
        self._table = table
        self._identity = identity
        self._roles = roles
        self._troubles: dict[str, Trouble] = {}

    def check(self, routes: Iterable[BaseRoute]) -> None:
        """Raise ValueError where a route stands in no row of the table: nobody would be asked who they are."""
        for route in routes:
            path = getattr(route, "path", "")
            if self._table.place_of(path) is None:
                raise ValueError(f"{path} stands in no row of the table of who sees what (access/who_sees.py)")

    def partnership_at(self, path: str) -> str:
        """Return the partnership that a path names; empty where it names none, whether or not there is that one."""
        place = self._table.place_of(path)
        return "" if place is None else place.partnership

    async def refusal(self, scope: Scope, receive: Receive) -> Response | None:
        """Return the answer with which a request is refused; None where it is let through."""
        request = Request(scope, receive)
        try:
            is_known = await self._let_in(request)
        except Problem as problem:
            return respond(request, problem)
        except (Overloaded, Unavailable, NewerEvent):
            return respond(request, _unknown_now())
        return None if is_known else await _to_stranger(request)

    async def partnerships_for(
        self, request: Request, known: Iterable[str], wanted: frozenset[Role] = EVERY_ROLE
    ) -> list[str]:
        """Return in which of the ``known`` partnerships whoever sends a request holds a ``wanted`` role, in order."""
        caller = reader_of(request)
        if caller is None:
            return []
        roles = self._roles_at(request)
        held = {code for code, person in caller.people() if wanted & await _held(roles, caller, code, person, wanted)}
        return sorted(held.intersection(known))

    async def _let_in(self, request: Request) -> bool:
        """Return whether it is known who asks, or need not be. Raises Problem: 401, 403, 404."""
        path, changing = request.scope["path"], request.method not in _READING
        place = self._table.place_of(path)
        if place is None:
            raise Problem(404, f"There is nothing at {path}.")
        seers = place.row.let_in(changing=changing)
        if seers is Beyond.EVERYBODY or (place.row.by_services and self._identity.is_service(request)):
            return True
        caller = reader_of(request)
        if caller is None:
            return False
        if isinstance(seers, frozenset):
            await self._check_roles(request, caller, place.partnership, seers)
            request.scope[ELSEWHERE] = await self._elsewhere(request, place.partnership)
        elif seers is Beyond.SETTING_UP and not caller.may_set_up:
            raise Problem(
                403,
                "Who runs Concordat gives leave to set a partnership up, with a link of its own"
                " (concordat sign-in-link --set-up). It holds for one session.",
            )
        elif seers is Beyond.OPERATOR and not caller.is_operator:
            raise Problem(403, "This is for the operator of the deployment, with its token.")
        elif seers is Beyond.SIGNED_IN:
            if caller.is_operator:
                raise for_setting_up()
            request.scope[ELSEWHERE] = await self._elsewhere(request)
        return True

    async def _check_roles(self, request: Request, caller: Caller, partnership: str, wanted: frozenset[Role]) -> None:
        person = caller.person_of(partnership)
        roles = self._roles_at(request)
        held = await _held(roles, caller, partnership, person, wanted)
        if held & wanted:
            return
        if caller.system is not None and not held:
            raise Problem(
                403,
                f"Whoever made this token is not a secretary of {partnership} any more. Have a secretary make another.",
                slug="no-role",
            )
        if not held:
            raise no_role(partnership)
        raise Problem(403, f"This is for {_in_words(wanted)} of {partnership}.")

    async def _elsewhere(self, request: Request, partnership: str = "") -> Elsewhere:
        """Return in which other partnerships whoever is signed in holds a role, for the page that they ask for.

        A process in which nobody knows roles, as access is in one of its own, names by its code each that knows them.
        """
        session, roles = session_of(request), self._roles_at(request) or self._roles.get(_HOME)
        if session is None or session.limited_to is not None or not wants_page(request):
            return ()
        others = {each.partnership for each in session.people} - {partnership}
        if roles is None:
            return tuple((code, code) for code in sorted(others))
        found: list[tuple[str, str]] = []
        for code in others:
            known = await self._known_of_another(roles, code)
            if any(known.by_person.get(each.person_id) for each in session.people_in(code)):
                found.append((code, known.name))
        return tuple(sorted(found, key=lambda each: (each[1].casefold(), each[0])))

    async def _known_of_another(self, roles: Roles, partnership: str) -> RolesIn:
        """Return what is known of a partnership that a page names beside its own: what ails it is no matter there."""
        trouble = self._troubles.setdefault(
            partnership,
            Trouble(__name__, "pages of others leave it out", "pages of others name it again", partnership=partnership),
        )
        try:
            known = await roles.lately(partnership)
        except Exception as reason:  # noqa: BLE001 - a log may be damaged in any way
            trouble.met(reason)
            return NO_PARTNERSHIP
        trouble.over()
        return known

    def _roles_at(self, request: Request) -> Roles | None:
        return self._roles.get(first_segment(request.scope["path"]))


def roles_by_room(services: Iterable[Answering]) -> dict[str, Roles]:
    """Return the roles that are asked at the door of each room: as the service knows them that answers there."""
    rooms: dict[str, Roles] = {}
    for service in services:
        if service.router is not None and isinstance(service, KnowsRoles):
            rooms |= dict.fromkeys(rooms_of(service.router), Roles(service.roles_in))
    return rooms


async def _held(
    roles: Roles | None, caller: Caller, partnership: str, person: str, wanted: frozenset[Role]
) -> frozenset[Role]:
    """Return the roles of a person; of a system, those that it has while its maker is secretary."""
    if roles is None:
        return frozenset()
    system = caller.system
    if system is None:
        return await roles.held(partnership, person, wanted)
    return system.roles if OFFICE & await roles.held(partnership, system.made_by, OFFICE) else frozenset()


async def _to_stranger(request: Request) -> Response:
    """Lead who asks for a page to sign-in, and back; give what was typed back to who sent a form; tell all others."""
    if wants_page(request):
        if request.method in _READING:
            return RedirectResponse(f"/sign-in?{urlencode({'next': _address_of(request)})}", status_code=303)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind in FORM_TYPES and kind != MULTIPART:
            return await _typed_form(request)
        return respond(request, Problem(401, "You are not signed in, or no longer. Sign in, then do it again."))
    return respond(
        request,
        Problem(401, "Sign in, or send an API token as Authorization: Bearer …", headers=CHALLENGE),
    )


async def _typed_form(request: Request) -> Response:
    try:
        typed = await submitted(request)
    except Problem as problem:
        return respond(request, problem)
    # Where the form came from is not known; signed in, one goes on in the page that lies open.
    said = {"typed": typed, "action": request.url.path, "leads_to": "/account"}
    headers = {"Cache-Control": "no-store"}
    return _PAGES.render(request, "signed_out_meanwhile.html", said, status=401, headers=headers)


def _address_of(request: Request) -> str:
    path, query = quote(request.scope["path"]), request.url.query
    return f"{path}?{query}" if query else path


def _in_words(roles: Collection[Role]) -> str:
    words = [f"the {role.value.replace('_', ' ')}" for role in Role if role in roles]
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _unknown_now() -> Problem:
    return Problem(
        503,
        "Whether you may see this cannot be looked up at present. Nothing was changed; try again in a moment.",
        headers={"Retry-After": "5"},
    )
