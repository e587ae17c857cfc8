"""Facts about the days that partners pledge to projects and release for them."""

from __future__ import annotations

from contracts.events.base import Amount, Fact, PartnerCode, QuarterLabel, Reference, Text, date


class CapacityPledged(Fact):
    """A partner pledged days to a project for a quarter; a later pledge for the same three replaces it."""

    partner: PartnerCode
    project: Reference
    quarter: QuarterLabel
    days: Amount

    def subject(self, partnership: str) -> str:
        return self.partner


class CapacityReleased(Fact):
    """A partner released days for a project; releases add up."""

    partner: PartnerCode
    project: Reference
    on: date
    days: Amount

    def subject(self, partnership: str) -> str:
        return self.partner


class ReleaseWithdrawn(Fact):
    """Released days were taken back; ``release`` is the version of the event that it takes back."""

    partner: PartnerCode
    project: Reference
    on: date
    release: int
    reason: Text

    def subject(self, partnership: str) -> str:
        return self.partner
