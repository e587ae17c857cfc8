"""Bringing a programme file into a deployment: all of it, in one transaction, or nothing."""

from __future__ import annotations

import asyncio
from datetime import datetime

from services.programme.dispatcher import Dispatcher, Entry
from services.programme.file.checking import ProgrammeFile, checked, place_of_refusal
from services.programme.file.faults import Faults, FaultyFile
from services.programme.outcome import EntryRefused, Outcome


async def bring_in(dispatcher: Dispatcher, content: bytes, name: str) -> Outcome:
    """Check a programme file and carry it out, each entry as recorded at its own moment.

    ``name`` is what the file is called in faults. Raises FaultyFile, also where the deployment has a partnership of
    this code already; nothing of it is stored then.
    """
    file = await asyncio.to_thread(checked, content, name)
    _check_not_ahead(file, dispatcher.now())
    try:
        return await dispatcher.handle_all(file.partnership, entries_of(file))
    except EntryRefused as refused:
        faults = Faults()
        faults.add(*place_of_refusal(file.entries[refused.index], refused.refused), refused.refused.problem)
        raise FaultyFile(name, faults) from None


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


def entries_of(file: ProgrammeFile) -> list[Entry]:
    """Return the entries of a file as the dispatcher takes them."""
    return [Entry(entry.command, entry.actor, entry.at) for entry in file.entries]
