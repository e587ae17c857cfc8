"""Bringing a programme file into a deployment: all of it, in one transaction, or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

import structlog
from pydantic import Field
from sqlalchemy import Connection
from structlog.contextvars import bound_contextvars

from contracts.events.partnership import Role
from services.programme.core.dispatcher import DatedCommand, Dispatcher
from services.programme.core.outcome import CommandOutcome, EntryRefused
from services.programme.file.checking import ProgrammeFile, checked, place_of_refusal
from services.programme.file.faults import Faults, FaultyFile
from services.programme.partnership.commands import AppointPerson

_log = structlog.get_logger(__name__)
NO_SECRETARY = (
    "No secretary has an e-mail address, so what is for the secretary will not be sent; "
    "list one under people, with the key secretary and an email."
)


class ImportOutcome(CommandOutcome):
    """What an import came to; ``remarks`` are sentences about what is missing though nothing is wrong."""

    remarks: Annotated[tuple[str, ...], Field(description="What somebody should know of what was imported.")] = ()


async def bring_in(
    dispatcher: Dispatcher, content: bytes, name: str, beside: Callable[[Connection], None] | None = None
) -> ImportOutcome:
    """Check a programme file and carry it out, each entry as recorded at its own moment.

    ``name`` is what the file is called in faults. Raises FaultyFile, also where the deployment has a partnership of
    this code already; nothing of it is stored then.
    """
    file = await asyncio.to_thread(checked, content, name)
    now = dispatcher.now()
    _check_not_ahead(file, now)
    with bound_contextvars(partnership=file.partnership):
        try:
            outcome = await dispatcher.handle_all(file.partnership, entries_of(file), imported_at=now, beside=beside)
        except EntryRefused as refused:
            faults = Faults()
            faults.add(*place_of_refusal(file.entries[refused.index], refused.refused, file.people))
            raise FaultyFile(name, faults) from None
        _log.info("a programme file was imported", events=outcome.events)
    return ImportOutcome(**dict(outcome), remarks=() if has_secretary(file) else (NO_SECRETARY,))


async def look_at(dispatcher: Dispatcher, content: bytes, name: str) -> ProgrammeFile:
    """Return a programme file that could be brought in now; nothing is stored. Raises FaultyFile as ``bring_in``."""
    file = await asyncio.to_thread(checked, content, name)
    _check_not_ahead(file, dispatcher.now())
    if file.partnership in await dispatcher.partnerships():
        faults, forming = Faults(), file.entries[0]
        known = await dispatcher.view(file.partnership, lambda register: register.partnership.name)
        faults.add(
            forming.node.key_lines["code"],
            "partnership.code",
            f"there is a partnership {file.partnership} already: {known}; choose another code",
        )
        raise FaultyFile(name, faults)
    return file


def has_secretary(file: ProgrammeFile) -> bool:
    """Say whether somebody who is a secretary in the end was listed with an e-mail address."""
    people = file.register.people
    appointed = (each.command for each in file.entries if isinstance(each.command, AppointPerson))
    reached = (each.person for each in appointed if each.email)
    return any(person is not None and Role.SECRETARY in people[person].roles_on(date.max) for person in reached)


def _check_not_ahead(file: ProgrammeFile, now: datetime) -> None:
    """Raise FaultyFile where the file records something later than the deployment's present.

    Nothing could be recorded after it until that moment has come.
    """
    first = next((entry for entry in file.entries if entry.at > now), None)
    if first is not None:
        faults = Faults()
        line, path = first.node.line, f"{first.path}.at" if first.path.startswith("history") else first.path
        faults.add(line, path, f"{first.at:%Y-%m-%dT%H:%M} UTC has not come yet; record it when it has")
        raise FaultyFile(file.name, faults)


def entries_of(file: ProgrammeFile) -> list[DatedCommand]:
    """Return the entries of a file as the dispatcher takes them."""
    return [DatedCommand(entry.command, entry.actor, entry.at) for entry in file.entries]
