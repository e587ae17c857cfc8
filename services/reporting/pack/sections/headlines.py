"""The four figures of the first page, each with its direction and what it is compared with.

The rate is compared with that of the quarter before, counted as at the same cut-off; all else with the last pack.
"""

from __future__ import annotations

from collections import Counter

from domain import wording
from domain.figures.schedule import ScheduleStatus
from domain.wording.cells import Cell, Tone
from services.reporting.pack.briefing import Briefing


def headlines(briefing: Briefing) -> tuple[Cell, ...]:
    """Return breaches, schedule, compliance and silence, in this order."""
    return (_breaches(briefing), _schedule(briefing), _compliance(briefing), _silence(briefing))


def travelled(now: int, was: int | None) -> str:
    """Say how a number of things that should be few has moved: ``worse, 1 more than in the last pack``."""
    if was is None:
        return ""
    if now == was:
        return "unchanged since the last pack"
    direction, more = ("worse", "more") if now > was else ("better", "fewer")
    return f"{direction}, {abs(now - was)} {more} than in the last pack"


def _breaches(briefing: Briefing) -> Cell:
    breaches, before = len(briefing.now.breaches), briefing.before
    travel = travelled(breaches, None if before is None else len(before.breaches))
    if not breaches:
        return Cell("No core commitment is in breach", travel, Tone.GOOD)
    return Cell(f"{wording.count(breaches, 'breach', 'breaches')} of core commitments", travel, Tone.BAD)


def _schedule(briefing: Briefing) -> Cell:
    projects, before = briefing.now.open_projects, briefing.before
    if not projects:
        return Cell("No open projects", "nothing is being delivered together", Tone.NEUTRAL)
    counted = Counter(each.schedule for each in projects)
    red, amber = counted[ScheduleStatus.RED], counted[ScheduleStatus.AMBER]
    was = None if before is None else sum(each.schedule is ScheduleStatus.RED for each in before.open_projects)
    tone = Tone.BAD if red else Tone.CAUTION if amber else Tone.GOOD
    text = f"Schedule red for {red} of {wording.count(len(projects), 'open project')}"
    others = f"{amber} amber, {counted[ScheduleStatus.GREEN]} green, {counted[ScheduleStatus.NONE]} without a baseline"
    return Cell(text, "; ".join(filter(None, (travelled(red, was), others))), tone)


def _compliance(briefing: Briefing) -> Cell:
    counts, last = briefing.now.covered.partnership, briefing.now.trend[-1]
    if counts.rate is None:
        return Cell("No commitment fell due", f"in {briefing.now.quarter.label}", Tone.NEUTRAL)
    travel = _rate_travelled(counts.rate, last.partnership.rate)
    note = f"{counts.fulfilled} of {counts.due}; {travel} {last.quarter.label}: {wording.rate(last.partnership)}"
    return Cell(f"{wording.per_cent(counts.rate)} of commitments met", note, Tone.NEUTRAL)


def _rate_travelled(now: int, was: int | None) -> str:
    if was is None:
        return "in"
    return "unchanged since" if now == was else "better than in" if now > was else "worse than in"


def _silence(briefing: Briefing) -> Cell:
    silent, before = len(briefing.now.silent), briefing.before
    members = sum(each.is_full_member_on(briefing.now.on) for each in briefing.register.partners.values())
    travel = travelled(silent, None if before is None else len(before.silent))
    note = "; ".join(filter(None, (f"of {members}", travel)))
    if not silent:
        return Cell("No partner is silent", note, Tone.GOOD)
    return Cell(f"{wording.count(silent, 'partner')} {'is' if silent == 1 else 'are'} silent", note, Tone.CAUTION)
