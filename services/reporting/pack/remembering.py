"""What a pack leaves behind for the one after it to be compared with."""

from __future__ import annotations

from datetime import datetime

from domain.figures.compliance import Compliance
from domain.figures.projects import project_figures
from domain.register import Register
from domain.register.papers import MeetingNotice
from services.reporting.pack.parts import REMEMBERED
from services.reporting.pack.previous import PreviousPack, PreviousProject


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
        remembered={what: what(register) for what in REMEMBERED},
    )
