"""The register: the state of one partnership, which is what its events add up to and nothing else.

There is one ``apply``. Programme decides with it and reporting reports with it, so they cannot disagree. The register
keeps what reports need: histories with both clocks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.envelope import Position, Recorded
from contracts.events.board import MeetingCancelled, MeetingMoved, MeetingOpened, MeetingScheduled
from contracts.events.partnership import HolidayAdded, HolidayRemoved, HolidaysRecorded, PartnershipAmended
from domain.calendar import Calendar
from domain.register import papers
from domain.register.amendments import Amendment
from domain.register.applying import APPLICATIONS
from domain.register.board import MEETINGS, PROCEDURES, Meeting, WrittenProcedure
from domain.register.capacity import Capacity
from domain.register.commitments import COMMITMENTS, Commitment
from domain.register.decisions import ACTIONS, DECISIONS, Action, Decision
from domain.register.kinds import Kind
from domain.register.papers import PapersOut
from domain.register.partners import Partner
from domain.register.partnership import Partnership
from domain.register.people import Person
from domain.register.projects import MILESTONES, PROJECTS, Milestone, Project
from domain.register.returns import Returns
from domain.register.risks import RISKS, Risk
from domain.register.silence import hear

REGISTER_FORMAT = "11"
"""Tags snapshots; rises whenever the shape or the meaning of the register changes."""

_MOVES_PAPERS = frozenset(
    (
        *(MeetingScheduled, MeetingMoved, MeetingCancelled, MeetingOpened),
        *(PartnershipAmended, HolidaysRecorded, HolidayAdded, HolidayRemoved),
    )
)
"""What can change when papers go out."""


KINDS: tuple[Kind[Any], ...] = (
    *(PROJECTS, MILESTONES, COMMITMENTS, MEETINGS),
    *(PROCEDURES, DECISIONS, ACTIONS, RISKS),
)
"""What has a reference by which anyone may speak of it."""


@dataclass(slots=True)
class Register:
    """Everything that is known of one partnership.

    ``last_recorded`` holds, by partner code, project or milestone reference, when its silence was last broken.
    """

    code: str
    position: Position = field(default_factory=Position)
    recorded_at: datetime | None = None
    formed: Partnership | None = None
    people: dict[str, Person] = field(default_factory=dict)
    partners: dict[str, Partner] = field(default_factory=dict)
    commitments: dict[str, Commitment] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    milestones: dict[str, Milestone] = field(default_factory=dict)
    capacity: Capacity = field(default_factory=Capacity)
    returns: Returns = field(default_factory=Returns)
    risks: dict[str, Risk] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    papers: PapersOut = field(default_factory=PapersOut)
    procedures: dict[str, WrittenProcedure] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    actions: dict[str, Action] = field(default_factory=dict)
    last_recorded: dict[str, datetime] = field(default_factory=dict)
    amendments: list[Amendment] = field(default_factory=list)

    @property
    def partnership(self) -> Partnership:
        """The partnership itself. Raises LookupError where it has not been formed."""
        if self.formed is None:
            raise LookupError(f"there is no partnership {self.code}")
        return self.formed

    @property
    def calendar(self) -> Calendar:
        """The partnership's calendar. Raises LookupError where it has not been formed."""
        return self.partnership.calendar

    def milestones_of(self, project: str) -> list[Milestone]:
        """Return a project's milestones, by reference."""
        return [self.milestones[reference] for reference in self.projects[project].milestones]


def title_of(register: Register, reference: str) -> str | None:
    """Return the title of the object with this reference; None where it is not there, or of a kind without titles."""
    objects = (kind.of(register).get(reference) for kind in KINDS)
    return next((getattr(each, "title", None) for each in objects if each is not None), None)


def apply(register: Register, event: Recorded) -> None:
    """Take one event into the register, which must stand at the version before it."""
    if event.version != register.position.version + 1:
        raise ValueError(
            f"event {event.version} of {register.code} cannot follow version {register.position.version}: "
            f"the next one is {register.position.version + 1}"
        )
    if register.papers.next_at is not None and register.papers.next_at < event.recorded_at:
        papers.send_out(register, event.recorded_at)
    fact = type(event.fact)
    application = APPLICATIONS.get(fact)
    if application is not None:
        application(register, event.fact, event)
        hear(register, event)
    if fact in _MOVES_PAPERS:
        papers.expect(register)
    register.position = event.position
    register.recorded_at = event.recorded_at


def fold(code: str, events: Iterable[Recorded], register: Register | None = None) -> Register:
    """Return the register that these events add up to, on from ``register`` where one is given."""
    register = register or Register(code)
    for event in events:
        apply(register, event)
    return register


__all__ = ["KINDS", "REGISTER_FORMAT", "Register", "apply", "fold", "title_of"]
