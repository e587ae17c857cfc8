"""Every figure of a partnership as at one instant, each computed once: what pages and packs show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from contracts.references import number_of
from domain.calendar import Calendar, Period
from domain.figures.breaches import Breach, breaches
from domain.figures.compliance import Compliance, Obligation, QuarterCompliance
from domain.figures.load import Load, loads
from domain.figures.ownership import Owned, to_hand_over
from domain.figures.projects import MilestoneFigures, ProjectFigures, project_figures
from domain.figures.returns import ReturnCollection, return_collection
from domain.figures.silence import (
    days_since_recorded,
    silent_partners,
)
from domain.register import Register, title_of
from domain.register.decisions import Action
from domain.register.kinds import Kind, Thing
from domain.register.papers import MeetingNotice


@dataclass(frozen=True)
class Figures:
    """What a pack says in numbers, as at ``at``, for the quarter it covers; each is computed when first asked for.

    Orders: projects and milestones by number; partners by code. Valid while the register stays as it is.
    """

    register: Register
    at: datetime
    on: date
    quarter: Period
    compliance: Compliance

    @cached_property
    def covered(self) -> QuarterCompliance:
        """The quarter's compliance."""
        return self.compliance.quarter(self.quarter)

    @cached_property
    def trend(self) -> tuple[QuarterCompliance, ...]:
        """The compliance of the quarters before, the oldest first."""
        return tuple(self.compliance.trend(self.quarter))

    @cached_property
    def running(self) -> tuple[Obligation, ...]:
        """The obligations of periods that run on beyond the quarter."""
        return tuple(self.compliance.running(self.quarter))

    @cached_property
    def breaches(self) -> tuple[Breach, ...]:
        """The core commitments failed in two periods running."""
        return tuple(breaches(self.compliance))

    @cached_property
    def projects(self) -> tuple[ProjectFigures, ...]:
        """Every project as it stands."""
        return project_figures(self.register, self.quarter, self.on)

    @cached_property
    def loads(self) -> tuple[Load, ...]:
        """What each partner has pledged and released."""
        return tuple(loads(self.register, self.quarter))

    @cached_property
    def returns(self) -> ReturnCollection:
        """How the collection of the quarter's returns stands."""
        return return_collection(self.register, self.at, self.quarter)

    @cached_property
    def silent(self) -> dict[str, int]:
        """Days of silence, by partner that is silent."""
        return silent_partners(self.register, self.quarter, self.on)

    @cached_property
    def to_hand_over(self) -> tuple[Owned, ...]:
        """What partners that have left still lead or own."""
        return tuple(to_hand_over(self.register, self.on))

    @cached_property
    def notes(self) -> dict[str, str]:
        """The notes to the board that came with the returns for the quarter, by partner."""
        notes = {code: self.register.returns.note(code, self.quarter.label) for code in sorted(self.register.partners)}
        return {code: note for code, note in notes.items() if note is not None}

    @cached_property
    def _references(self) -> dict[str, list[str]]:
        """The references of each kind that was asked for, by number."""
        return {}

    @property
    def calendar(self) -> Calendar:
        """The partnership's calendar."""
        return self.register.calendar

    @cached_property
    def open_projects(self) -> tuple[ProjectFigures, ...]:
        """The projects that have not ended."""
        return tuple(each for each in self.projects if each.is_open)

    def by_number(self, kind: Kind[Thing]) -> list[Thing]:
        """Return the objects of a kind, by number."""
        objects = kind.of(self.register)
        if kind.name not in self._references:
            self._references[kind.name] = sorted(objects, key=number_of)
        return [objects[reference] for reference in self._references[kind.name]]

    def project(self, reference: str) -> ProjectFigures | None:
        """Return a project's figures; None where it was not known then."""
        return next((each for each in self.projects if each.project.reference == reference), None)

    def milestone(self, reference: str) -> MilestoneFigures | None:
        """Return a milestone's figures; None where it was not known then."""
        every = (each for project in self.projects for each in project.milestones)
        return next((each for each in every if each.milestone.reference == reference), None)

    def partner_name(self, code: str) -> str:
        """Return a partner's name."""
        partner = self.register.partners.get(code)
        return code if partner is None else partner.name

    def name(self, reference: str) -> str:
        """Return the name of what a reference or a partner's code stands for; itself where that has none."""
        return title_of(self.register, reference) or self.partner_name(reference)

    def days_since(self, subject: str) -> int | None:
        """Return the days since anything about a partner, project or milestone was recorded."""
        return days_since_recorded(self.register, subject, self.on)

    def action_status(self, action: Action) -> str:
        """Return whether an action is ``done``, ``dropped``, ``overdue`` or ``open``."""
        if action.completed_on is not None:
            return "done"
        if action.dropped_at is not None:
            return "dropped"
        return "overdue" if action.due < self.on else "open"


def figures(register: Register, quarter: Period, at: datetime, own: MeetingNotice | None = None) -> Figures:
    """Return the figures of a pack that covers ``quarter`` from a register that holds what was recorded by ``at``.

    ``own`` is the pack's own meeting, which the register may not know yet.
    """
    return Figures(register, at, register.calendar.local_date(at), quarter, Compliance(register, at, own))
