"""What becomes of a plan here: its milestones, what cannot be matched, and the commands that bring it in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from contracts.references import full
from domain.register import Register
from domain.register.projects import MILESTONES
from services.programme.projects.bring_in.owners import matched_owners
from services.programme.projects.bring_in.plan import ExternalPlan, PlanLine
from services.programme.projects.commands import AddMilestone, CompleteMilestone, ProposeProject
from services.programme.projects.steps import Circle, Step, Unfitting, ordered, step
from services.programme.sheets.cells import CellFault

NO_DATE = "It has no date."
LEFT_OUT = "You left it out."
NO_DAY = "It is done, but the file has no day; it comes in as open."
_PROJECT = "The project"
_NOTHING = CellFault("The plan", "No line of it becomes a milestone.", "Say which column has the dates.")


@dataclass(frozen=True, slots=True)
class NewProject:
    """The project that a plan is to become."""

    code: str
    title: str
    lead: str
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person says of a plan: which lines are left out, by their places, and who is meant by each owner."""

    milestones_alone: bool = False
    left_out: frozenset[str] = frozenset()
    owners: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Point:
    """A line of a plan and the milestone that it becomes; ``why_not`` says why it becomes none.

    ``lost`` is what it depends on in the file and nothing here is. ``remark`` is a sentence on what else is lost.
    """

    line: PlanLine
    reference: str = ""
    owner: str = ""
    due: date | None = None
    depends_on: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    why_not: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The lines with what they become, who is meant by the owners, the steps in their order, and what is wrong."""

    points: tuple[Point, ...]
    owners: Mapping[str, str]
    steps: tuple[Step, ...] = ()
    faults: tuple[CellFault, ...] = ()

    @property
    def milestones(self) -> tuple[Point, ...]:
        """The lines that become milestones."""
        return tuple(point for point in self.points if not point.why_not)


def propose(register: Register, plan: ExternalPlan, into: NewProject | str, choices: Choices, today: date) -> Proposal:
    """Return what becomes of a plan as a new project, or as milestones of the one with the reference ``into``."""
    owners = matched_owners(register, plan.owners) | {name: code for name, code in choices.owners.items() if code}
    if isinstance(into, NewProject):
        project, lead, given = full(register.code, into.code), into.lead, []
    else:
        project, given = into, register.projects[into].milestones
        lead = register.projects[into].participation.lead_on(today)
    points = _points(register, plan, choices, _references(project, given), {"": lead} | owners)
    proposal = Proposal(points, owners)
    if not proposal.milestones:
        return replace(proposal, faults=(_NOTHING,))
    try:
        steps = [_proposing(into, proposal)] if isinstance(into, NewProject) else _adding(project, proposal)
        return replace(proposal, steps=(*steps, *_completing(proposal)))
    except Unfitting as unfitting:
        return replace(proposal, faults=unfitting.faults)


def _references(project: str, given: Sequence[str]) -> Iterator[str]:
    """Yield the references that come next."""
    taken = list(given)
    while True:
        taken.append(MILESTONES.next_reference(project, taken))
        yield taken[-1]


def _points(
    register: Register, plan: ExternalPlan, choices: Choices, references: Iterator[str], owners: Mapping[str, str]
) -> tuple[Point, ...]:
    lines = plan.points(milestones_alone=choices.milestones_alone)
    why_not = {line.place: _why_not(line, choices) for line in lines}
    kept = plan.alone([line for line in lines if not why_not[line.place]])
    by_place = {line.place: (line, reference) for line, reference in zip(kept, references, strict=False)}
    known = _Known(register, by_place.values())
    return tuple(
        Point(line, why_not=why_not[line.place])
        if line.place not in by_place
        else known.point(*by_place[line.place], owners.get(line.owner, owners[""]))
        for line in lines
    )


def _why_not(line: PlanLine, choices: Choices) -> str:
    if line.place in choices.left_out:
        return LEFT_OUT
    return NO_DATE if line.due is None and line.done_on is None else ""


class _Known:
    """What a dependency of a plan can lead to: its own lines by key or title, and milestones that are here already."""

    def __init__(self, register: Register, lines: Iterable[tuple[PlanLine, str]]) -> None:
        self._register = register
        lines = list(lines)
        self._found = {line.title.casefold(): reference for line, reference in lines}
        self._found |= {line.key.casefold(): reference for line, reference in lines}

    def point(self, line: PlanLine, reference: str, owner: str) -> Point:
        """Return the milestone that a line becomes."""
        led = {key: self._led(key) for key in line.depends_on}
        return Point(
            line,
            reference,
            owner,
            line.due or line.done_on,
            tuple(dict.fromkeys(each for each in led.values() if each and each != reference)),
            tuple(key for key, to in led.items() if to is None),
            remark=NO_DAY if line.is_done and line.done_on is None else "",
        )

    def _led(self, key: str) -> str | None:
        here = full(self._register.code, key.upper())
        return self._found.get(key.casefold()) or (here if here in self._register.milestones else None)


def _proposing(into: NewProject, proposal: Proposal) -> Step:
    """Return the one command that proposes the project with its whole workplan. Raises Unfitting."""
    milestones = proposal.milestones
    given = {
        "code": into.code,
        "title": into.title,
        "purpose": into.purpose,
        "lead": into.lead,
        "taking_part": sorted({point.owner for point in milestones} - {into.lead}),
        "milestones": [_entry(point) for point in milestones],
    }
    return step(
        ProposeProject, given, _PROJECT, {f"milestones[{n}]": point.line.place for n, point in enumerate(milestones)}
    )


def _adding(project: str, proposal: Proposal) -> Iterator[Step]:
    """Yield the commands that add the milestones, each behind those that it depends on. Raises Unfitting."""
    by_reference = {point.reference: point for point in proposal.milestones}
    try:
        order = ordered({reference: point.depends_on for reference, point in by_reference.items()})
    except Circle as circle:
        place = by_reference[circle.way[0]].line.place
        raise Unfitting([CellFault(place, str(circle), "Leave one of them out.")]) from None
    for reference in order:
        point = by_reference[reference]
        yield step(AddMilestone, {"project": project, **_entry(point)}, point.line.place, {})


def _entry(point: Point) -> dict[str, Any]:
    return {
        "code": point.reference,
        "title": point.line.title,
        "owner": point.owner,
        "due": point.due,
        "depends_on": point.depends_on,
    }


def _completing(proposal: Proposal) -> Iterator[Step]:
    for point in proposal.milestones:
        if point.line.done_on is not None:
            yield step(
                CompleteMilestone, {"milestone": point.reference, "on": point.line.done_on}, point.line.place, {}
            )
