"""The obligations whose period is still running: by commitment, and within it by how far the partners have come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from domain import wording
from domain.figures.compliance import Obligation, Status
from domain.wording.cells import Cell, Tone
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Block, Column, ColumnKind, Paragraph, Table

NAMED = 6
"""Up to how many partners are named though they are most of those that a commitment binds."""
Group = tuple[Cell, list[Obligation]]


def running(briefing: Briefing) -> Iterator[Block]:
    """Yield how far the partners have come with each commitment; these obligations are counted nowhere."""
    by_commitment = _by_commitment(briefing)
    if not by_commitment:
        yield Paragraph("No obligation’s period is still running.")
        return
    yield Table(
        "Progress so far, counted in no rate",
        (Column("Commitment", share=2.2), Column("Progress", ColumnKind.STATUS, 1.1), Column("Partners", share=4.2)),
        tuple(
            (_commitment(briefing, obligations[0]), progress, Cell(_partners(briefing, group, len(obligations))))
            for obligations in by_commitment.values()
            for progress, group in _by_progress(obligations)
        ),
        "",
        dense=True,
    )


def _by_commitment(briefing: Briefing) -> Mapping[str, list[Obligation]]:
    found: dict[str, list[Obligation]] = {each.reference: [] for each in briefing.now.compliance.commitments}
    for each in briefing.now.running:
        if each.status is not Status.NOT_APPLICABLE:
            found[each.commitment].append(each)
    return {reference: obligations for reference, obligations in found.items() if obligations}


def _by_progress(obligations: Sequence[Obligation]) -> list[Group]:
    """Return the obligations of a commitment by their progress, that of the most partners first."""
    groups: dict[Cell, list[Obligation]] = defaultdict(list)
    for each in obligations:
        groups[_progress(each)].append(each)
    return sorted(groups.items(), key=lambda group: -len(group[1]))


def _commitment(briefing: Briefing, obligation: Obligation) -> Cell:
    period = obligation.period
    return Cell(briefing.short(obligation.commitment), f"{period.label}, to {wording.plain_date(period.last_day)}")


def _partners(briefing: Briefing, group: Sequence[Obligation], bound: int) -> str:
    """Return who has come that far; more than half of the ``bound`` are those whom the rows below do not name."""
    if len(group) == bound > 1:
        return f"All {bound} partners that it binds"
    if len(group) > max(bound // 2, NAMED):
        return f"{len(group)} of {bound}: those that the rows below do not name"
    return f"{len(group)} of {bound}: {wording.listed(briefing.now.partner_name(each.partner) for each in group)}"


def _progress(obligation: Obligation) -> Cell:
    if obligation.status is Status.DEROGATED:
        return wording.OBLIGATIONS[Status.DEROGATED]
    if obligation.status in (Status.MET, Status.MET_LATE):
        return Cell("Met so far", tone=Tone.GOOD)
    return Cell(obligation.progress[:1].upper() + obligation.progress[1:])
