"""Finding milestones: what is not there is refused with those that its project has."""

from __future__ import annotations

from contracts.references import project_of, short
from domain.register import Register
from domain.register.projects import MILESTONES, PROJECTS, Milestone
from services.programme.core.decider import Refused
from services.programme.core.lookup import listed, there_are


def find_milestone(register: Register, reference: str, field: str = "milestone") -> Milestone:
    """Return a milestone. Raises Refused."""
    found = MILESTONES.of(register).get(reference)
    if found is None:
        raise Refused(field, no_milestone(register, reference))
    return found


def no_milestone(register: Register, reference: str) -> str:
    """Say that there is no such milestone, and which there are."""
    owner = project_of(reference)
    if not PROJECTS.is_reference(register.code, owner):
        written = short(register.code, reference)
        return f"{written} is no reference for a milestone; write it with its project, such as P01-M01"
    if owner not in register.projects:
        return f"no milestone {reference}: there is no project {owner}; {there_are(PROJECTS, register)}"
    known = [each.removeprefix(f"{owner}-") for each in register.projects[owner].milestones]
    return f"no milestone {reference}; project {owner} has {listed(known) if known else 'none yet'}"
