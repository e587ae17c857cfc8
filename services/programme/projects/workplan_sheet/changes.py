"""What changes when a workplan comes back: what each cell was, is now and will be, and the commands that make it so.

Whatever a person left as it was when they downloaded the file stays as it is now. What they changed, and somebody else
has changed meanwhile to something else, waits for them to choose.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from domain.register import Register
from domain.register.projects import MILESTONES, Milestone
from services.programme.core.command import Command
from services.programme.projects.commands import (
    AddMilestone,
    AmendMilestone,
    CompleteMilestone,
    DropMilestone,
    ReforecastMilestone,
    ReopenMilestone,
)
from services.programme.projects.steps import Circle, Step, Unfitting, ordered, step
from services.programme.projects.workplan_sheet.layout import FIELDS, MilestoneValues
from services.programme.projects.workplan_sheet.reading import WorkplanLine
from services.programme.sheets.cells import CellFault

_AMENDED = ("title", "owner", "depends_on")
_NEEDED = {
    "title": "A milestone has a title.",
    "owner": "A milestone has an owner.",
    "forecast": "A milestone has a forecast.",
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a line that changes: what it ``was`` in the file, ``is_now``, and ``will_be``.

    ``clashes`` where somebody else changed it meanwhile to something else, and nobody has chosen yet.
    """

    reference: str
    field: str
    place: str
    was: Any
    is_now: Any
    will_be: Any
    clashes: bool = False

    @property
    def key(self) -> str:
        """By what a person says which of two values is to hold: ``LAP-P01-M02.forecast``."""
        return f"{self.reference}.{self.field}"


@dataclass(frozen=True, slots=True)
class WorkplanChanges:
    """All that changes, what is added, the steps that make it so, in their order, and what is wrong."""

    changes: tuple[FieldChange, ...] = ()
    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    faults: tuple[CellFault, ...] = ()

    @property
    def clashes(self) -> tuple[FieldChange, ...]:
        """Where a person has to choose first."""
        return tuple(change for change in self.changes if change.clashes)


@dataclass(slots=True)
class _Found:
    changes: list[FieldChange] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)
    steps: dict[str, list[Step]] = field(default_factory=dict)

    def add(self, command: type[Command], line: WorkplanLine, **given: Any) -> None:
        """Add a step, or what is wrong with the cells that it comes from."""
        if given.get("reason") == "":
            self.fault(line, "reason", "There is no reason.", "Say in a few words why it changes.")
            return
        try:
            made = step(command, given, line.places["milestone"], line.places)
        except Unfitting as unfitting:
            self.faults += (each for each in unfitting.faults if each not in self.faults)
        else:
            self.steps.setdefault(command.do, []).append(made)

    def fault(self, line: WorkplanLine, name: str, problem: str, expected: str) -> None:
        """Add what is wrong with a cell, once."""
        fault = CellFault(line.places[name], problem, expected)
        if fault not in self.faults:
            self.faults.append(fault)


def compare(
    register: Register,
    project: str,
    lines: Sequence[WorkplanLine],
    kept: Collection[str] = (),
    taken: Collection[str] = (),
) -> WorkplanChanges:
    """Return what ``lines`` change of the workplan of ``project``.

    ``kept`` and ``taken`` are the keys of clashes that a person has decided: for what is there now, or for the file.
    """
    found = _Found()
    lines, moved = _settled(register, project, lines)
    added = _numbered(register, project, [line for line in lines if _is_new(register, line)])
    moved |= {line.reference: reference for reference, line in added.items() if line.reference != reference}
    for line in lines:
        if not _is_new(register, line):
            _compare_line(register, _with_moved(line, moved), found, kept, taken)
    for reference, line in _in_order(added, moved, found):
        _add(project, reference, line, found)
    return WorkplanChanges(
        changes=tuple(found.changes),
        added=tuple(added),
        dropped=tuple(line.reference for line in lines if line.is_dropped and not _is_new(register, line)),
        steps=tuple(_ordered(found.steps)),
        faults=tuple(found.faults),
    )


def _ordered(steps: Mapping[str, Sequence[Step]]) -> Iterator[Step]:
    """Yield the steps so that each finds what it rests on: what is reopened can change, what is added be named."""
    for command in (
        ReopenMilestone,
        AddMilestone,
        AmendMilestone,
        ReforecastMilestone,
        CompleteMilestone,
        DropMilestone,
    ):
        yield from steps.get(command.do, ())


def _is_new(register: Register, line: WorkplanLine) -> bool:
    return line.said == MilestoneValues() or line.reference not in register.milestones


def _settled(
    register: Register, project: str, lines: Iterable[WorkplanLine]
) -> tuple[list[WorkplanLine], dict[str, str]]:
    """Return lines without those that were added from this very file before: it may be sent again, filled in further.

    The reference of a line that was empty may have been given to another milestone meanwhile: the second value has, by
    such references, those of the milestones that these lines became.
    """
    there = {_gist(MilestoneValues.of(each)): each.reference for each in _milestones(register, project)}
    left: list[WorkplanLine] = []
    moved: dict[str, str] = {}
    for line in lines:
        milestone = register.milestones.get(line.reference)
        if line.said != MilestoneValues():
            left.append(line)
        elif milestone is not None and milestone.title == line.says.title:
            left.append(replace(line, said=None))
        elif _gist(line.says) in there:
            moved[line.reference] = there[_gist(line.says)]
        elif not line.is_dropped:
            left.append(line)
    return left, moved


def _milestones(register: Register, project: str) -> Iterator[Milestone]:
    return (register.milestones[each] for each in register.projects[project].milestones)


def _gist(values: MilestoneValues) -> tuple[Any, ...]:
    return (values.title, values.owner, values.forecast)


def _numbered(register: Register, project: str, lines: Iterable[WorkplanLine]) -> dict[str, WorkplanLine]:
    """Return new lines by their references: the ones that they have, unless somebody took them, else the next free."""
    given = [*register.projects[project].milestones]
    lines = list(lines)
    given += (line.reference for line in lines if line.reference and line.reference not in given)
    numbered: dict[str, WorkplanLine] = {}
    for line in lines:
        reference = line.reference
        if not reference or reference in register.milestones or reference in numbered:
            reference = MILESTONES.next_reference(project, given)
            given.append(reference)
        numbered[reference] = line
    return numbered


def _with_moved(line: WorkplanLine, moved: Mapping[str, str]) -> WorkplanLine:
    """Return a line that speaks of new milestones by the references that they get."""
    before = () if line.said is None else line.said.depends_on
    depends_on = tuple(each if each in before else moved.get(each, each) for each in line.says.depends_on)
    return replace(line, says=replace(line.says, depends_on=depends_on))


def _compare_line(
    register: Register, line: WorkplanLine, found: _Found, kept: Collection[str], taken: Collection[str]
) -> None:
    milestone = register.milestones[line.reference]
    if line.is_dropped:
        found.add(DropMilestone, line, milestone=line.reference, reason=line.reason)
        return
    now = MilestoneValues.of(milestone)
    changes = [change for change in _changes(line, now) if change.key not in kept]
    changes = [replace(change, clashes=change.clashes and change.key not in taken) for change in changes]
    found.changes += changes
    empty = [change for change in changes if change.field in _NEEDED and not change.will_be]
    for each in empty:
        found.fault(line, each.field, _NEEDED[each.field], "Write one, or leave it as it was.")
    if not empty:
        _take_steps(milestone, line, {change.field: change.will_be for change in changes}, found)


def _changes(line: WorkplanLine, now: MilestoneValues) -> Iterator[FieldChange]:
    before = line.said or now
    for name in FIELDS:
        was, is_now, says = (getattr(each, name) for each in (before, now, line.says))
        if says not in (was, is_now):
            yield FieldChange(line.reference, name, line.places[name], was, is_now, says, clashes=is_now != was)


def _take_steps(milestone: Milestone, line: WorkplanLine, will_be: Mapping[str, Any], found: _Found) -> None:
    of = {"milestone": line.reference}
    why = {"reason": line.reason}
    amended = {name: will_be[name] for name in _AMENDED if name in will_be}
    if "done_on" in will_be and milestone.actual is not None:
        found.add(ReopenMilestone, line, **of, **why)
    if amended:
        found.add(AmendMilestone, line, **of, **why, **amended)
    if "forecast" in will_be:
        found.add(ReforecastMilestone, line, **of, **why, forecast=will_be["forecast"])
    if will_be.get("done_on") is not None:
        found.add(CompleteMilestone, line, **of, on=will_be["done_on"])


def _in_order(
    added: Mapping[str, WorkplanLine], moved: Mapping[str, str], found: _Found
) -> Iterator[tuple[str, WorkplanLine]]:
    """Yield new lines, each behind those that it depends on."""
    lines = {reference: _with_moved(line, moved) for reference, line in added.items()}
    try:
        order = ordered({reference: line.says.depends_on for reference, line in lines.items()})
    except Circle as circle:
        found.fault(lines[circle.way[0]], "depends_on", str(circle), "Leave one of them out.")
        return
    yield from ((reference, lines[reference]) for reference in order)


def _add(project: str, reference: str, line: WorkplanLine, found: _Found) -> None:
    says = line.says
    missing = [name for name in _NEEDED if not getattr(says, name)]
    for name in missing:
        found.fault(line, name, _NEEDED[name], "Write one, or empty the line.")
    if missing:
        return
    of = {"project": project, "code": reference}
    found.add(
        AddMilestone, line, **of, title=says.title, owner=says.owner, due=says.forecast, depends_on=says.depends_on
    )
    if says.done_on is not None:
        found.add(CompleteMilestone, line, milestone=reference, on=says.done_on)
