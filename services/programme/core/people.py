"""Telling the directory who a person is: name and address never stand in an event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from contracts.envelope import Recorded
from contracts.events.partnership import PersonAppointed
from services.programme.core.command import Command
from services.programme.core.decider import Refused
from services.programme.partnership.commands import AppointPerson
from services.runtime.access.directory import Directory, DirectoryEntry, PersonErased

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
