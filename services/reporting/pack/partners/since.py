"""How the partnership's membership changed since the last pack: joined, left, renamed, another kind of member."""

from __future__ import annotations

from collections.abc import Iterator

from domain import wording
from domain.register import Register
from domain.register.partners import Partner
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Column, ColumnKind, Table
from services.reporting.pack.previous import PreviousPack


def partners(briefing: Briefing, before: PreviousPack) -> Table:
    """Return the partners that joined, left, were renamed or became another kind of member."""
    return Table(
        "Partners that joined, left, were renamed or changed their membership",
        (Column("Partner", share=2), Column("What changed", share=3), Column("From", ColumnKind.DATE)),
        tuple(row for partner in briefing.now.compliance.partners for row in _changes(briefing, before, partner)),
        "No partner joined, left or changed.",
    )


def leavers(register: Register) -> frozenset[str]:
    """Return the codes of the partners whose leaving is known."""
    return frozenset(each.code for each in register.partners.values() if each.left_on is not None)


def _changes(briefing: Briefing, before: PreviousPack, partner: Partner) -> Iterator[tuple[Cell, ...]]:
    name = Cell(partner.name)
    first, *later = partner.memberships
    if briefing.is_news(partner.admitted_at):
        yield name, Cell(f"Joined as a {first.membership} member"), Cell(wording.short_date(partner.joined_on))
    former = briefing.former_name(partner.code)
    if former is not None:
        renamed = briefing.now.calendar.local_date(partner.names[-1].recorded_at)
        yield name, Cell("Renamed", f"formerly {former}"), Cell(wording.short_date(renamed))
    for each in later:
        if briefing.is_news(each.recorded_at):
            yield name, Cell(f"Becomes a {each.membership} member"), Cell(wording.short_date(each.since))
    if partner.left_on is not None and partner.code not in before.of(leavers):
        yield name, Cell("Left"), Cell(wording.short_date(partner.left_on))
