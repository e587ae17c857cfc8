"""What a pack says of the one before it: values that stay as they are while the register goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from contracts.events.projects import Confidence, Stage
from domain.calendar import Period
from domain.figures.compliance import QuarterCompliance
from domain.figures.schedule import ScheduleStatus
from domain.register import Register
from domain.register.papers import MeetingNotice
from domain.register.projects import ENDED

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class PreviousProject:
    """A project as it stood; ``shown`` is the delivery confidence that the pack showed."""

    stage: Stage
    shown: Confidence | None
    schedule: ScheduleStatus


@dataclass(frozen=True, slots=True)
class PreviousPack:
    """The last issued pack, as far as a later one is compared with it.

    ``told_until`` is the instant up to which its meeting's papers told what had been recorded: its own cut-off, or that
    of the supplement before where another one is made. ``counted`` are the quarter that it covered and those of its
    trend. ``breaches`` are pairs of a commitment and a partner. ``remembered`` is what each of ``REMEMBERED`` found in
    the register.
    """

    notice: MeetingNotice
    at: datetime
    told_until: datetime
    covered: QuarterCompliance
    counted: tuple[QuarterCompliance, ...]
    projects: Mapping[str, PreviousProject]
    reached: frozenset[str]
    breaches: frozenset[tuple[str, str]]
    silent: frozenset[str]
    remembered: Mapping[Callable[[Register], Any], Any]

    @property
    def quarter(self) -> Period:
        """The quarter that it covered."""
        return self.covered.quarter

    @property
    def open_projects(self) -> tuple[PreviousProject, ...]:
        """The projects that had not ended."""
        return tuple(each for each in self.projects.values() if each.stage not in ENDED)

    def of(self, what: Callable[[Register], Found]) -> Found:
        """Return what ``what``, one of ``REMEMBERED``, found in its register."""
        found: Found = self.remembered[what]
        return found
