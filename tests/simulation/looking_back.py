"""What a register says of an earlier instant: reports that came in later change nothing of it."""

from __future__ import annotations

from datetime import datetime

from contracts.envelope import Recorded
from contracts.events.returns import (
    CommitmentAttested,
    EvidenceSubmitted,
    QuantityReported,
    ReportWithdrawn,
    ReturnSubmitted,
)
from domain.calendar import Period
from domain.figures.compliance import Compliance, Obligation, Status
from domain.register import apply
from services.reporting.pack import MeetingNotice
from tests.simulation.world import World

REPORTS = (CommitmentAttested, QuantityReported, EvidenceSubmitted, ReportWithdrawn, ReturnSubmitted)
LATER_REPORTS = 200


def look_back(world: World, notice: MeetingNotice) -> None:
    """Compare the obligations at a cut-off, before and after what partners reported later is taken in."""
    cut_off, quarter = notice.timetable.cut_off, notice.timetable.quarter
    before = _obligations(Compliance(world.register_at(cut_off), cut_off, notice), quarter)
    for each in before:
        _check_due(world, each, cut_off)
    known = world.register_at(cut_off)
    for event in _reports_after(world, cut_off):
        # Taken out of their place in the log, the reports follow each other.
        apply(known, event._replace(version=known.position.version + 1))
    for one, other in zip(before, _obligations(Compliance(known, cut_off, notice), quarter), strict=True):
        if one != other:
            world.differ("a later report changes an earlier status", f"{notice.reference}: {one} / {other}")
    world.tally["looks back"] += 1


def _obligations(compliance: Compliance, quarter: Period) -> list[Obligation]:
    quarters = [compliance.quarter(quarter), *compliance.trend(quarter)]
    return [each for one in quarters for each in one.obligations] + compliance.running(quarter)


def _check_due(world: World, each: Obligation, at: datetime) -> None:
    if each.status is Status.MET_LATE and at <= each.due:
        world.differ("an obligation is met late before it is due", each)
    if each.status is Status.NOT_YET_DUE and at >= each.due:
        world.differ("an obligation is not yet due after it is due", each)


def _reports_after(world: World, instant: datetime) -> list[Recorded]:
    reports = [event for event in world.events if isinstance(event.fact, REPORTS) and event.recorded_at > instant]
    return reports[:LATER_REPORTS]
