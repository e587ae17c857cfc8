"""The partners and their membership."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from contracts.envelope import Recorded
from contracts.events.partners import (
    Membership,
    PartnerAdmitted,
    PartnerAmended,
    PartnerKind,
    PartnerLeavingWithdrawn,
    PartnerLeft,
)
from domain.calendar import Period
from domain.register import amendments
from domain.register.applying import applies
from domain.register.kinds import Kind
from domain.register.people import after_leaving, after_staying

if TYPE_CHECKING:
    from domain.register import Register


@dataclass(frozen=True, slots=True)
class Named:
    """A name that a partner was given, and when that was recorded."""

    name: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class MembershipEntry:
    """Full or supporting, and from which day on; ``recorded_at`` is when that was entered."""

    membership: Membership
    since: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Leaving:
    """That a partner leaves: the first day ``on`` which it is no longer a member.

    ``number`` is the version of the event, ``decision`` is the one that brought it about, where one did.
    """

    on: date
    number: int
    decision: str | None


@dataclass(slots=True)
class Partner:
    """A member organisation; ``leaving`` is there once it is recorded that it leaves, and until that is taken back.

    ``names`` and ``memberships`` are in the order in which they were recorded, the first ones from its admission.
    """

    code: str
    kind: PartnerKind
    gss: str | None
    joined_on: date
    admitted_at: datetime
    names: list[Named]
    memberships: list[MembershipEntry]
    leaving: Leaving | None = None

    @property
    def left_on(self) -> date | None:
        """The first day on which it is no longer a member; None where it stays."""
        return None if self.leaving is None else self.leaving.on

    @property
    def name(self) -> str:
        """The present name."""
        return self.names[-1].name

    def name_at(self, instant: datetime) -> str:
        """Return the name by which it was known at ``instant``, its first one where it was not known at all."""
        known = (each.name for each in reversed(self.names) if each.recorded_at <= instant)
        return next(known, self.names[0].name)

    def is_member_on(self, day: date) -> bool:
        """Say whether the organisation is a member on ``day``."""
        return self.joined_on <= day and not self.has_left_by(day)

    def has_left_by(self, day: date) -> bool:
        """Say whether the organisation had left by ``day``."""
        return self.leaving is not None and self.leaving.on <= day

    def is_member_during(self, period: Period) -> bool:
        """Say whether the organisation is a member on at least one day of ``period``."""
        first_day = max(self.joined_on, period.first_day)
        return first_day <= period.last_day and self.is_member_on(first_day)

    def is_member_throughout(self, period: Period) -> bool:
        """Say whether the organisation is a member on both the first and the last day of ``period``."""
        return self.is_member_on(period.first_day) and self.is_member_on(period.last_day)

    def membership_on(self, day: date) -> Membership:
        """Return what kind of member it is on ``day``: the change with the latest date holds, of those the last one."""
        latest = self.memberships[0]
        for each in self.memberships:
            if latest.since <= each.since <= day:
                latest = each
        return latest.membership

    def is_supporting_from(self, day: date) -> bool:
        """Say whether the organisation is a supporting member on ``day``, or becomes one later."""
        later = (each.membership for each in self.memberships if each.since > day)
        return Membership.SUPPORTING in (self.membership_on(day), *later)

    def is_full_member_on(self, day: date) -> bool:
        """Say whether the organisation is a member on ``day``, and a full one."""
        return self.is_member_on(day) and self.membership_on(day) is Membership.FULL

    def is_full_member_at_both_ends(self, period: Period) -> bool:
        """Say whether the organisation is a full member on both the first and the last day of ``period``."""
        return self.is_full_member_on(period.first_day) and self.is_full_member_on(period.last_day)

    def is_full_member_throughout(self, period: Period) -> bool:
        """Say whether the organisation is a full member on every day of ``period``."""
        changes = (each.since for each in self.memberships if each.since in period)
        return self.is_full_member_at_both_ends(period) and all(self.is_full_member_on(day) for day in changes)


LEAVING = "leaving"
"""What is amended where that a partner leaves is taken back."""

PARTNERS: Kind[Partner] = Kind("partner", "", lambda register: register.partners)


@applies(PartnerAdmitted)
def admitted(register: Register, fact: PartnerAdmitted, event: Recorded) -> None:
    register.partners[fact.partner] = Partner(
        code=fact.partner,
        kind=fact.kind,
        gss=fact.gss,
        joined_on=fact.joined_on,
        admitted_at=event.recorded_at,
        names=[Named(fact.name, event.recorded_at)],
        memberships=[MembershipEntry(fact.membership, date.min, event.recorded_at)],
    )


@applies(PartnerAmended)
def amended(register: Register, fact: PartnerAmended, event: Recorded) -> None:
    partner = register.partners[fact.partner]
    partner.kind = fact.kind or partner.kind
    partner.gss = fact.gss or partner.gss
    if fact.name is not None:
        partner.names.append(Named(fact.name, event.recorded_at))
    if fact.membership is not None and fact.membership_from is not None:
        partner.memberships.append(MembershipEntry(fact.membership, fact.membership_from, event.recorded_at))


@applies(PartnerLeft)
def left(register: Register, fact: PartnerLeft, event: Recorded) -> None:
    register.partners[fact.partner].leaving = Leaving(fact.left_on, event.version, fact.decision)
    for person in register.people.values():
        register.people[person.id] = after_leaving(person, fact.partner, fact.left_on)


@applies(PartnerLeavingWithdrawn)
def leaving_withdrawn(register: Register, fact: PartnerLeavingWithdrawn, event: Recorded) -> None:
    register.partners[fact.partner].leaving = None
    for person in register.people.values():
        register.people[person.id] = after_staying(person, fact.partner)
    amendments.note(register, event, fact.partner, fact.reason, {LEAVING: (fact.left_on, None)})
