"""Checking a whole programme file: everything that is wrong with it, at once."""

from __future__ import annotations

import re
from dataclasses import dataclass

from contracts.register import Register
from services.programme.deciding import Refused
from services.programme.file.contents import Contents, contents_of
from services.programme.file.entries import FileEntry
from services.programme.file.faults import Faults, FaultyFile
from services.programme.file.reading import read
from services.programme.file.sections import parts_of
from services.programme.file.shadow import Shadow
from services.programme.file.shaping import place_of

_STEP = re.compile(r"[^.\[\]]+")


@dataclass(frozen=True, slots=True)
class ProgrammeFile:
    """A programme file without a fault: its entries, in the order of their recording, and what they add up to."""

    name: str
    partnership: str
    entries: tuple[FileEntry, ...]
    register: Register


def checked(content: bytes, name: str) -> ProgrammeFile:
    """Return the programme file of these bytes; ``name`` is what it is called in faults. Raises FaultyFile.

    A faulty entry is passed over and checking goes on. What could not be carried out only for want of what a faulty
    entry would have made is no fault of its own and is not told.
    """
    faults = Faults()
    root = read(content, faults)
    parts = None if root is None else parts_of(root, faults)
    contents = None if parts is None else contents_of(parts, faults)
    register = None if contents is None else _carried_out(contents, faults)
    if len(faults) or contents is None or register is None:
        raise FaultyFile(name, faults)
    return ProgrammeFile(name, contents.partnership, tuple(contents.entries), register)


def _carried_out(contents: Contents, faults: Faults) -> Register:
    shadow = Shadow(contents.partnership, contents.entries)
    for entry in contents.entries:
        try:
            shadow.carry_out(entry)
        except Refused as refused:
            if not entry.faulty and not contents.unmade.is_spoken_of(entry):
                faults.add(*place_of_refusal(entry, refused), refused.problem)
            contents.unmade.add_refused(entry, shadow.register)
        if shadow.register.formed is None:
            break  # nothing else can be judged
    return shadow.register


def place_of_refusal(entry: FileEntry, refused: Refused) -> tuple[int, str]:
    """Return the line and the path of what was refused: ``history[14].effect.set_baseline.milestones``."""
    steps = (int(step) if step.isdecimal() else step for step in _STEP.findall(refused.field))
    return place_of(entry.node, list(steps), entry.path)
