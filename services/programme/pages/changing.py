"""Changes in place: a page with the fields of one change, and an address beside it that takes them.

Each is an ordinary command. It names the version of what was looked at, so that nobody overwrites what they have not
seen, and a key that follows from what was typed: who sends a form twice changes something once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import groupby
from typing import Any, Generic, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from contracts.envelope import Recorded
from domain.wording.foreseen.change import Foreseen
from services.programme.api.access import answered_in_problems, problem_of
from services.programme.core import permissions
from services.programme.core.command import Command
from services.programme.core.outcome import EntryRefused
from services.programme.pages.fields import Field, Kind, command_in, refused_by
from services.programme.pages.people import named, with_names
from services.programme.pages.room import Room
from services.runtime.access.identity import caller_of, reader_of
from services.runtime.base.problems import Problem
from services.runtime.web.forms import Form, FormRefused, signed, submitted
from services.runtime.web.kept_answers import MadeOnce
from services.runtime.web.partnership.addresses import Addresses
from services.runtime.web.partnership.view import View

T = TypeVar("T")

_VERSION = "version"


@dataclass(frozen=True, slots=True)
class Link:
    """A change that whoever reads may make; ``segment`` ends its address."""

    text: str
    href: str
    segment: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody is asked before something changes. ``values`` stand in the fields at first.

    ``warning`` says what cannot be taken back; ``changes`` what it would bring about, as things stand; ``instead``
    leads to other forms of the same.
    """

    heading: str
    fields: Sequence[Field]
    button: str
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    lede: str = ""
    warning: str = ""
    changes: Sequence[Foreseen] = ()
    instead: Sequence[Link] = ()

    @property
    def groups(self) -> list[tuple[str, list[Field]]]:
        """The fields in their order, those together that are folded under the same words."""
        return [(words, list(fields)) for words, fields in groupby(self.fields, lambda field: field.folded)]


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """One thing that can be changed about ``T``, such as a milestone.

    ``segment`` ends its address; ``words`` are those of the link to it. ``about`` is what the command says of what it
    changes; ``fits`` says whether there is anything to change. ``too`` are further commands that were asked for in the
    same form: all are carried out or none. ``wishes`` are what may be asked for, where that depends on more than what
    it is about: who may ask for one of them is asked. What ``makes_new`` leads to what it made. ``ask`` is told who is
    asked: some may change less. ``also`` is what the command has beside what stands in one field each; ``meant`` makes
    of it, as it was typed, what is carried out. What does not ``overwrite`` anything is done whatever somebody
    else has done meanwhile.
    """

    segment: str
    words: str
    command: type[Command]
    about: Callable[[T], Mapping[str, Any]]
    ask: Callable[[View, T, str], Ask]
    fits: Callable[[View, T], bool] = lambda view, thing: True
    too: Callable[[View, T, Any, Form], Sequence[Command]] = lambda view, thing, command, form: ()
    wishes: Callable[[View, T], Sequence[Command]] | None = None
    makes_new: bool = False
    also: Callable[[View, T, Form], Mapping[str, Any]] = lambda view, thing, form: {}
    overwrites: bool = True
    meant: Callable[[View, T, Any], Command] = lambda view, thing, command: command

    def is_open_to(self, view: View, thing: T, actor: str) -> bool:
        """Say whether there is something to change here, and ``actor`` may."""
        if not actor or not self.fits(view, thing):
            return False
        today = view.calendar.local_date(view.at)
        return any(permissions.may(view.register, wish, actor, today) for wish in self._wishes(view, thing))

    def check(self, view: View, thing: T, actor: str) -> None:
        """Raise NotAllowed where ``actor`` may not change this. Where nothing can be wished for nobody is refused."""
        wishes, today = self._wishes(view, thing), view.calendar.local_date(view.at)
        if wishes and not any(permissions.may(view.register, wish, actor, today) for wish in wishes):
            permissions.check(view.register, wishes[-1], actor, today)

    def _wishes(self, view: View, thing: T) -> Sequence[Command]:
        return [self.command.model_construct(**self.about(thing))] if self.wishes is None else self.wishes(view, thing)


@dataclass(frozen=True, slots=True)
class Place(Generic[T]):
    """Where changes of one kind of thing lie.

    ``path`` is a template of the address of the thing, which ``address_of`` fills in. ``find`` gets the thing from the
    parts of the path, or raises Problem 404; ``version_of`` returns the reference of what has its version. ``shown_at``
    is where it is shown, ``room`` the words and the first segment of the list of them all.
    """

    path: str
    address_of: Callable[[View, T], str]
    find: Callable[[View, Mapping[str, str]], T]
    version_of: Callable[[Mapping[str, str]], str]
    shown_at: Callable[[Addresses, T], str]
    called: Callable[[T], str]
    room: tuple[str, str]


def routes_of(room: Room, place: Place[T], changes: Sequence[Change[T]]) -> APIRouter:
    """Return the routes of changes of one kind of thing."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, route_class=MadeOnce)
    for change in changes:
        pages = _Pages(room, place, change)
        router.get(f"{place.path}/{change.segment}")(pages.show)
        router.post(f"{place.path}/{change.segment}")(pages.record)
    return router


def offered(view: View, place: Place[T], thing: T, changes: Sequence[Change[T]], reader: str) -> list[Link]:
    """Return the changes that whoever reads may make of a thing."""
    return [
        Link(each.words, f"{place.address_of(view, thing)}/{each.segment}", each.segment)
        for each in changes
        if each.is_open_to(view, thing, reader)
    ]


def reader_in(request: Request, partnership: str) -> str:
    """Return the id of whoever reads, as far as the partnership knows them; empty for everybody else."""
    caller = reader_of(request)
    try:
        return "" if caller is None else caller.person_of(partnership)
    except Problem:
        return ""


@dataclass(frozen=True, slots=True)
class _Pages(Generic[T]):
    """The page of one change, and what takes its form."""

    room: Room
    place: Place[T]
    change: Change[T]

    def show(self, request: Request) -> Response:
        """Ask, whoever may be asked."""
        partnership = request.path_params["partnership"]
        actor, version = caller_of(request).person_of(partnership), self._version(request)
        names = self.room.directory.names_sync(partnership)
        last = self.room.dispatcher.history_sync(partnership, self.place.version_of(request.path_params), 1)

        def content(view: View) -> Mapping[str, Any]:
            thing = self.place.find(view, request.path_params)
            with answered_in_problems():
                self.change.check(view, thing, actor)
            if not self.change.fits(view, thing):
                raise self._nothing_to_do(view, thing, last)
            ask = self.change.ask(view, thing, actor)
            return self._content(view, thing, ask, Form(dict(ask.values)), version, names)

        return self.room.site.form_page(request, "change.html", partnership, content)

    def _nothing_to_do(self, view: View, thing: T, last: Sequence[Recorded]) -> Problem:
        """Return what is said to who comes too late, or back to a form that they sent: what happened is told there."""
        path, _, _ = self.place.shown_at(Addresses(view.code), thing).partition("#")
        happened = f"?happened={last[0].version}-{last[0].version}#happened" if last else ""
        return Problem(
            409,
            "Perhaps you have done it already, or somebody was first.",
            title="There is nothing to do here now",
            leads_to=(f"See what happened to {self.place.called(thing)}", f"{path}{happened}"),
        )

    async def record(self, request: Request) -> Response:
        """Carry the change out, and lead to where it shows; or show the form again, with what is wrong."""
        partnership = request.path_params["partnership"]
        form = await submitted(request)
        try:
            actor = signed(request, form).person_of(partnership)
            return await self._recorded(request, form, actor)
        except FormRefused as refused:
            return await run_in_threadpool(self._again, request, refused)

    async def _recorded(self, request: Request, form: Form, actor: str) -> Response:
        partnership = request.path_params["partnership"]

        def wished(view: View) -> tuple[Ask, list[Command], str]:
            thing = self.place.find(view, request.path_params)
            ask = self.change.ask(view, thing, actor)
            about = {**self.change.about(thing), **self.change.also(view, thing, form)}
            typed = command_in(form, ask.fields, self.change.command, about)
            command = self.change.meant(view, thing, typed)
            commands = [command, *self.change.too(view, thing, command, form)]
            return ask, commands, self.place.shown_at(Addresses(view.code), thing)

        ask, commands, shown_at = await run_in_threadpool(self.room.site.views.view, partnership, wished)
        version = form.value(_VERSION)
        try:
            with answered_in_problems():
                outcome = await self.room.dispatcher.handle_together(
                    partnership,
                    commands,
                    actor,
                    idempotency_key=_key(version, commands),
                    expected_version=self._expected(version),
                )
        except EntryRefused as refused:
            problem = problem_of(refused.refused)
            named = ask.fields if refused.index == 0 else ()  # what else is refused has fields of its own
            raise refused_by(form, named, problem) from None
        except Problem as problem:
            raise refused_by(form, ask.fields, problem) from None
        if self.change.makes_new and outcome.references:
            shown_at = Addresses(partnership).of(outcome.references[0])
        path, _, _ = shown_at.partition("#")
        happened = f"{outcome.version - outcome.events + 1}-{outcome.version}" if outcome.events else "nothing"
        return RedirectResponse(f"{path}?happened={happened}#happened", status_code=303)

    def _expected(self, version: str) -> int | None:
        """Return the version that what is overwritten has to have, as a form names it."""
        return int(version) if self.change.overwrites and version.isascii() and version.isdecimal() else None

    def _again(self, request: Request, refused: FormRefused) -> Response:
        partnership = request.path_params["partnership"]
        actor, version = reader_in(request, partnership), self._version(request)
        names = self.room.directory.names_sync(partnership) if actor else {}

        def content(view: View) -> Mapping[str, Any]:
            thing = self.place.find(view, request.path_params)
            ask = self.change.ask(view, thing, actor)
            return self._content(view, thing, ask, _with_hidden_anew(refused.form, ask), version, names)

        return self.room.site.form_page(
            request, "change.html", partnership, content, status=refused.status, headers=refused.headers
        )

    def _content(
        self, view: View, thing: T, ask: Ask, form: Form, version: int, names: Mapping[str, str]
    ) -> Mapping[str, Any]:
        to = Addresses(view.code)
        words, room = self.place.room
        fields = [with_names(view, each, names) for each in ask.fields]
        changes = [each._replace(what=named(view, each.what, names)) for each in ask.changes]
        return {
            "ask": replace(ask, fields=fields, changes=changes),
            "form": form,
            "touched": [*form.faults, *(name for name in form.typed if form.value(name))],
            "version": version,
            "room": {"text": words, "href": to.room(room)},
            "thing": {"text": self.place.called(thing), "href": self.place.shown_at(to, thing)},
        }

    def _version(self, request: Request) -> int:
        """Return the version of what is about to be looked at, and no later one: nobody overwrites what they missed."""
        reference = self.place.version_of(request.path_params)
        with answered_in_problems():
            return self.room.dispatcher.look_sync(
                request.path_params["partnership"], lambda live: live.version_of(reference)
            )


def _with_hidden_anew(form: Form, ask: Ask) -> Form:
    """Return a form as typed; what nobody types is as it is now: the code that was next may have been given since."""
    hidden = {each.name: ask.values.get(each.name, ()) for each in ask.fields if each.kind is Kind.HIDDEN}
    return replace(form, typed={**form.typed, **hidden})


def _key(version: str, commands: Sequence[Command]) -> str:
    """Return the key of a wish: the same for who sends the same form again, another once something has changed."""
    wished = "".join(f"\n{each.do}\n{each.model_dump_json()}" for each in commands)
    return sha256(f"{version}{wished}".encode()).hexdigest()
