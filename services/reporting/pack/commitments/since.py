"""Compliance up and down since the last pack, and what was recorded since about quarters that it had counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from domain import wording
from domain.figures.compliance import Counts, Obligation, QuarterCompliance, Status
from domain.figures.overview import Figures
from domain.wording.cells import Cell, Tone
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Column, ColumnKind, Table
from services.reporting.pack.previous import PreviousPack

Row = tuple[Cell, ...]


def rates(briefing: Briefing, before: PreviousPack) -> Table:
    """Return the rates that went up or down: of the partnership and of each commitment."""
    return Table(
        f"Compliance of {before.quarter.label}, as in the last pack and now"
        if _is_about_one_quarter(before, briefing.now)
        else f"Compliance, {before.quarter.label} as in the last pack and {briefing.now.quarter.label} now",
        _columns("Commitment", before, briefing.now),
        tuple(_rates(briefing, before)),
        "No rate of compliance went up or down.",
    )


def _rates(briefing: Briefing, before: PreviousPack) -> Iterator[Row]:
    now = briefing.now.covered
    row = _changed(Cell("The partnership"), before.covered.partnership, now.partnership)
    if row is not None:
        yield row
    for reference, counts in now.by_commitment.items():
        row = _changed(Cell(briefing.titled(reference)), before.covered.by_commitment.get(reference), counts)
        if row is not None:
            yield row


def partners(briefing: Briefing, before: PreviousPack) -> Table:
    """Return the partners whose rate went up or down."""
    rows = (
        _changed(Cell(briefing.now.partner_name(code)), before.covered.by_partner.get(code), counts)
        for code, counts in briefing.now.covered.by_partner.items()
    )
    return Table(
        f"Partners whose rate of {before.quarter.label} went up or down"
        if _is_about_one_quarter(before, briefing.now)
        else f"Partners whose rate went up or down, {before.quarter.label} to {briefing.now.quarter.label}",
        _columns("Partner", before, briefing.now),
        tuple(row for row in rows if row is not None),
        "No partner’s rate went up or down.",
        dense=True,
    )


def _columns(first: str, before: PreviousPack, now: Figures) -> tuple[Column, ...]:
    is_one = _is_about_one_quarter(before, now)
    return (
        Column(first, share=2.4),
        Column("In the last pack" if is_one else before.quarter.label, ColumnKind.NUMBER),
        Column("Now" if is_one else now.quarter.label, ColumnKind.NUMBER),
        Column("Change", ColumnKind.STATUS, 1),
    )


def _is_about_one_quarter(before: PreviousPack, now: Figures) -> bool:
    """Say whether the last pack was about the same quarter: a supplement's was, and that of a meeting soon before."""
    return before.quarter == now.quarter


def _changed(name: Cell, before: Counts | None, now: Counts) -> Row | None:
    if before is None or before.rate is None or now.rate is None or before.rate == now.rate:
        return None
    return name, Cell(wording.rate(before)), Cell(wording.rate(now)), change(before.rate, now.rate)


def change(was: int, now: int) -> Cell:
    """Say by how many percentage points a rate went up or down."""
    points = wording.count(abs(now - was), "point")
    return Cell(f"Up {points}", tone=Tone.GOOD) if now > was else Cell(f"Down {points}", tone=Tone.BAD)


def late_entries(briefing: Briefing, before: PreviousPack) -> Table:
    """Return what came in since about quarters that the last pack had counted: it never altered that pack."""
    rows = [*_changed_statuses(briefing, before), *_late_days(briefing, before)]
    return Table(
        f"Recorded since the last pack about {before.quarter.label} or earlier",
        (
            Column("Partner", share=1.9),
            Column("About", share=2.3),
            Column("Last pack said", ColumnKind.STATUS, 1.1),
            Column("Now", ColumnKind.STATUS, 1.1),
        ),
        tuple(rows),
        "Nothing was recorded since about earlier quarters.",
        dense=True,
    )


def _changed_statuses(briefing: Briefing, before: PreviousPack) -> Iterator[Row]:
    then = {_key(each): each.status for each in _obligations(before.counted)}
    for obligation in _obligations((*briefing.now.trend, briefing.now.covered)):
        was = then.get(_key(obligation))
        if was is None or was is obligation.status or obligation.status is Status.NOT_APPLICABLE:
            continue
        yield (
            Cell(briefing.now.partner_name(obligation.partner)),
            Cell(briefing.titled(obligation.commitment), obligation.period.label),
            wording.OBLIGATIONS[was],
            wording.OBLIGATIONS[obligation.status],
        )


def _key(obligation: Obligation) -> tuple[str, str, date]:
    return obligation.commitment, obligation.partner, obligation.period.first_day


def _obligations(quarters: Iterable[QuarterCompliance]) -> Iterator[Obligation]:
    for quarter in quarters:
        yield from quarter.obligations


def _late_days(briefing: Briefing, before: PreviousPack) -> Iterator[Row]:
    """Yield the days released in a quarter that the last pack had covered, and recorded after its cut-off."""
    capacity = briefing.register.capacity
    for partner in sorted(capacity.releases):
        for release in capacity.recorded_since(partner, before.told_until):
            if release.on <= before.quarter.last_day:
                yield (
                    Cell(briefing.now.partner_name(partner)),
                    Cell(f"Days released for {briefing.titled(release.project)}", wording.plain_date(release.on)),
                    Cell("Not recorded"),
                    Cell(f"{wording.quantity(release.days)} days", _recorded(briefing, release.recorded_at)),
                )


def _recorded(briefing: Briefing, at: datetime) -> str:
    return f"recorded {wording.short_date(briefing.now.calendar.local_date(at))}"
