"""What the secretary does about people: appoints them, changes roles, names and addresses, erases somebody.

Names and addresses are the directory's, roles the log's. Appointing is one command, which tells the directory before it
is committed; what a name is changed to, and that somebody is erased, stands in the directory alone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from hashlib import sha256
from typing import Any, ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from contracts.events.partnership import Role
from contracts.references import full
from contracts.references import short as short_reference
from domain.register.people import PEOPLE, Person
from services.programme.api.access import answered_in_problems
from services.programme.core.fields import Email, Title
from services.programme.core.outcome import CommandOutcome
from services.programme.office.colleagues import (
    Colleague,
    Entries,
    by_name,
    colleague,
    digest_of,
    name_of,
    sharing,
)
from services.programme.office.people import ROLE_CHOICES, ROLE_NAMES
from services.programme.pages.changing import Link
from services.programme.pages.room import Room
from services.programme.partnership.commands import AppointPerson
from services.runtime.base.problems import Problem
from services.runtime.web.forms import Form, FormRefused, signed, submitted
from services.runtime.web.partnership.view import View

_PEOPLE = "/office/{partnership}/people"
_PARTNERS = "partner"
_ONLY = "only"
"""The field of the roles that somebody holds for a partner, where that is not all of them; of its number."""
_FEWEST_PARTNERS = 2
_MISSING = {
    "name": "Enter the person’s name.",
    "roles": "Tick at least one role. Roles that end, end with “End roles”.",
}


class NameAndAddress(BaseModel):
    """The form of what somebody goes by."""

    name: Title
    email: Email | None = None


def offered_beside(view: View, about: Colleague) -> list[Link]:
    """Return what can be done about a person beside ending roles."""
    if about.erased_at is not None:
        return []
    address = _address(view.code, about.person.id)
    return [
        Link("Change roles", f"{address}/roles"),
        Link("Change name or address", f"{address}/details"),
        Link("Erase", f"{address}/erase"),
    ]


def routes(room: Room) -> APIRouter:
    """Return the routes of these forms, which come before that of a person."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    appointing, details, erasing = _Appointing(room), _Details(room), _Erasing(room)
    for path, form in (
        (f"{_PEOPLE}/add", appointing),
        (f"{_PEOPLE}/{{person}}/roles", appointing),
        (f"{_PEOPLE}/{{person}}/details", details),
        (f"{_PEOPLE}/{{person}}/erase", erasing),
    ):
        router.get(path)(form.show)
        router.post(path)(form.send)
    return router


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request for a form about somebody; about nobody yet where ``person`` is empty."""

    request: Request
    room: Room
    entries: Entries

    @property
    def partnership(self) -> str:
        code: str = self.request.path_params["partnership"]
        return code

    @property
    def person(self) -> str:
        given = self.request.path_params.get("person")
        return full(self.partnership, given) if given else ""

    def found(self, view: View) -> Person | None:
        """Return the person. Raises Problem 404, and 409 for who was erased."""
        if not self.person:
            return None
        found = view.find(PEOPLE, self.person)
        entry = self.entries.get(self.person)
        if entry is not None and entry.erased_at is not None:
            raise Problem(409, "This person was erased. Somebody who comes back is added anew.")
        return found

    def version(self) -> int:
        """Return the version of the person, or, for somebody new, of the whole partnership."""
        with answered_in_problems():
            return self.room.dispatcher.look_sync(self.partnership, lambda live: live.version_of(self.person or None))


Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _PersonForm(ABC):
    """A form about a person: shown, sent, and shown again with what is wrong."""

    room: Room
    template: ClassVar[str]

    @abstractmethod
    def blank(self, asked: _Asked, view: View) -> Form:
        """Return the form as it is at first."""

    @abstractmethod
    def content(self, asked: _Asked, view: View, form: Form) -> Content:
        """Return what the template shows beside the form."""

    @abstractmethod
    async def carry_out(self, asked: _Asked, form: Form, actor: str) -> str:
        """Do what was asked for and return where that shows. Raises FormRefused and Problem."""

    def show(self, request: Request) -> Response:
        return self._page(self._asked(request), lambda view, asked: self.blank(asked, view))

    async def send(self, request: Request) -> Response:
        form = await submitted(request)
        asked = await run_in_threadpool(self._asked, request)
        try:
            actor = signed(request, form).person_of(asked.partnership)
            try:
                with answered_in_problems():
                    return RedirectResponse(await self.carry_out(asked, form, actor), status_code=303)
            except Problem as problem:
                raise _refused_by_name(form, problem, asked.entries) from None
        except FormRefused as refused:
            again = partial(self._page, status=refused.status, headers=refused.headers)
            typed = refused.form
            return await run_in_threadpool(again, asked, lambda view, asked: typed)

    def _asked(self, request: Request) -> _Asked:
        return _Asked(request, self.room, self.room.directory.entries_sync(request.path_params["partnership"]))

    def _page(
        self,
        asked: _Asked,
        filled: Callable[[View, _Asked], Form],
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        def content(view: View) -> Content:
            person = asked.found(view)
            form = filled(view, asked)
            return {
                "form": form,
                "person": None if person is None else colleague(view, person, asked.entries, {}),
                "back": f"/office/{view.code}/people" if person is None else _address(view.code, person.id),
                **self.content(asked, view, form),
            }

        return self.room.site.form_page(
            asked.request, self.template, asked.partnership, content, status=status, headers=headers
        )


class _Appointing(_PersonForm):
    """Somebody new, or other roles for somebody."""

    template = "appoint.html"

    def blank(self, asked: _Asked, view: View) -> Form:
        person, version = asked.found(view), str(view.register.position.version)
        if person is None:
            return Form.of(version=version)
        today = view.calendar.local_date(view.at)
        held = person.roles_on(today)
        partners = person.partners_on(today) or [
            each.code
            for each in view.register.partners.values()
            if each.code in person.partners and each.is_member_on(today)
        ]
        chosen: dict[str, Sequence[str]] = {}
        for number, code in enumerate(partners, start=1):
            chosen |= {f"{_PARTNERS}{number}": (code,), f"{_ONLY}{number}": _fewer_for(person, code, today)}
        roles = tuple(role for role in ROLE_NAMES if role in held)
        return Form({"roles": roles, "version": (str(asked.version()),), **chosen})

    def content(self, asked: _Asked, view: View, form: Form) -> Content:
        today = view.calendar.local_date(view.at)
        members = [each for each in view.register.partners.values() if not each.has_left_by(today)]
        chosen = _partners_in(form)
        return {
            "roles": ROLE_CHOICES,
            "roles_for_one": [(role, words) for role, words in ROLE_NAMES.items() if role != Role.SECRETARY],
            "partners": sorted(((each.code, each.name) for each in members), key=lambda each: each[1].casefold()),
            "partner_fields": [
                (f"{_PARTNERS}{number}", f"{_ONLY}{number}")
                for number in range(1, max(len(chosen) + 1, _FEWEST_PARTNERS) + 1)
            ],
            "shared_by": [
                name_of(each.person_id, asked.entries) for each in sharing(form.value("email").strip(), asked.entries)
            ],
        }

    async def carry_out(self, asked: _Asked, form: Form, actor: str) -> str:
        before = asked.entries.get(asked.person)
        partners = tuple(dict.fromkeys(form.value(each) for each in _partners_in(form)))
        also: dict[str, Any] = {"partners": partners, "held_for": _held_for(form)}
        if asked.person:
            also |= {"person": asked.person, "name": before.name if before and before.name else asked.person}
            also |= {"email": before.email, "key": before.key} if before else {}
        own = Form({name: form.values(name) for name in ("name", "email", "roles") if name in form.typed})
        try:
            command = own.checked(AppointPerson, missing=_MISSING, also=also)
        except FormRefused as refused:
            raise FormRefused(replace(form, faults=refused.form.faults)) from None
        outcome = await self._appointed(asked, form, command, actor)
        happened = f"{outcome.version - outcome.events + 1}-{outcome.version}" if outcome.events else "nothing"
        appointed = outcome.references[0] if outcome.references else asked.person
        return f"{_address(asked.partnership, appointed)}?happened={happened}#happened"

    async def _appointed(self, asked: _Asked, form: Form, command: AppointPerson, actor: str) -> CommandOutcome:
        """Appoint somebody; what is sent a second time was done already, and shares an address with nobody else."""
        dispatcher, version = self.room.dispatcher, form.value("version")
        key = sha256(f"{version}\n{command.model_dump_json()}".encode()).hexdigest()
        if asked.person:
            expected = int(version) if version.isascii() and version.isdecimal() else None
            return await dispatcher.handle(
                asked.partnership, command, actor, idempotency_key=key, expected_version=expected
            )
        if before := await dispatcher.answer_before(asked.partnership, command, actor, key):
            return before
        if form.value("shared") != "yes":
            _check_own_address(form, asked.entries)
        return await dispatcher.handle(asked.partnership, command, actor, idempotency_key=key)


class _Details(_PersonForm):
    """What somebody goes by."""

    template = "person_details.html"

    def blank(self, asked: _Asked, view: View) -> Form:
        entry = asked.entries.get(asked.person)
        return Form.of(
            name=(entry.name if entry else None) or "",
            email=(entry.email if entry else None) or "",
            seen=digest_of(entry),
        )

    def content(self, asked: _Asked, view: View, form: Form) -> Content:
        others = sharing(form.value("email").strip(), asked.entries, asked.person)
        return {"shared_by": [name_of(each.person_id, asked.entries) for each in others]}

    async def carry_out(self, asked: _Asked, form: Form, actor: str) -> str:
        own = Form({name: form.values(name) for name in ("name", "email")})
        try:
            wanted = own.checked(NameAndAddress, missing=_MISSING)
        except FormRefused as refused:
            raise FormRefused(replace(form, faults=refused.form.faults)) from None
        before = asked.entries.get(asked.person)
        if form.value("seen") != digest_of(before):
            now = f"{before.name}, {before.email or 'no address'}" if before else "unknown"
            seen = {**form.typed, "seen": (digest_of(before),)}
            said = f"Somebody was first. The directory now has: {now}. Send yours again if it is right."
            raise FormRefused(replace(form, typed=seen, faults={"": said}), 412)
        if form.value("shared") != "yes":
            _check_own_address(form, asked.entries, asked.person)
        await self.room.dispatcher.amend_directory(asked.partnership, asked.person, wanted.name, wanted.email, actor)
        changed = (await self.room.directory.get_many(asked.partnership, [asked.person])).get(asked.person)
        return f"{_address(asked.partnership, asked.person)}?is={digest_of(changed)}"


class _Erasing(_PersonForm):
    """That somebody is forgotten. It is asked first: nobody can take it back."""

    template = "erase.html"

    def blank(self, asked: _Asked, view: View) -> Form:
        return Form()

    def content(self, asked: _Asked, view: View, form: Form) -> Content:
        return {}

    async def carry_out(self, asked: _Asked, form: Form, actor: str) -> str:
        if form.value("sure") != "yes":
            raise FormRefused(replace(form, faults={"sure": "Tick that the name and address are to go for good."}))
        await self.room.dispatcher.forget(asked.partnership, asked.person, actor)
        return _address(asked.partnership, asked.person)


def _fewer_for(person: Person, partner: str, today: date) -> tuple[str, ...]:
    """Return the roles that somebody holds for a partner, where they hold others for another one; else none."""
    by_partner = {
        code: {each.role for each in person.held if each.on(today) and each.partner == code}
        for code in person.partners_on(today)
    }
    held = by_partner.get(partner, set())
    return tuple(role for role in ROLE_NAMES if role in held) if held != set().union(*by_partner.values()) else ()


def _held_for(form: Form) -> dict[str, Sequence[str]]:
    """Return by partner the roles that are held for it, where that is not all of them."""
    chosen = ((form.value(name), form.values(f"{_ONLY}{name.removeprefix(_PARTNERS)}")) for name in _partners_in(form))
    return {partner: only for partner, only in chosen if only}


def _partners_in(form: Form) -> list[str]:
    """Return the names of the fields in which a partner is chosen."""
    return [name for name in form.typed if name.startswith(_PARTNERS) and form.value(name)]


def _check_own_address(form: Form, entries: Entries, but: str = "") -> None:
    """Raise FormRefused where somebody has the address already: that may be meant, and has to be said."""
    others = sharing(form.value("email").strip(), entries, but)
    if others:
        names: Sequence[str] = [name_of(each.person_id, entries) for each in others]
        said = f"{' and '.join(names)} {'has' if len(names) == 1 else 'have'} this address. Say below if it is shared."
        raise FormRefused(replace(form, faults={"email": said}))


def _refused_by_name(form: Form, problem: Problem, entries: Entries) -> FormRefused:
    """Return the form with what the rules have against it; people are called by their names."""
    faults: dict[str, str] = {}
    for each in problem.errors:
        name = f"{_PARTNERS}1" if each.field.startswith(_PARTNERS) else each.field
        faults.setdefault(name if name in form.typed else "", f"{each.problem} {each.expected}")
    named = {name: by_name(said, entries) for name, said in (faults or {"": problem.detail}).items()}
    return FormRefused(replace(form, faults=named), problem.status_code, problem.headers)


def _address(partnership: str, person: str) -> str:
    return f"/office/{partnership}/people/{short_reference(partnership, person)}"
