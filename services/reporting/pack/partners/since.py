"""How the partnership's membership changed since the last pack: who joined, left, stays after all, was renamed or
became another kind of member.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from domain import wording
from domain.register import Register
from domain.register.partners import LEAVING, Partner
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Column, ColumnKind, Table
from services.reporting.pack.previous import PreviousPack


class MembershipChange(NamedTuple):
    """What changed about a partner, from which day on, and why where a reason was given."""

    partner: Cell
    what: Cell
    since: Cell
    reason: str = ""


def partners(briefing: Briefing, before: PreviousPack) -> Table:
    """Return the partners that joined, left, were renamed or became another kind of member."""
    return Table(
        "Partners that joined, left, were renamed or changed their membership",
        (Column("Partner", share=2), Column("What changed", share=3), Column("From", ColumnKind.DATE)),
        tuple(each[:-1] for each in changes(briefing, before)),
        "No partner joined, left or changed.",
    )


def changes(briefing: Briefing, before: PreviousPack) -> Iterator[MembershipChange]:
    """Yield what changed, partner by partner."""
    for partner in briefing.now.compliance.partners:
        yield from _changes(briefing, before, partner)


def leavings(register: Register) -> Mapping[str, date]:
    """Return by code the day on which each partner leaves, of those of which it is known."""
    return {each.code: each.left_on for each in register.partners.values() if each.left_on is not None}


def _changes(briefing: Briefing, before: PreviousPack, partner: Partner) -> Iterator[MembershipChange]:
    name = Cell(partner.name)
    first, *later = partner.memberships
    if briefing.is_news(partner.admitted_at):
        joined = Cell(wording.short_date(partner.joined_on))
        yield MembershipChange(name, Cell(f"Joined as a {first.membership} member"), joined)
    former = briefing.former_name(partner.code)
    if former is not None:
        renamed = briefing.now.calendar.local_date(partner.names[-1].recorded_at)
        yield MembershipChange(name, Cell("Renamed", f"formerly {former}"), Cell(wording.short_date(renamed)))
    for each in later:
        if briefing.is_news(each.recorded_at):
            since = Cell(wording.short_date(each.since))
            yield MembershipChange(name, Cell(f"Becomes a {each.membership} member"), since)
    yield from _taken_back(briefing, partner)
    if partner.left_on is not None and partner.left_on != before.of(leavings).get(partner.code):
        yield MembershipChange(name, Cell("Left"), Cell(wording.short_date(partner.left_on)))


def _taken_back(briefing: Briefing, partner: Partner) -> Iterator[MembershipChange]:
    """Yield that it was taken back that a partner leaves, as often as it was; the leaving may have been told or not."""
    for each in briefing.register.amendments:
        if (each.subject, each.what) == (partner.code, LEAVING) and briefing.is_news(each.recorded_at):
            assert isinstance(each.was, date)
            what = Cell(f"Leaving on {wording.plain_date(each.was)} taken back")
            since = Cell(wording.short_date(briefing.now.calendar.local_date(each.recorded_at)))
            yield MembershipChange(Cell(partner.name), what, since, each.reason or "")
