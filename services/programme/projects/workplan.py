"""Deciding on milestones. They may depend on milestones of any project, but never in a circle."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from contracts.events.projects import MilestoneAdded, MilestoneCompleted, MilestoneReforecast
from contracts.references import short
from domain.register import Register
from domain.register.partners import PARTNERS
from domain.register.projects import MILESTONES, PROJECTS, Milestone
from services.programme.core import lookup
from services.programme.core.dates import check_dates
from services.programme.core.decider import AlreadyGiven, Context, Facts, NewEvent, Refused, decides
from services.programme.partnership.lookup import find_person
from services.programme.projects.commands import (
    AddMilestone,
    CompleteMilestone,
    MilestoneEntry,
    ReforecastMilestone,
)
from services.programme.projects.lookup import find_milestone, no_milestone


@decides(AddMilestone)
def add(register: Register, command: AddMilestone, context: Context) -> Facts:
    project = lookup.find(PROJECTS, register, command.project)
    try:
        return entered(register, project.reference, [command], context, baselined=False)
    except Refused as refused:
        raise type(refused)(refused.field.removeprefix("milestones[0]."), refused.problem) from None


@decides(ReforecastMilestone)
def reforecast(register: Register, command: ReforecastMilestone, context: Context) -> Facts:
    milestone = open_milestone(register, command.milestone, "its forecast stays as it is")
    if command.forecast == milestone.forecast:
        raise Refused(
            "forecast", f"{milestone.reference} is forecast for {milestone.forecast} already; give another date"
        )
    return [MilestoneReforecast(milestone=milestone.reference, forecast=command.forecast, reason=command.reason)]


@decides(CompleteMilestone)
def complete(register: Register, command: CompleteMilestone, context: Context) -> Facts:
    milestone = open_milestone(register, command.milestone, "it is not done twice")
    check_dates(register, command, context)
    return [NewEvent(MilestoneCompleted(milestone=milestone.reference, actual=command.on), command.on)]


def entered(
    register: Register, project: str, entries: Sequence[MilestoneEntry], context: Context, *, baselined: bool
) -> list[MilestoneAdded]:
    """Return the milestones that ``entries`` add to ``project``, each with its date as baseline if ``baselined``.

    Raises Refused, with a path that begins with ``milestones``, where one does not fit the register or the others.
    """
    references = [_reference(register, project, entry, f"milestones[{n}]") for n, entry in enumerate(entries)]
    for number, reference in enumerate(references):
        if reference in references[:number]:
            raise Refused(
                f"milestones[{number}].code", f"{reference} stands here twice; give each milestone its own code"
            )
    known = register.milestones.keys() | set(references) | context.forward_references
    for number, entry in enumerate(entries):
        _check(register, entry, known, f"milestones[{number}]")
    _refuse_circles(register, dict(zip(references, entries, strict=True)))
    return [
        MilestoneAdded(
            milestone=reference,
            title=entry.title,
            owner=entry.owner,
            person=entry.person,
            forecast=entry.due,
            baseline=entry.due if baselined else None,
            depends_on=tuple(dict.fromkeys(entry.depends_on)),
        )
        for reference, entry in zip(references, entries, strict=True)
    ]


def check_dependencies(register: Register, milestone: str, depends_on: Sequence[str]) -> None:
    """Raise Refused where a milestone that is there cannot depend on these: unknown ones, or in a circle."""
    for number, reference in enumerate(depends_on):
        find_milestone(register, reference, f"depends_on[{number}]")
    way = _circle(register, milestone, {milestone: depends_on})
    if way is not None:
        raise Refused("depends_on", _in_a_circle(way))


def _reference(register: Register, project: str, entry: MilestoneEntry, path: str) -> str:
    reference = entry.reference(register.code, project)
    plan = register.projects[project].milestones if project in register.projects else ()
    free = f"one such as {short(project, MILESTONES.next_reference(project, plan))}"
    if not MILESTONES.is_reference(project, reference):
        raise Refused(
            f"{path}.code",
            f"{short(register.code, entry.code)} is no reference for a milestone of {project}; write {free}",
        )
    if reference in register.milestones:
        raise AlreadyGiven(f"{path}.code", f"{reference} is taken and never given again; write {free}")
    return reference


def _check(register: Register, entry: MilestoneEntry, known: Collection[str], path: str) -> None:
    lookup.find(PARTNERS, register, entry.owner, f"{path}.owner")
    if entry.person is not None:
        find_person(register, entry.person, f"{path}.person")
    for number, reference in enumerate(entry.depends_on):
        if reference not in known:
            raise Refused(f"{path}.depends_on[{number}]", no_milestone(register, reference))


def _refuse_circles(register: Register, added: Mapping[str, MilestoneEntry]) -> None:
    """No new milestone may come back to itself along what it depends on."""
    depending = {reference: entry.depends_on for reference, entry in added.items()}
    for number, reference in enumerate(added):
        way = _circle(register, reference, depending)
        if way is not None:
            raise Refused(f"milestones[{number}].depends_on", _in_a_circle(way))


def _circle(register: Register, start: str, depending: Mapping[str, Sequence[str]]) -> list[str] | None:
    """Walk from a milestone along what it depends on; return the way on which it comes back to itself, if it does.

    ``depending`` says on what some milestones will depend, whatever the register says of them.
    """

    def before(reference: str) -> Sequence[str]:
        if reference in depending:
            return depending[reference]
        known = register.milestones.get(reference)
        return known.depends_on if known else ()

    came_from: dict[str, str] = {}
    waiting = [start]
    while waiting:
        here = waiting.pop()
        for earlier in before(here):
            if earlier == start:
                return _way_back(came_from, start, here)
            if earlier not in came_from:
                came_from[earlier] = here
                waiting.append(earlier)
    return None


def _way_back(came_from: Mapping[str, str], start: str, end: str) -> list[str]:
    way = [start, end] if end != start else [start]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way if len(way) > 1 else [start, start]


def _in_a_circle(way: Sequence[str]) -> str:
    return f"milestones cannot depend on each other in a circle: {' → '.join(reversed(way))}"


def open_milestone(register: Register, reference: str, so: str) -> Milestone:
    """Return a milestone that is still to be reached. Raises Refused, saying what does not follow."""
    milestone = find_milestone(register, reference)
    if milestone.dropped is not None:
        raise Refused("milestone", f"{reference} was dropped on {milestone.dropped.effective_on}, and stays so")
    if milestone.actual is not None:
        raise Refused("milestone", f"{reference} was done on {milestone.actual}; {so}")
    return milestone
