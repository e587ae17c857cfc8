"""Checking a whole programme file: everything that is wrong with it, at once."""

from __future__ import annotations

from dataclasses import dataclass

from domain.register import Register
from services.programme.core.deciding import Refused
from services.programme.file.contents import Contents, contents_of
from services.programme.file.entries import FileEntry
from services.programme.file.faults import Faults, FaultyFile
from services.programme.file.mentions import not_there
from services.programme.file.people import People
from services.programme.file.reading import read
from services.programme.file.refusals import steps
from services.programme.file.sections import parts_of
from services.programme.file.shadow import Shadow
from services.programme.file.shaping import place_of


@dataclass(frozen=True, slots=True)
class ProgrammeFile:
    """A programme file without a fault: its entries, in the order of their recording, and what they add up to.

    ``people`` knows who is called by which key.
    """

    name: str
    partnership: str
    entries: tuple[FileEntry, ...]
    register: Register
    people: People


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
    return ProgrammeFile(name, contents.partnership, tuple(contents.entries), register, contents.people)


def _carried_out(contents: Contents, faults: Faults) -> Register:
    shadow = Shadow(contents.partnership, contents.entries)
    for entry in contents.entries:
        for refused in _refused(contents, shadow, entry):
            faults.add(*place_of_refusal(entry, refused, contents.people))
        if not shadow.is_formed:
            shadow.form_nonetheless(entry)
        if not shadow.is_formed:
            break  # nothing else can be judged
    return shadow.register


def _refused(contents: Contents, shadow: Shadow, entry: FileEntry) -> list[Refused]:
    """Carry an entry out; return what is to be told against it, if anything is."""
    unmade = contents.unmade
    apart = _wrong_by_itself(contents, shadow, entry) if shadow.is_formed else []
    if not entry.is_whole:
        return apart
    try:
        shadow.carry_out(entry)
    except Refused as first:
        refusals = shadow.refusals(entry, contents.people.secretary) or [first]
        found = [each for each in refusals if not unmade.may_explain(each, entry)]
        unmade.add_refused(entry, shadow.register)
        return [*apart, *(each for each in found if not contents.people.is_nobodys(each.problem))]
    return apart


def _wrong_by_itself(contents: Contents, shadow: Shadow, entry: FileEntry) -> list[Refused]:
    """Return what can be told of an entry without carrying it out: what it names in vain, and dates that cannot be."""
    missing = not_there(shadow.register, entry.command, shadow.forward_references, contents.unmade.includes)
    return [*missing, *shadow.impossible_dates(entry)]


def place_of_refusal(entry: FileEntry, refused: Refused, people: People) -> tuple[int, str, str]:
    """Return the line, the path and the sentence of what was refused: ``history[14].effect.set_baseline.milestones``.

    People are called by their keys, as the file calls them.
    """
    line, path = place_of(entry.node, steps(refused), entry.path)
    return line, people.by_key(path), people.by_key(refused.problem)
