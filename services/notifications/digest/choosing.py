"""Who is told today what waits for them: pure functions of what waits, of what was told, and of what people chose."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from services.notifications.digest.waiting import Digest, Thing, WaitingToday
from services.runtime.access.sessions.email_choice import Pace

SEVERAL = 2
"""Fewer things that wait are no reason for an e-mail: what is pressing among them has one of its own."""


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody knows by e-mail: their last digest, and the addresses of what they were reminded of today."""

    last: Digest | None = None
    reminded_of: Collection[str] = field(default_factory=frozenset)


def to_tell(today: WaitingToday, paces: Mapping[str, Pace], told: Mapping[str, Told]) -> dict[str, tuple[Thing, ...]]:
    """Return what is told to whom today. ``paces`` has whoever can be reached, and how often they want it."""
    return {
        person: things
        for person, things in today.people.items()
        if len(things) >= SEVERAL
        and person in paces
        and _comes(paces[person], today)
        and _has_news(person, things, today.on, told.get(person, Told()))
    }


def _comes(pace: Pace, today: WaitingToday) -> bool:
    """Say whether this is a day of those who chose a pace."""
    if pace is Pace.WEEKLY:
        return today.begins_week
    return pace is Pace.DAILY and today.is_working_day


def _has_news(person: str, things: Collection[Thing], on: date, told: Told) -> bool:
    """Say whether something waits that was not in the last digest, or that has become overdue since."""
    known = {_mark(each, told.last.on) for each in told.last.waiting.get(person, ())} if told.last else set()
    return any(_mark(each, on) not in known and each.href not in told.reminded_of for each in things)


def _mark(thing: Thing, on: date) -> tuple[str, str, date | None, bool]:
    """Return what makes a line the same one tomorrow, when it is written in other words: *in 3 days*, *in 2 days*."""
    return thing.what, thing.href, thing.due, thing.due is not None and thing.due < on
