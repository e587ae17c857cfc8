"""The days that partners pledged and released."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from contracts.envelope import Recorded
from contracts.events.capacity import CapacityPledged, CapacityReleased, ReleaseWithdrawn
from domain.calendar import Period
from domain.register import amendments
from domain.register.applying import applies, named_partner
from domain.register.sharing import shared_amount, shared_day

if TYPE_CHECKING:
    from domain.register import Register


class Release(NamedTuple):
    """Days released for a project on a date; ``release`` is the version of its event, which a correction names."""

    project: str
    on: date
    days: Decimal
    recorded_at: datetime
    release: int


@dataclass(slots=True)
class Capacity:
    """Pledges by (partner, quarter label, project), releases by partner as they were recorded; all in days."""

    pledges: defaultdict[tuple[str, str], dict[str, Decimal]] = field(default_factory=lambda: defaultdict(dict))
    releases: defaultdict[str, list[Release]] = field(default_factory=lambda: defaultdict(list))

    def pledged(self, partner: str, quarter: Period) -> Decimal:
        """Return the days that ``partner`` pledged for ``quarter``, over all projects."""
        return sum(self.pledges.get((partner, quarter.label), {}).values(), Decimal(0))

    def latest_release(self, partner: str, project: str, on: date) -> Release | None:
        """Return what was released last of what a partner gave a project on a date, and has not taken back."""
        latest_first = reversed(self.releases.get(partner, ()))
        return next((each for each in latest_first if (each.project, each.on) == (project, on)), None)

    def released(self, partner: str, quarter: Period) -> Decimal:
        """Return the days that ``partner`` released in ``quarter``, over all projects."""
        return sum((each.days for each in self.releases.get(partner, ()) if each.on in quarter), Decimal(0))

    def recorded_since(self, partner: str, instant: datetime) -> list[Release]:
        """Return what was recorded after ``instant`` of the days that a partner released."""
        releases = self.releases.get(partner, [])
        return releases[bisect_right(releases, instant, key=attrgetter("recorded_at")) :]


@applies(CapacityPledged, about=named_partner)
def pledged(register: Register, fact: CapacityPledged, event: Recorded) -> None:
    register.capacity.pledges[fact.partner, fact.quarter][fact.project] = shared_amount(fact.days)


@applies(CapacityReleased, about=named_partner)
def released(register: Register, fact: CapacityReleased, event: Recorded) -> None:
    register.capacity.releases[fact.partner].append(
        Release(fact.project, shared_day(fact.on), shared_amount(fact.days), event.recorded_at, event.version)
    )


@applies(ReleaseWithdrawn, about=named_partner)
def withdrawn(register: Register, fact: ReleaseWithdrawn, event: Recorded) -> None:
    releases = register.capacity.releases[fact.partner]
    taken_back = next(each for each in releases if each.release == fact.release)
    releases.remove(taken_back)
    what = {f"days released for {fact.project} on {fact.on}": (f"{taken_back.days:.2f}", None)}
    amendments.note(register, event, fact.partner, fact.reason, what)
