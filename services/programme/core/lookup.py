"""Finding what a command refers to. What is not there is refused with what is there instead."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeVar

from contracts.references import Kind, is_reference, next_reference, project_of, short
from domain.calendar import Period
from domain.register import Register
from domain.register.board import Meeting, WrittenProcedure
from domain.register.commitments import Commitment
from domain.register.decisions import Action, Decision
from domain.register.partners import Partner
from domain.register.people import Person
from domain.register.projects import Milestone, Project
from domain.register.risks import Risk
from services.programme.core.decider import AlreadyGiven, Refused
from services.programme.core.fields import FIRST_YEAR, LAST_YEAR

T = TypeVar("T")
_MOST_NAMED = 40


def partner(register: Register, code: str, field: str = "partner") -> Partner:
    """Return the partner with this code, whether it is still a member or not."""
    return _found(register, register.partners, code, field, "partner")


def partner_or_coming(register: Register, code: str, to_come: AbstractSet[str], field: str = "partner") -> None:
    """Refuse a code that is neither a partner's nor that of one whom the same file admits later."""
    if code not in to_come:
        partner(register, code, field)


def person(register: Register, person_id: str, field: str = "person") -> Person:
    """Return the person with this id. Who else there is, the directory says to those who may know."""
    found = register.people.get(person_id)
    if found is None:
        raise Refused(field, f"no person {person_id}; the directory lists who is who")
    return found


def project(register: Register, reference: str, field: str = "project") -> Project:
    """Return a project."""
    return _found(register, register.projects, reference, field, "project")


def milestone(register: Register, reference: str, field: str = "milestone") -> Milestone:
    """Return a milestone."""
    found = register.milestones.get(reference)
    if found is None:
        raise Refused(field, no_milestone(register, reference))
    return found


def commitment(register: Register, reference: str, field: str = "commitment") -> Commitment:
    """Return a commitment."""
    return _found(register, register.commitments, reference, field, "commitment")


def risk(register: Register, reference: str, field: str = "risk") -> Risk:
    """Return a risk."""
    return _found(register, register.risks, reference, field, "risk")


def meeting(register: Register, reference: str, field: str = "meeting") -> Meeting:
    """Return a meeting."""
    return _found(register, register.meetings, reference, field, "meeting")


def procedure(register: Register, reference: str, field: str = "procedure") -> WrittenProcedure:
    """Return a written procedure."""
    return _found(register, register.procedures, reference, field, "written procedure")


def decision(register: Register, reference: str, field: str = "decision") -> Decision:
    """Return a decision."""
    return _found(register, register.decisions, reference, field, "decision")


def action(register: Register, reference: str, field: str = "action") -> Action:
    """Return an action."""
    return _found(register, register.actions, reference, field, "action")


def quarter(register: Register, label: str, field: str = "quarter") -> Period:
    """Return the quarter with this label."""
    _within_reach(label, field)
    try:
        return register.calendar.quarter(label)
    except ValueError as error:
        raise Refused(field, str(error)) from None


def period(register: Register, of: Commitment, label: str, field: str = "period") -> Period:
    """Return the period of a commitment with this label."""
    _within_reach(label, field)
    try:
        return of.period_labelled(register.calendar, label)
    except ValueError as error:
        raise Refused(field, f"{error!s}; {of.reference} falls due {_OFTEN[of.period]}") from None


def free(register: Register, kind: Kind, reference: str, given: Collection[str], field: str = "code") -> str:
    """Return ``reference``, which is to be given now: of the right kind, and never given before."""
    if reference not in given and is_reference(register.code, kind, reference):
        return reference
    following = short(register.code, next_reference(register.code, kind, given))
    if reference in given:
        raise AlreadyGiven(field, f"{reference} is taken and never given again; the next free one is {following}")
    raise Refused(
        field, f"{short(register.code, reference)} is no reference for {_NAMES[kind]}; write one such as {following}"
    )


def no_milestone(register: Register, reference: str) -> str:
    """Say that there is no such milestone, and which there are."""
    owner = project_of(reference)
    if not is_reference(register.code, Kind.PROJECT, owner):
        written = short(register.code, reference)
        return f"{written} is no reference for a milestone; write it with its project, such as P01-M01"
    if owner not in register.projects:
        instead = _instead(register, register.projects, "project")
        return f"no milestone {reference}: there is no project {owner}; {instead}"
    known = [each.removeprefix(f"{owner}-") for each in register.projects[owner].milestones]
    return f"no milestone {reference}; project {owner} has {listed(known) if known else 'none yet'}"


def listed(names: Iterable[str]) -> str:
    """Return names for a sentence, the first few of many."""
    names = list(names)
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _found(register: Register, things: Mapping[str, T], reference: str, field: str, name: str) -> T:
    found = things.get(reference)
    if found is None:
        raise Refused(field, f"no {name} {reference}; {_instead(register, things, name)}")
    return found


def _instead(register: Register, things: Mapping[str, T], name: str) -> str:
    if not things:
        return f"there is no {name} yet"
    names = [short(register.code, each) for each in sorted(things)]
    return f"the {name}s are {listed(names)}" if len(names) > 1 else f"there is only {names[0]}"


def _within_reach(label: str, field: str) -> None:
    if label[:4].isdecimal() and not FIRST_YEAR <= int(label[:4]) < LAST_YEAR:
        raise Refused(field, f"{label!r} is too far away; give one of the years {FIRST_YEAR} to {LAST_YEAR - 1}")


_OFTEN = {"quarter": "every quarter", "year": "every financial year", "once": "once"}

_NAMES = {
    Kind.PROJECT: "a project",
    Kind.MILESTONE: "a milestone",
    Kind.COMMITMENT: "a commitment",
    Kind.MEETING: "a meeting",
    Kind.DECISION: "a decision",
    Kind.ACTION: "an action",
    Kind.RISK: "a risk",
    Kind.PROCEDURE: "a written procedure",
    Kind.PERSON: "a person",
}
