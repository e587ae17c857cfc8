"""Facts that reporting announces on its own stream: packs issued, breaches, returns that are due."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from contracts.events.base import Fact, PartnerCode, PeriodLabel, PersonId, QuarterLabel, Reference, Title, date
from contracts.paths import below_its_address

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class PackFile(BaseModel):
    """One file of an edition, by name, size in bytes and SHA-256."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    size: Annotated[int, Field(ge=0)]
    sha256: Sha256


class PackIssued(Fact):
    """A pack, or a numbered supplement to it, was issued; from now on it never changes.

    ``supplement`` is 0 for the pack itself. ``path`` is where the edition lies below the public address. ``due_at`` is
    when the timetable wanted it, here and below; none is known of what was announced before it was told.
    """

    pack: Reference
    meeting: Reference
    supplement: Annotated[int, Field(ge=0)] = 0
    quarter: QuarterLabel
    meeting_on: date
    meeting_time: dt.time
    cut_off: AwareDatetime
    issue_on: date
    title: Title
    path: Annotated[str, AfterValidator(below_its_address)]
    files: tuple[PackFile, ...]
    recipients: tuple[PersonId, ...]
    due_at: AwareDatetime | None = None

    def subject(self, partnership: str) -> str:
        return self.pack


class BreachArisen(Fact):
    """At a cut-off, a partner had failed a core commitment in two periods running."""

    meeting: Reference
    commitment: Reference
    partner: PartnerCode
    periods: tuple[PeriodLabel, ...]

    def subject(self, partnership: str) -> str:
        return self.commitment


class BreachEnded(Fact):
    """At a cut-off, a breach was no longer one: cured or derogated."""

    meeting: Reference
    commitment: Reference
    partner: PartnerCode

    def subject(self, partnership: str) -> str:
        return self.commitment


class ReturnDue(Fact):
    """The deadline of a quarter's return is near; ``missing`` names the partners that have not submitted it."""

    quarter: QuarterLabel
    deadline: AwareDatetime
    days_before: Annotated[int, Field(ge=1)]
    missing: tuple[PartnerCode, ...]
    due_at: AwareDatetime | None = None


class ReturnOverdue(Fact):
    """The deadline of a quarter's return has passed; ``missing`` names the partners that have not submitted it."""

    quarter: QuarterLabel
    deadline: AwareDatetime
    missing: tuple[PartnerCode, ...]
    due_at: AwareDatetime | None = None
