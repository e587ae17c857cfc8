"""What a pack leaves behind for the one after it to be compared with."""

from __future__ import annotations

from datetime import datetime

from domain.figures.breaches import breaches
from domain.figures.compliance import Compliance
from domain.figures.projects import project_figures
from domain.figures.silence import silent_partners
from domain.register import Register
from domain.register.papers import MeetingNotice
from services.reporting.pack.parts import REMEMBERED
from services.reporting.pack.previous import PreviousPack, PreviousProject


def previous_pack(register: Register, notice: MeetingNotice, told_until: datetime | None = None) -> PreviousPack:
    """Return what the pack of ``notice`` said, from the register at its cut-off; nothing of the register is kept."""
    quarter, at = notice.timetable.quarter, notice.timetable.cut_off
    compliance = Compliance(register, at, notice)
    covered = compliance.quarter(quarter)
    on = register.calendar.local_date(at)
    projects = project_figures(register, quarter, on)
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
        breaches=frozenset((each.commitment, each.partner) for each in breaches(compliance)),
        silent=frozenset(silent_partners(register, quarter, on)),
        remembered={what: what(register) for what in REMEMBERED},
    )
