"""What partners own that is still to be done, and what must be handed over because its owner left.

Source: domain.md section 10.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from contracts.references import number_of
from domain.register import KINDS, Register


@dataclass(frozen=True, slots=True)
class Owned:
    """An open project with its lead, or something else that is open with its owner."""

    reference: str
    partner: str


def owned_by(register: Register, partner: str, on: date) -> Iterator[Owned]:
    """Yield what ``partner`` leads or owns on the date ``on`` and has not ended."""
    return (each for each in owned(register, on) if each.partner == partner)


def owned(register: Register, on: date) -> Iterator[Owned]:
    """Yield what is open with who answers for it on a date: projects, each with its milestones, then what is owned."""
    for project in _by_number(register.projects):
        if register.projects[project].is_open:
            yield Owned(project, register.projects[project].participation.lead_on(on))
            for milestone in register.milestones_of(project):
                if milestone.is_open:
                    yield Owned(milestone.reference, milestone.owner)
    for kind in KINDS:
        if kind.is_owned:
            objects = kind.of(register)
            still_open = (reference for reference in _by_number(objects) if objects[reference].is_open)
            yield from (Owned(reference, objects[reference].owner) for reference in still_open)


def to_hand_over(register: Register, on: date) -> list[Owned]:
    """Return what is open and owned by a partner that has left by the date ``on``."""
    gone = {code for code, partner in register.partners.items() if partner.has_left_by(on)}
    return [each for each in owned(register, on) if each.partner in gone]


def _by_number(references: Iterable[str]) -> list[str]:
    return sorted(references, key=number_of)
