"""People on pages and in forms: by name, as the directory has it, and by what they do. Never by an address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Self

from starlette.requests import Request

from domain.register.people import Person
from services.programme.pages.fields import Choice, Field
from services.programme.pages.room import Room
from services.runtime.access.identity import reader_of
from services.runtime.web.partnership.view import View
from services.runtime.web.visits import roles_in_words

_FORMER = "A former colleague"


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a partnership's people by id, as whoever reads a page is told them; empty of who was erased."""

    by_id: Mapping[str, str]

    @classmethod
    def for_reader(cls, request: Request, room: Room, partnership: str) -> Self:
        """Return the names as the directory has them now. A system is nobody's colleague, and is told none."""
        reader = reader_of(request)
        is_told = reader is not None and reader.system is None
        return cls(room.directory.names_sync(partnership) if is_told else {})

    @property
    def tag(self) -> str:
        """What tells a page with these names from one that was made before any of them changed."""
        return sha256(repr(sorted(self.by_id.items())).encode()).hexdigest()[:16]

    def of(self, person: str) -> str:
        """Return the name of a person; of who was erased that they were a colleague, of who has none an empty one."""
        return self.by_id.get(person, "") or (_FORMER if person in self.by_id else "")

    def described(self, view: View, person: str) -> str:
        """Return ``Ada Lovelace, board member for London Borough of Brent``; without a name what they do."""
        name, does = self.of(person), described(view, person)
        if not name or name == _FORMER or does == person:
            return name or does
        return f"{name}, {does[:1].lower()}{does[1:]}"


def described(view: View, person: str) -> str:
    """Return what a person does in the partnership: ``Board member for London Borough of Brent``; else their id."""
    found = view.register.people.get(person)
    words = "" if found is None else roles_in_words(view.register, found, view.calendar.local_date(view.at))
    return words or person


def named(view: View, what: str, names: Mapping[str, str]) -> str:
    """Return the name of a person who is given by their id; what else is given as it is."""
    return (Names(names).of(what) or what) if what in view.register.people else what


def acting(view: View) -> list[Choice]:
    """Return who holds a role today."""
    return those(view, lambda person, on: bool(person.roles_on(on)))


def those(view: View, fit: Callable[[Person, date], bool]) -> list[Choice]:
    """Return the people who fit on the present day, by what they do; a form has their names as well."""
    today = view.calendar.local_date(view.at)
    found = (each.id for each in view.register.people.values() if fit(each, today))
    return sorted(((each, described(view, each)) for each in found), key=lambda each: each[1])


def with_names(view: View, field: Field, names: Mapping[str, str]) -> Field:
    """Return a field with the names of people, which ``names`` has by id: in its label, and of those to choose from.

    Where all of its choices are people they are in the order of their names.
    """
    label = _named(field.label, field.person, names) if field.person else field.label
    if not any(value in view.register.people for value, *_ in field.choices):
        return replace(field, label=label)
    choices = [_with_name(view, choice, names) for choice in field.choices]
    if all(value in view.register.people for value, *_ in choices):
        choices.sort(key=lambda each: each[1].casefold())
    return replace(field, label=label, choices=choices)


def _with_name(view: View, choice: Choice, names: Mapping[str, str]) -> Choice:
    value, words = choice[:2]
    return (value, _named(words, value, names)) if value in view.register.people else choice


def _named(words: str, person: str, names: Mapping[str, str]) -> str:
    """Return ``Ada Lovelace, lead for London Borough of Brent``; of whom there is no name ``Lead for … (LAP-U007)``."""
    name = names.get(person)
    if not name:
        return words if person in words else f"{words} ({person})"
    return f"{name}, {words[:1].lower()}{words[1:]}"
