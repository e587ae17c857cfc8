"""Finding people."""

from __future__ import annotations

from domain.register import Register
from domain.register.people import Person
from services.programme.core.decider import Refused


def find_person(register: Register, person_id: str, field: str = "person") -> Person:
    """Return the person with this id. Raises Refused; who else there is, the directory says to those who may know."""
    found = register.people.get(person_id)
    if found is None:
        raise Refused(field, f"no person {person_id}; the directory lists who is who")
    return found
