"""Bringing a programme file into a deployment: all of it, in one transaction, or nothing."""

from __future__ import annotations

import asyncio

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
    try:
        return await dispatcher.handle_all(file.partnership, entries_of(file))
    except EntryRefused as refused:
        faults = Faults()
        faults.add(*place_of_refusal(file.entries[refused.index], refused.refused), refused.refused.problem)
        raise FaultyFile(name, faults) from None


def entries_of(file: ProgrammeFile) -> list[Entry]:
    """Return the entries of a file as the dispatcher takes them."""
    return [Entry(entry.command, entry.actor, entry.at) for entry in file.entries]
