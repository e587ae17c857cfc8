"""What waits for each person of a partnership, as their Home has it: told to our own services, for the digest."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from domain.calendar import Calendar
from domain.register import Register
from services.programme.api.access import Partnership
from services.programme.home.gathering import beside
from services.programme.home.needs import waiting
from services.programme.home.reader import Beside, Need, Reader
from services.programme.pages.room import Room
from services.runtime.base.problems import Problem
from services.runtime.web.partnership.view import View


class WaitingThing(BaseModel):
    """A line of Home: what, where it is done, how it stands, by when in words and as a local date."""

    what: str
    href: str
    state: str
    by: str
    due: date | None


class WaitingToday(BaseModel):
    """What waits on a local date, by person. ``begins_week`` says whether it is the first working day of its week."""

    on: date
    is_working_day: bool
    begins_week: bool
    people: dict[str, list[WaitingThing]]


def routes(room: Room) -> APIRouter:
    """Return the route: one question for everybody. Without links nobody can prove to be one of our services."""
    router, links = APIRouter(include_in_schema=False), room.links

    @router.get("/home/{partnership}/waiting.json")
    def waiting_today(partnership: Partnership, word: Annotated[str, Query(max_length=100)] = "") -> WaitingToday:
        if links is None or not links.takes_word(word, "waiting", partnership):
            raise Problem(401, "What waits for people is told to our own services alone.")
        room.dispatcher.check_unhindered(partnership)  # nobody is written to by a clock, or a log, that is in doubt
        known = _nameless(beside(room, partnership, _everybody))
        return room.site.views.view(partnership, lambda view: _today(view, known))

    return router


def _everybody(register: Register) -> Collection[str]:
    return register.people


def _nameless(known: Beside) -> Beside:
    """Return it without names: they stay in the directory, and what an e-mail is written from is kept elsewhere."""
    people = {person: replace(entry, name=None) for person, entry in known.directory.items()}
    return replace(known, directory=people)


def _today(view: View, known: Beside) -> WaitingToday:
    figures = view.figures()
    readers = [Reader(figures, each, known) for each in view.register.people.values() if each.roles_on(figures.on)]
    found = {reader.person.id: [_thing(need) for need in waiting(reader)] for reader in readers}
    return WaitingToday(
        on=figures.on,
        is_working_day=view.calendar.is_working_day(figures.on),
        begins_week=_begins_week(view.calendar, figures.on),
        people={person: things for person, things in found.items() if things},
    )


def _thing(need: Need) -> WaitingThing:
    return WaitingThing(what=need.what, href=need.href, state=need.state.text, by=need.by, due=need.due)


def _begins_week(calendar: Calendar, day: date) -> bool:
    earlier = (day - timedelta(days) for days in range(1, day.weekday() + 1))
    return calendar.is_working_day(day) and not any(map(calendar.is_working_day, earlier))
