"""Facts about the partnership as a whole and the people who act in it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.events.base import Fact, PartnerCode, PersonId, Text, Title, date


class Role(StrEnum):
    """What a person may hold within one partnership. Source: domain.md section 2."""

    CHAIR = "chair"
    BOARD_MEMBER = "board_member"
    SUBSTITUTE = "substitute"
    PARTNER_LEAD = "partner_lead"
    CONTRIBUTOR = "contributor"
    SECRETARY = "secretary"
    OBSERVER = "observer"


class BoardRules(BaseModel):
    """How the project board works: days between papers and meeting, and what makes a quorum."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clear_days: Annotated[int, Field(ge=0, le=60)] = 5
    cutoff_working_days: Annotated[int, Field(ge=0, le=60)] = 3
    quorum_count: Annotated[int, Field(ge=1, le=1000)] = 1
    quorum_partners: Annotated[int, Field(ge=1, le=1000)] = 1
    must_attend: tuple[PartnerCode, ...] = ()


class BoardAmendment(BaseModel):
    """The rules of the board that change; None for each that stays as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clear_days: Annotated[int, Field(ge=0, le=60)] | None = None
    cutoff_working_days: Annotated[int, Field(ge=0, le=60)] | None = None
    quorum_count: Annotated[int, Field(ge=1, le=1000)] | None = None
    quorum_partners: Annotated[int, Field(ge=1, le=1000)] | None = None
    must_attend: tuple[PartnerCode, ...] | None = None


class PartnershipFormed(Fact):
    """The partnership began; ``imported_at`` is when its history was imported, if it was."""

    name: Title
    vision: Text
    formed_on: date
    financial_year_start_month: Annotated[int, Field(ge=1, le=12)]
    timezone: str
    holidays: str
    board: BoardRules
    imported_at: AwareDatetime | None = None


class PartnershipAmended(Fact):
    """The partnership goes by another name, vision or rules for meetings dated on or after ``holds_from``."""

    name: Title | None = None
    vision: Text | None = None
    holidays: str | None = None
    board: BoardAmendment | None = None
    holds_from: date
    reason: Text


class Holiday(BaseModel):
    """A day that is no working day, and what it is called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    on: date
    name: Title


class HolidaysRecorded(Fact):
    """The system noted the bank holidays of one year in a set, which from now on are those: a library may change."""

    holiday_set: Annotated[str, Field(min_length=1, max_length=16)]
    year: Annotated[int, Field(ge=1, le=9999)]
    holidays: tuple[Holiday, ...]


class HolidayAdded(Fact):
    """A day that lay ahead became a holiday: newly proclaimed, or a local one."""

    on: date
    name: Title


class HolidayRemoved(Fact):
    """A day that lay ahead ceased to be a holiday."""

    on: date
    reason: Text


class PersonAppointed(Fact):
    """A person, known here by an opaque id alone, was given roles: all that they hold from now on.

    ``partner`` is the one for which they act; ``partners`` are several. Without either they act for none.
    """

    person: PersonId
    partner: PartnerCode | None = None
    partners: tuple[PartnerCode, ...] = ()
    roles: tuple[Role, ...]

    def subject(self, partnership: str) -> str:
        return self.person

    @property
    def acts_for(self) -> tuple[str, ...]:
        """Every partner for which the person acts."""
        return self.partners or (() if self.partner is None else (self.partner,))


class RolesEnded(Fact):
    """A person no longer holds roles; ``on`` is the first day without them.

    ``partner`` is the one for which they held them, None where it is about all; empty ``roles`` are all roles.
    """

    person: PersonId
    partner: PartnerCode | None = None
    roles: tuple[Role, ...] = ()
    on: date

    def subject(self, partnership: str) -> str:
        return self.person
