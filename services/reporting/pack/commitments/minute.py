"""In one minute: who is in breach, and how far the commitments are met."""

from __future__ import annotations

from collections.abc import Iterable

from domain import wording
from domain.figures.compliance import QuarterCompliance
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.commitments.breaches import by_partner
from services.reporting.pack.minute import NAMED, Finding

MAKING_THE_DIFFERENCE = 3


def breached(briefing: Briefing) -> Finding | None:
    """Return who failed which core commitments in two periods running, those with the most first."""
    breaches = by_partner(briefing.now.breaches)
    if not breaches:
        is_core = any(each.core for each in briefing.now.compliance.commitments)
        return Finding("no core commitment is in breach", "exceptions", is_well=True) if is_core else None
    are_few = len(breaches) <= NAMED + 1
    words = (
        f"{briefing.now.partner_name(partner)} ({_commitments(briefing, commitments) if are_few else len(commitments)})"
        for partner, commitments in breaches.items()
    )
    return Finding(f"in breach of core commitments: {wording.listed_up_to(NAMED, words)}", "exceptions")


def _commitments(briefing: Briefing, commitments: Iterable[str]) -> str:
    return wording.listed_up_to(3, map(briefing.short, commitments))


def met(briefing: Briefing) -> Finding | None:
    """Return the rate of the quarter, its change from the quarter before, and who makes the difference to the whole."""
    covered = briefing.now.covered
    counts, before = covered.partnership, briefing.now.trend[-1]
    if counts.rate is None:
        return None
    change = "" if before.partnership.rate is None else _change(counts.rate, before.partnership.rate, before)
    what = f"{counts.fulfilled} of {counts.due} obligations of {covered.quarter.label} were met"
    return Finding(f"{what} ({wording.per_cent(counts.rate)}{change}){_difference(briefing)}", "exceptions")


def _change(now: int, was: int, before: QuarterCompliance) -> str:
    label = before.quarter.label
    if now == was:
        return f", as in {label}"
    return f", {'up' if now > was else 'down'} from {wording.per_cent(was)} in {label}"


def _difference(briefing: Briefing) -> str:
    """Return the partners with the most obligations that were not met, and how many of all those are theirs."""
    failed = {code: each.due - each.fulfilled for code, each in briefing.now.covered.by_partner.items()}
    failing = sorted((code for code in failed if failed[code]), key=lambda code: (-failed[code], code))
    if not failing:
        return ""
    most = failing[:MAKING_THE_DIFFERENCE]
    names = wording.listed(f"{briefing.now.partner_name(code)} ({failed[code]})" for code in most)
    if len(failing) == len(most):
        return f"; those that were not are those of {names}"
    return f"; of the {sum(failed.values())} that were not, most are those of {names}"
