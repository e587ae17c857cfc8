"""Facts about the partners' membership."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from contracts.events.base import Fact, PartnerCode, Reference, Text, Title, date

GssCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]\d{8}$")]


class PartnerKind(StrEnum):
    """What sort of public body, or other organisation, a partner is."""

    LONDON_BOROUGH = "london_borough"
    COUNTY = "county"
    UNITARY = "unitary"
    DISTRICT = "district"
    METROPOLITAN = "metropolitan"
    COMBINED_AUTHORITY = "combined_authority"
    NATIONAL_BODY = "national_body"
    UNIVERSITY = "university"
    HEALTH = "health"
    POLICE = "police"
    FIRE = "fire"
    CHARITY = "charity"
    COMPANY = "company"
    OTHER = "other"


class Membership(StrEnum):
    """Whether core commitments bind a partner, or those alone that it adopted. Source: domain.md section 10."""

    FULL = "full"
    SUPPORTING = "supporting"


class PartnerAdmitted(Fact):
    """An organisation joined the partnership; ``joined_on`` is its first day as a member."""

    partner: PartnerCode
    name: Title
    kind: PartnerKind
    gss: GssCode | None = None
    membership: Membership = Membership.FULL
    joined_on: date
    decision: Reference | None = None

    def subject(self, partnership: str) -> str:
        return self.partner


class PartnerLeft(Fact):
    """A partner left; ``left_on`` is the first day on which it is no longer a member."""

    partner: PartnerCode
    left_on: date
    decision: Reference | None = None

    def subject(self, partnership: str) -> str:
        return self.partner


class PartnerLeavingWithdrawn(Fact):
    """That a partner leaves on ``left_on`` was taken back: it is as if it had never been recorded."""

    partner: PartnerCode
    left_on: date
    reason: Text

    def subject(self, partnership: str) -> str:
        return self.partner


class PartnerAmended(Fact):
    """What is known of a partner was put right or has changed; None stands for what stays as it is.

    ``membership`` holds from ``membership_from`` on, and neither is given without the other.
    """

    partner: PartnerCode
    name: Title | None = None
    kind: PartnerKind | None = None
    gss: GssCode | None = None
    membership: Membership | None = None
    membership_from: date | None = None
    reason: Text

    def subject(self, partnership: str) -> str:
        return self.partner
