"""Who may do what. Source: the table in domain.md, section 2, and section 10. A person's several roles add up.

What one may record one may amend, take back, drop and reopen. What does not stand in the table at the end is for the
secretary alone, who may do everything, also on a partner's behalf: the partnership, partners and people, who leads and
who owns, joining and leaving, meetings and agendas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.events.partnership import Role
from domain.register import Register
from domain.register.people import Person
from services.programme.board import commands as board
from services.programme.capacity import commands as capacity
from services.programme.commitments import commands as commitments
from services.programme.core import lookup
from services.programme.core.command import Command
from services.programme.core.decider import SYSTEM, NotAllowed
from services.programme.decisions import commands as decisions
from services.programme.partnership.decide import secretary_of
from services.programme.projects import commands as projects
from services.programme.returns import commands as returns
from services.programme.risks import commands as risks

LEAD = frozenset({Role.PARTNER_LEAD})
LEAD_AND_CONTRIBUTOR = frozenset({Role.PARTNER_LEAD, Role.CONTRIBUTOR})
CHAIR = frozenset({Role.CHAIR})
BOARD = frozenset({Role.CHAIR, Role.BOARD_MEMBER, Role.SUBSTITUTE})
ANYONE = frozenset(Role)

OfPartners = Callable[[Register, Any, date], frozenset[str]]
OfPerson = Callable[[Register, Any], str | None]


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave for people with one of ``roles``.

    With ``partners`` only for those who hold the role for one of the partners that it returns; with ``person`` only for
    the person that it returns: None is whoever asks, an empty id nobody. ``called`` says in words who that person is,
    as nobody is told an id that they did not give themselves.
    """

    roles: frozenset[Role]
    partners: OfPartners | None = None
    person: OfPerson | None = None
    called: str = ""

    def covers(self, register: Register, command: Command, asking: Person, on: date) -> bool:
        """Say whether it gives ``asking``, who has one of the roles on the day, leave for this very command."""
        if self.partners is not None:
            own = asking.partners_on(on, self.roles)
            if self.partners(register, command, on).isdisjoint(own):
                return False
        return self.person is None or self.person(register, command) in (None, asking.id)

    def described(self, register: Register, command: Command, on: date) -> str:
        """Return for a sentence whom it gives leave."""
        if self.person is not None:
            return self.called if self.person(register, command) else ""
        if self.partners is not None and not self.partners(register, command, on):
            return ""
        people = " or ".join(role.replace("_", " ") for role in Role if role in self.roles)
        if self.partners is None:
            return f"a {people}"
        return f"a {people} of {lookup.listed(sorted(self.partners(register, command, on)))}"


def check(register: Register, command: Command, actor: str, on: date) -> None:
    """Raise NotAllowed where ``actor`` may not do this on the date ``on``.

    Raises Refused where what the command is about does not exist.
    """
    if command.by_system or actor == SYSTEM:
        if not (command.by_system and actor == SYSTEM):
            raise NotAllowed("", f"{actor} may not {command.words()}; the system itself does what nobody else may")
        return
    asking = acting(register, actor, on)
    if Role.SECRETARY not in asking.roles_on(on):
        _check_grants(register, command, asking, on)


def acting(register: Register, actor: str, on: date) -> Person:
    """Return who acts in the partnership on the date ``on``.

    Raises NotAllowed where nobody does of this id, or where every partner that the person acted for has left.
    """
    person = register.people.get(actor)
    if person is None:
        raise NotAllowed("", f"nobody called {actor} acts in {register.code}")
    if person.partners and Role.SECRETARY not in person.roles_on(on):
        gone = [register.partners.get(code) for code in person.partners]
        if all(partner is not None and partner.has_left_by(on) for partner in gone):
            left = lookup.listed(f"{each.code}, which left on {each.left_on}" for each in gone if each is not None)
            raise NotAllowed("", f"{actor} acted for {left}; nothing is recorded by the people of a partner that left")
    return person


def check_may_form(partnership: str, actor: str) -> None:
    """Raise NotAllowed unless it is the office that forms: nobody else acts in a partnership that is yet to be."""
    if actor != secretary_of(partnership):
        raise NotAllowed("", f"{actor} may not form a partnership; the secretary may")


def check_may_erase(register: Register, actor: str, on: date) -> None:
    """Raise NotAllowed unless ``actor`` is the secretary, who keeps the directory."""
    asking = register.people.get(actor)
    if asking is None or Role.SECRETARY not in asking.roles_on(on):
        raise NotAllowed("", f"{actor} may not erase people from the directory; the secretary may")


def _check_grants(register: Register, command: Command, asking: Person, on: date) -> None:
    grants = GRANTS.get(type(command), ())
    held = [grant for grant in grants if grant.roles & asking.roles_on(on)]
    if any(grant.covers(register, command, asking, on) for grant in held):
        return
    others = filter(None, (grant.described(register, command, on) for grant in grants))
    who = " or ".join(["the secretary", *dict.fromkeys(others)])
    raise NotAllowed("", f"{_described(asking, on)} may not do this ({command.words()}); {who} may")


def _described(person: Person, on: date) -> str:
    roles = ", ".join(role.replace("_", " ") for role in Role if role in person.roles_on(on)) or "no role"
    partners = person.partners_on(on) or person.partners
    return f"{person.id} ({roles}{f' of {lookup.listed(partners)}' if partners else ''})"


def _own(register: Register, command: Any, on: date) -> frozenset[str]:
    return frozenset({command.partner})


def _owner(register: Register, command: Any, on: date) -> frozenset[str]:
    return frozenset({command.owner})


def _lead(register: Register, command: Any, on: date) -> frozenset[str]:
    return frozenset({command.lead})


def _lead_of_project(register: Register, command: Any, on: date) -> frozenset[str]:
    return frozenset({lookup.project(register, command.project).participation.lead_on(on)})


def _owner_of_milestone(register: Register, command: Any, on: date) -> frozenset[str]:
    """The partner that owns the milestone, and the one that leads its project."""
    milestone = lookup.milestone(register, command.milestone)
    return frozenset({milestone.owner}) | _lead_of_milestone(register, command, on)


def _owner_of_risk(register: Register, command: Any, on: date) -> frozenset[str]:
    return frozenset({lookup.risk(register, command.risk).owner})


def _lead_of_milestone(register: Register, command: Any, on: date) -> frozenset[str]:
    milestone = lookup.milestone(register, command.milestone)
    return frozenset({register.projects[milestone.project].participation.lead_on(on)})


def _lead_of_milestone_unless_handed_over(register: Register, command: Any, on: date) -> frozenset[str]:
    """The partner that leads the project; a new owner is the secretary's to name."""
    return _lead_of_milestone(register, command, on) if command.owner is None else frozenset()


def _owner_of_risk_unless_handed_over(register: Register, command: Any, on: date) -> frozenset[str]:
    """The partner that owns the risk; a new owner is the secretary's to name."""
    return _owner_of_risk(register, command, on) if command.owner is None else frozenset()


def _owner_of_done_action(register: Register, command: Any, on: date) -> frozenset[str]:
    """The partner that owns the action and may have recorded it as done; what was dropped, the chair dropped."""
    action = lookup.action(register, command.action)
    return frozenset({action.owner}) if action.dropped_at is None else frozenset()


def _owner_of_action(register: Register, command: Any, on: date) -> frozenset[str]:
    return frozenset({lookup.action(register, command.action).owner})


def _person_of_action(register: Register, command: Any) -> str:
    return lookup.action(register, command.action).person or ""


def _person_of_done_action(register: Register, command: Any) -> str:
    action = lookup.action(register, command.action)
    return (action.person or "") if action.dropped_at is None else ""


def _themselves(register: Register, command: Any) -> str | None:
    person: str | None = command.person
    return person


GRANTS: Mapping[type[Command], tuple[Grant, ...]] = {
    returns.SubmitReturn: (Grant(LEAD, _own),),
    commitments.AdoptCommitment: (Grant(LEAD, _own),),
    projects.ProposeProject: (Grant(LEAD, _lead),),
    returns.AttestCommitment: (Grant(LEAD_AND_CONTRIBUTOR, _own),),
    returns.ReportQuantity: (Grant(LEAD_AND_CONTRIBUTOR, _own),),
    returns.SubmitEvidence: (Grant(LEAD_AND_CONTRIBUTOR, _own),),
    returns.WithdrawReport: (Grant(LEAD_AND_CONTRIBUTOR, _own),),
    capacity.PledgeCapacity: (Grant(LEAD_AND_CONTRIBUTOR, _own),),
    capacity.ReleaseCapacity: (Grant(LEAD_AND_CONTRIBUTOR, _own),),
    risks.RaiseRisk: (Grant(LEAD_AND_CONTRIBUTOR, _owner),),
    risks.ReassessRisk: (Grant(LEAD_AND_CONTRIBUTOR, _owner_of_risk),),
    risks.CloseRisk: (Grant(LEAD_AND_CONTRIBUTOR, _owner_of_risk),),
    projects.ReforecastMilestone: (Grant(LEAD_AND_CONTRIBUTOR, _owner_of_milestone),),
    projects.CompleteMilestone: (Grant(LEAD_AND_CONTRIBUTOR, _owner_of_milestone),),
    projects.MoveProject: (Grant(LEAD_AND_CONTRIBUTOR, _lead_of_project),),
    projects.StateConfidence: (Grant(LEAD_AND_CONTRIBUTOR, _lead_of_project),),
    projects.WriteHighlight: (Grant(LEAD_AND_CONTRIBUTOR, _lead_of_project),),
    projects.AddMilestone: (Grant(LEAD_AND_CONTRIBUTOR, _lead_of_project),),
    projects.AmendProject: (Grant(LEAD, _lead_of_project),),
    projects.AmendMilestone: (Grant(LEAD_AND_CONTRIBUTOR, _lead_of_milestone_unless_handed_over),),
    projects.DropMilestone: (Grant(LEAD_AND_CONTRIBUTOR, _lead_of_milestone),),
    projects.ReopenMilestone: (Grant(LEAD_AND_CONTRIBUTOR, _owner_of_milestone),),
    capacity.WithdrawRelease: (Grant(LEAD_AND_CONTRIBUTOR, _own),),
    risks.AmendRisk: (Grant(LEAD_AND_CONTRIBUTOR, _owner_of_risk_unless_handed_over),),
    risks.ReopenRisk: (Grant(LEAD_AND_CONTRIBUTOR, _owner_of_risk),),
    board.OpenMeeting: (Grant(CHAIR),),
    board.CloseMeeting: (Grant(CHAIR),),
    decisions.RecordDecision: (Grant(CHAIR),),
    decisions.AssignAction: (Grant(CHAIR),),
    decisions.MoveAction: (Grant(CHAIR),),
    decisions.DropAction: (Grant(CHAIR),),
    decisions.ReopenAction: (
        Grant(CHAIR),
        Grant(LEAD_AND_CONTRIBUTOR, _owner_of_done_action),
        Grant(ANYONE, person=_person_of_done_action, called="the person who sees to it"),
    ),
    board.DeclareInterest: (Grant(BOARD, person=_themselves, called="the person whose interest it is"),),
    board.AnswerWrittenProcedure: (Grant(BOARD, person=_themselves, called="the member whose answer it is"),),
    decisions.CompleteAction: (
        Grant(LEAD_AND_CONTRIBUTOR, _owner_of_action),
        Grant(ANYONE, person=_person_of_action, called="the person who sees to it"),
    ),
}
