"""Who leads a project and who takes part in it, day by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Lead:
    """The partner that leads from a day on."""

    partner: str
    since: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """The days on which a partner is in a project, as its lead or taking part; ``until`` is the first one without."""

    partner: str
    since: date
    until: date = date.max

    def __contains__(self, day: date) -> bool:
        return self.since <= day < self.until


@dataclass(slots=True)
class Participation:
    """``leads`` in the order in which they were recorded, ``parts`` in that in which partners came in."""

    leads: list[Lead]
    parts: list[Part] = field(default_factory=list)

    @classmethod
    def begun(cls, lead: str, taking_part: Iterable[str], recorded_at: datetime) -> Participation:
        """Return who is in a project from its beginning."""
        parts = [Part(partner, date.min) for partner in (lead, *taking_part)]
        return cls([Lead(lead, date.min, recorded_at)], parts)

    def lead_on(self, day: date) -> str:
        """Return who leads on ``day``: a change that was recorded later holds from its own day on."""
        return next(each.partner for each in reversed(self.leads) if each.since <= day)

    def others_on(self, day: date) -> tuple[str, ...]:
        """Return who takes part on ``day`` beside the lead, in the order in which they came in."""
        lead = self.lead_on(day)
        there = dict.fromkeys(each.partner for each in self.parts if day in each)
        return tuple(partner for partner in there if partner != lead)

    def includes(self, partner: str, day: date) -> bool:
        """Say whether a partner is in on ``day``."""
        return any(each.partner == partner and day in each for each in self.parts)

    def parts_of(self, partner: str) -> list[Part]:
        """Return the spans of days on which a partner is in."""
        return [each for each in self.parts if each.partner == partner]

    def leads_from(self, partner: str, day: date) -> date | None:
        """Return the first day from ``day`` on which a partner leads, None where it never does."""
        begins = sorted({day, *(each.since for each in self.leads if each.since > day)})
        return next((each for each in begins if self.lead_on(each) == partner), None)

    def change_lead(self, partner: str, since: date, recorded_at: datetime) -> None:
        """Have a partner lead from a day on, which brings it in where it is not."""
        self.leads.append(Lead(partner, since, recorded_at))
        self.join(partner, since)

    def join(self, partner: str, since: date) -> None:
        """Bring a partner in from a day on."""
        if not self.includes(partner, since):
            self.parts.append(Part(partner, since))

    def leave(self, partner: str, left_on: date) -> None:
        """End what a partner has from a day on."""
        ended = (
            replace(each, until=min(each.until, left_on)) if each.partner == partner else each for each in self.parts
        )
        self.parts = [each for each in ended if each.since < each.until]
