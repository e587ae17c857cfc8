"""Telling the directory who a person is: name and address never stand in an event.

The log says who is a secretary, the directory whom an e-mail reaches. That somebody is left who is both, so that
somebody can sign in and run the office, is judged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from contracts.envelope import Recorded
from contracts.events.partnership import PersonAppointed, Role, RolesEnded
from domain.register import Register
from domain.register.people import after_ending
from domain.register.people import appointed as after_appointing
from services.programme.core.command import Command
from services.programme.core.decider import Refused
from services.programme.partnership.commands import AppointPerson
from services.programme.partnership.lookup import find_person
from services.runtime.access.directory import (
    Directory,
    DirectoryEntry,
    NobodyLeftToReach,
    PersonErased,
    check_others_reached,
)

Appointment = DirectoryEntry
"""A person as the directory is told of one."""


def appointments(command: Command, events: Iterable[Recorded]) -> list[Appointment]:
    """Return whom ``command`` appoints by these events, under the ids that they give."""
    if not isinstance(command, AppointPerson):
        return []
    appointed = (event.fact.person for event in events if isinstance(event.fact, PersonAppointed))
    return [DirectoryEntry(person_id, command.key, command.name, command.email) for person_id in appointed]


def tell(connection: Connection, directory: Directory, partnership: str, appointed: Sequence[Appointment]) -> None:
    """Store who these people are. Raises Refused where the directory cannot take one.

    Called behind the append, on its connection, and before its commit: a crash in between leaves at worst an entry that
    nobody uses. The append is written first, so that it is certain that their ids are theirs: else those whom another
    replica has just appointed under the same ids would lose their names. Raises VersionConflict where that was so.
    """
    if not appointed:
        return
    try:
        directory.database.write_sync(lambda connection: directory.put_many(connection, partnership, appointed))
    except PersonErased as erased:
        raise Refused("person", str(erased)) from None
    except IntegrityError:
        given = [person.key for person in appointed if person.key]
        keys = ", ".join(dict.fromkeys([key for key in given if given.count(key) > 1] or given))
        raise Refused("key", f"the key {keys} is taken in {partnership}; give each person a key of its own") from None


def check_is_known(register: Register, person_id: str) -> None:
    """Raise Refused where nobody of this id was appointed."""
    find_person(register, person_id)


def secretaries_on(register: Register, day: date) -> list[str]:
    """Return the ids of those who hold the role of the secretary on a day."""
    return [each.id for each in register.people.values() if Role.SECRETARY in each.roles_on(day)]


def check_office_is_kept(
    directory: Directory, register: Register, events: Iterable[Recorded], appointed: Sequence[Appointment]
) -> None:
    """Raise Refused where these events, which follow the register, take the last secretary away.

    That is the last of those whom an e-mail reaches: nobody could sign in to the office any more. Called before the
    directory is told who is ``appointed``.
    """
    unreached = {each.person_id for each in appointed if each.email is None}
    for event in events:
        fact = event.fact
        if isinstance(fact, RolesEnded) and fact.person in register.people:
            person = register.people[fact.person]
            day, changed = max(fact.on, register.calendar.local_date(event.recorded_at)), after_ending(person, fact)
        elif isinstance(fact, PersonAppointed) and fact.person in register.people:
            person, changed = register.people[fact.person], after_appointing(fact)
            day = register.calendar.local_date(event.recorded_at)
        else:
            continue
        if Role.SECRETARY not in changed.roles_on(day) or person.id in unreached:
            check_another_is_reached(directory, register.code, person.id, secretaries_on(register, day))


def check_another_is_reached(directory: Directory, partnership: str, going: str, secretaries: Sequence[str]) -> None:
    """Raise Refused where ``going`` is the only one of ``secretaries`` whom an e-mail reaches."""
    if going not in secretaries:
        return
    try:
        directory.database.write_sync(
            lambda connection: check_others_reached(connection, partnership, going, secretaries)
        )
    except NobodyLeftToReach:
        raise last_secretary(going) from None


def last_secretary(person: str) -> Refused:
    """Return the refusal to let the last secretary go."""
    return Refused("", f"{person} is the last secretary whom an e-mail reaches; make somebody else secretary first")


def amend(directory: Directory, partnership: str, entry: DirectoryEntry, secretaries: Sequence[str]) -> None:
    """Store another name or address of somebody who was appointed. Raises Refused.

    One of ``secretaries`` without an address is refused where no other has one.
    """

    def write(connection: Connection) -> None:
        if entry.email is None and entry.person_id in secretaries:
            check_others_reached(connection, partnership, entry.person_id, secretaries)
        directory.put_many(connection, partnership, [entry])

    try:
        directory.database.write_sync(write)
    except NobodyLeftToReach:
        raise last_secretary(entry.person_id) from None
    except PersonErased as erased:
        raise Refused("person", str(erased)) from None
