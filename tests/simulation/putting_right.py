"""What people put right, hand over, drop and take back. Mostly plausible."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain.register.decisions import Action
from domain.register.projects import Milestone
from tests.simulation.board_at_work import scheduled
from tests.simulation.chance import perhaps, several, some, soon
from tests.simulation.partners_at_work import actor_for, partner_of
from tests.simulation.world import Wish, World

REASON = {"reason": "It was wrong."}


def amend_project(world: World) -> Wish | None:
    project = some(world.rng, world.register.projects.values())
    if project is None:
        return None
    fields = {"project": project.reference, "title": f"Project of {world.today}", **REASON}
    return Wish("amend_project", fields | perhaps(world.rng, 0.3, {"purpose": "To amend."}), world.secretary)


def amend_commitment(world: World) -> Wish | None:
    commitment = some(world.rng, world.register.commitments.values())
    if commitment is None:
        return None
    fields = {"commitment": commitment.reference, "title": f"Commitment of {world.today}", **REASON}
    return Wish("amend_commitment", fields, world.secretary)


def amend_milestone(world: World) -> Wish | None:
    rng, milestone = world.rng, _milestone(world)
    if milestone is None:
        return None
    siblings = world.register.projects[milestone.project].milestones
    fields: dict[str, Any] = perhaps(rng, 0.4, {"title": f"Milestone of {world.today}"})
    fields |= perhaps(rng, 0.4, {"owner": partner_of(world)})
    fields |= perhaps(rng, 0.4, {"depends_on": several(rng, siblings, 2)})
    return Wish("amend_milestone", {"milestone": milestone.reference, **fields, **REASON}, world.secretary)


def drop_milestone(world: World) -> Wish | None:
    milestone = _milestone(world)
    if milestone is None:
        return None
    return Wish("drop_milestone", {"milestone": milestone.reference, **REASON}, actor_for(world, milestone.owner))


def reopen_milestone(world: World) -> Wish | None:
    done = [each for each in world.register.milestones.values() if each.actual is not None]
    milestone = some(world.rng, done)
    if milestone is None:
        return None
    return Wish("reopen_milestone", {"milestone": milestone.reference, **REASON}, actor_for(world, milestone.owner))


def withdraw_release(world: World) -> Wish | None:
    partner = partner_of(world)
    release = some(world.rng, world.register.capacity.releases.get(partner, []))
    if release is None:
        return None
    fields = {"partner": partner, "project": release.project, "on": str(release.on), **REASON}
    return Wish("withdraw_release", fields, actor_for(world, partner))


def amend_risk(world: World) -> Wish | None:
    risk = some(world.rng, world.register.risks.values())
    if risk is None:
        return None
    fields = {"risk": risk.reference, "cause": f"Cause of {world.today}", **REASON}
    return Wish("amend_risk", fields | perhaps(world.rng, 0.4, {"owner": partner_of(world)}), world.secretary)


def reopen_risk(world: World) -> Wish | None:
    risk = some(world.rng, [each for each in world.register.risks.values() if not each.is_open])
    if risk is None:
        return None
    return Wish("reopen_risk", {"risk": risk.reference, **REASON}, actor_for(world, risk.owner))


def change_action(world: World) -> Wish | None:
    rng, action = world.rng, _action(world)
    if action is None:
        return None
    do = rng.choice(("move_action", "move_action", "reassign_action", "drop_action", "reopen_action"))
    more: dict[str, Any] = {}
    if do == "move_action":
        more = {"due": soon(rng, world.today, 5, 90)}
    if do == "reassign_action":
        more = {"owner": partner_of(world)}
    return Wish(do, {"action": action.reference, **more, **REASON}, world.secretary)


def change_agenda(world: World) -> Wish | None:
    rng = world.rng
    meeting = some(rng, scheduled(world))
    item = None if meeting is None else some(rng, meeting.items.values())
    if meeting is None or item is None:
        return None
    fields = {"meeting": meeting.reference, "item": item.number}
    if rng.random() < 0.3:
        return Wish("remove_agenda_item", {**fields, **REASON}, world.secretary)
    return Wish("amend_agenda_item", {**fields, "title": f"Title of {world.today}"}, world.secretary)


def change_partners(world: World) -> Wish | None:
    rng = world.rng
    project = some(rng, world.register.projects.values())
    if project is None:
        return None
    do = rng.choice(("change_lead", "join_project", "join_project", "leave_project", "leave_project"))
    fields: dict[str, Any] = {"project": project.reference}
    day = soon(rng, world.today, 30, 60)
    if do == "change_lead":
        fields |= {"lead": partner_of(world), "from": day, **REASON}
    elif do == "join_project":
        fields |= {"partner": partner_of(world), "from": day}
    else:
        there = sorted(each.partner for each in project.participation.parts)
        fields |= {"partner": some(rng, there) or partner_of(world), "on": day, **REASON}
    return Wish(do, fields, world.secretary)


def leave_by_mistake(world: World) -> Wish | None:
    """Have a partner leave that does not; once one leaves, by mistake or not, that is taken back."""
    leaving = some(world.rng, [each.code for each in world.register.partners.values() if each.leaving is not None])
    if leaving is not None:
        return Wish("withdraw_partner_leaving", {"partner": leaving, **REASON}, world.secretary)
    left_on = soon(world.rng, world.today, 60, 60)
    return Wish("record_partner_leaving", {"partner": partner_of(world), "left_on": left_on}, world.secretary)


def _milestone(world: World) -> Milestone | None:
    return some(world.rng, world.register.milestones.values())


def _action(world: World) -> Action | None:
    return some(world.rng, world.register.actions.values())


PUTTING_RIGHT: tuple[tuple[Callable[[World], Wish | None], int], ...] = (
    (amend_project, 1),
    (amend_commitment, 1),
    (change_partners, 4),
    (amend_milestone, 2),
    (drop_milestone, 1),
    (reopen_milestone, 1),
    (withdraw_release, 2),
    (amend_risk, 1),
    (reopen_risk, 1),
    (change_action, 4),
    (change_agenda, 2),
    (leave_by_mistake, 2),
)
