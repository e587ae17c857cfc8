"""The people that somebody chooses from in a form: by what they do, as their names stand in the directory alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from domain.register.people import Person
from services.programme.pages.fields import Choice
from services.runtime.web.partnership.view import View
from services.runtime.web.visits import roles_in_words


def described(view: View, person: str) -> str:
    """Return what a person does in the partnership: ``Board member for London Borough of Brent``; else their id."""
    found = view.register.people.get(person)
    words = "" if found is None else roles_in_words(view.register, found, view.calendar.local_date(view.at))
    return words or person


def acting(view: View) -> list[Choice]:
    """Return who holds a role today."""
    return those(view, lambda person, on: bool(person.roles_on(on)))


def those(view: View, fit: Callable[[Person, date], bool]) -> list[Choice]:
    """Return the people who fit on the present day."""
    today = view.calendar.local_date(view.at)
    found = (each.id for each in view.register.people.values() if fit(each, today))
    return sorted(((each, f"{described(view, each)} ({each})") for each in found), key=lambda each: each[1])
