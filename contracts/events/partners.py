"""Facts about the partners' membership."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from contracts.events.base import Fact, PartnerCode, Reference, Title, date

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


class PartnerAdmitted(Fact):
    """An organisation joined the partnership; ``joined_on`` is its first day as a member."""

    partner: PartnerCode
    name: Title
    kind: PartnerKind
    gss: GssCode | None = None
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
