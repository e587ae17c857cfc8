"""What a pack says of the one before it: values that stay as they are while the register goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from contracts.events.projects import Confidence, Stage
from domain.calendar import Period
from domain.figures.compliance import Compliance, QuarterCompliance
from domain.figures.schedule import ScheduleStatus
from domain.register import Register
from domain.register.papers import MeetingNotice
from services.reporting.pack.figures import project_figures


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
    trend; ``scores`` are of the risks that were open, ``left`` the partners whose leaving was known.
    """

    notice: MeetingNotice
    at: datetime
    told_until: datetime
    covered: QuarterCompliance
    counted: tuple[QuarterCompliance, ...]
    projects: Mapping[str, PreviousProject]
    reached: frozenset[str]
    scores: Mapping[str, int]
    left: frozenset[str]

    @property
    def quarter(self) -> Period:
        """The quarter that it covered."""
        return self.covered.quarter


def previous_pack(register: Register, notice: MeetingNotice, told_until: datetime | None = None) -> PreviousPack:
    """Return what the pack of ``notice`` said, from the register at its cut-off; nothing of the register is kept."""
    quarter, at = notice.timetable.quarter, notice.timetable.cut_off
    compliance = Compliance(register, at, notice)
    covered = compliance.quarter(quarter)
    projects = project_figures(register, quarter, register.calendar.local_date(at))
    return PreviousPack(
        notice=notice,
        at=at,
        told_until=told_until or at,
        covered=covered,
        counted=(*compliance.trend(quarter), covered),
        projects={
            each.project.reference: PreviousProject(each.project.stage, each.shown, each.schedule) for each in projects
        },
        reached=frozenset(
            each.milestone.reference for project in projects for each in project.milestones if each.is_done
        ),
        scores={each.reference: each.assessment.score for each in register.risks.values() if each.is_open},
        left=frozenset(each.code for each in register.partners.values() if each.left_on is not None),
    )
