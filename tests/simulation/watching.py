"""What must be true whenever a command was asked for, whatever it was."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from contracts.envelope import Position, Recorded, follows, read_with_chain, with_chain
from domain.register import Register
from services.programme.core.command import Command
from services.programme.core.commands import COMMANDS
from services.programme.core.deciding import SYSTEM, NotAllowed, Refused
from services.programme.core.full_references import with_full_references
from services.runtime.base.validation_messages import fault_of
from tests.simulation.oracle.log import Entry
from tests.simulation.oracle.roles import Asking, Owners, may

if TYPE_CHECKING:
    from tests.simulation.world import Wish, World

_INNARDS = re.compile(r"Traceback|object at 0x|Error\(|\bNone\b|<class|\{'|\['|\(\)|Decimal\(|datetime\.|Stage\.|Ref\(")
_MADE_BY = {
    "partner-admitted": "partner",
    "commitment-agreed": "commitment",
    "project-proposed": "project",
    "milestone-added": "milestone",
    "meeting-scheduled": "meeting",
    "decision-recorded": "decision",
    "action-assigned": "action",
    "risk-raised": "risk",
    "written-procedure-opened": "procedure",
}
_NEXT = {
    "idea": "proposed",
    "proposed": "approved",
    "approved": "in_delivery",
    "in_delivery": "closing",
    "closing": "closed",
}
_BY_DECISION = ("approved", "paused", "stopped", "closed")


def malformed(world: World, wish: Wish, error: ValidationError) -> None:
    """What cannot be read is explained in sentences."""
    for each in error.errors():
        fault = fault_of(each)
        for sentence in fault:
            if not sentence.endswith((".", "!", "?", "…")) or _INNARDS.search(sentence):
                world.differ("a fault is no sentence", f"{wish}: {fault}")


def refusal(world: World, wish: Wish, command: Command, refused: Refused) -> None:
    """A refusal is a clause or a sentence for people, and its field is one of the command's."""
    problem = refused.problem
    if len(problem.split()) < 3 or _INNARDS.search(problem) or problem != problem.strip():
        world.differ("a refusal is no sentence", f"{wish}: {refused.field}: {problem}")
    if isinstance(refused, NotAllowed):
        return
    if refused.field and not _leads_somewhere(refused.field, type(command)):
        world.differ("a refusal names a field that the command does not have", f"{wish}: {refused.field}: {problem}")


def _leads_somewhere(path: str, command: type[Command]) -> bool:
    first = re.split(r"[.\[]", path)[0]
    names = {field.alias or name for name, field in command.model_fields.items()}
    return first in names


def permission(world: World, wish: Wish, refused: Refused | None) -> None:
    """Nobody does what the table of roles does not give them, and nobody is kept from what it does."""
    person = world.register.people.get(wish.actor)
    if person is None:
        if refused is None and wish.actor != SYSTEM and wish.do != "form_partnership":
            world.differ(f"somebody unknown may {wish.do}", wish)
        return
    people = world.board.people
    held = frozenset(people.held(wish.actor, world.today))
    asking = Asking(wish.actor, held, people.is_cut_off(wish.actor, world.today))
    fields = with_full_references_of(world.register, wish)
    allowed = may(asking, wish.do, fields, _owners(world.register, fields, world.today))
    if allowed is False and refused is None and wish.do != "form_partnership":
        world.differ(f"{wish.do} is done by somebody who may not", f"{wish}; {asking}")
    if allowed is True and isinstance(refused, NotAllowed):
        world.differ(f"{wish.do} is refused to somebody who may", f"{wish}; {asking}; {refused.problem}")


def with_full_references_of(register: Register, wish: Wish) -> dict[str, Any]:
    """Return the fields of a wish, with the partnership's code in front of the references."""
    command = COMMANDS[wish.do].model_validate(wish.fields)
    return with_full_references(command, register.code).model_dump()


def _owners(register: Register, fields: dict[str, Any], today: date) -> Owners:
    milestone = register.milestones.get(fields.get("milestone", ""))
    project = register.projects.get(milestone.project if milestone else fields.get("project", ""))
    risk = register.risks.get(fields.get("risk", ""))
    action = register.actions.get(fields.get("action", ""))
    owned = milestone or risk or action
    return Owners(
        lead=project.participation.lead_on(today) if project else None,
        owner=owned.owner if owned else None,
        person=action.person if action else None,
    )


def event(world: World, sealed: Recorded, before: Position) -> None:
    """An event goes on from the one before, reads back as it was written, and is not recorded before it."""
    if not follows(before, sealed):
        world.differ("an event does not follow the one before it", sealed.id)
    if read_with_chain(with_chain(sealed.body, sealed.chain)) != sealed:
        world.differ("an event does not read back as it was sealed", sealed.body)
    if world.events and sealed.recorded_at < world.events[-1].recorded_at:
        world.differ("recorded at has gone back", sealed.id)


def after(world: World, wish: Wish) -> None:
    """What must be true of the log once a command has been carried out."""
    for fault in world.board.faults():
        world.differ(f"a decision {_without_references(fault)}", f"{wish}: {fault}")
    for each in _new(world):
        _reference_is_new(world, each)
        if each.kind == "project-moved":
            _stage_is_reachable(world, each)


def _new(world: World) -> list[Entry]:
    return [each for each in world.log[-40:] if each.at == world.now]


def _reference_is_new(world: World, each: Entry) -> None:
    name = _MADE_BY.get(each.kind)
    if name is not None:
        same = [one for one in world.log if one.kind == each.kind and one[name] == each[name]]
        if len(same) > 1:
            world.differ("a reference is given twice", each)


def _stage_is_reachable(world: World, each: Entry) -> None:
    of_project = [
        one
        for one in world.log
        if one.kind in ("project-proposed", "project-moved")
        and one["project"] == each["project"]
        and one.number <= each.number
    ]
    stages = [one["stage"] for one in of_project]
    before, now = stages[-2], stages[-1]
    open_before = [stage for stage in stages[:-1] if stage != "paused"]
    if before == "paused" and now not in ("paused", "stopped"):
        legal = now == (open_before[-1] if open_before else "in_delivery")
    else:
        legal = now in ("paused", "stopped") or now == _NEXT.get(before)
    if not legal or before in ("closed", "stopped"):
        world.differ("a project takes a step that there is none", f"{each['project']}: {stages}")
    if now in _BY_DECISION and each["decision"] is None:
        world.differ("a project moves without the decision it needs", f"{each['project']}: {stages}")


def workplans(world: World) -> None:
    """No milestone comes, by what it depends on, back to itself."""
    waits_for = {one["milestone"]: set(one["depends_on"]) for one in world.log if one.kind == "milestone-added"}
    while free := [each for each, others in waits_for.items() if not others & waits_for.keys()]:
        for each in free:
            del waits_for[each]
    if waits_for:
        world.differ("milestones depend on each other in a circle", waits_for)


def counts(world: World, compliance: dict[str, Any], where: str) -> None:
    """Rates lie between 0 and 100, and counts add up across partner, commitment and whole."""
    whole = _numbers(compliance["partnership"])
    for name in ("by_partner", "by_commitment"):
        together: Counter[str] = Counter()
        for each in compliance[name].values():
            together.update(_numbers(each))
        if together != Counter(whole):
            world.differ(f"counts do not add up {name}", f"{where}: {whole} / {dict(together)}")
    for each in (compliance["partnership"], *compliance["by_partner"].values(), *compliance["by_commitment"].values()):
        due = sum(_numbers(each).values())
        if (each["rate"] is None) != (due == 0) or not 0 <= (each["rate"] or 0) <= 100:
            world.differ("a rate is none", f"{where}: {each}")


def _numbers(each: dict[str, Any]) -> dict[str, int]:
    return {name: count for name, count in each.items() if name != "rate"}


def _without_references(fault: str) -> str:
    return re.sub(r"\b[A-Z][A-Z0-9]*(-[A-Z0-9]+)*\b", "…", fault)[:90]
