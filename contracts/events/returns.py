"""Facts that partners report: attestations, amounts, evidence and the return of a quarter."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.events.base import (
    Amount,
    Fact,
    Link,
    Note,
    PartnerCode,
    PeriodLabel,
    QuarterLabel,
    Reference,
    Text,
    Title,
    date,
)


class Answer(StrEnum):
    """What a partner attests."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class EvidenceItem(BaseModel):
    """Something that can be looked at: what it is, and perhaps where."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Title
    link: Link | None = None


class ReportKind(StrEnum):
    """What can be taken back by a correction."""

    QUANTITY = "quantity"
    EVIDENCE = "evidence"


class CommitmentAttested(Fact):
    """A partner said how it stands with a commitment in a period; a later one for the same obligation replaces it."""

    commitment: Reference
    partner: PartnerCode
    period: PeriodLabel
    answer: Answer
    evidence: EvidenceItem | None = None

    def subject(self, partnership: str) -> str:
        return self.commitment


class QuantityReported(Fact):
    """A partner reported an amount; amounts add up."""

    commitment: Reference
    partner: PartnerCode
    on: date
    amount: Amount
    note: Text | None = None

    def subject(self, partnership: str) -> str:
        return self.commitment


class EvidenceSubmitted(Fact):
    """A partner submitted an item of evidence; items add up."""

    commitment: Reference
    partner: PartnerCode
    on: date
    evidence: EvidenceItem

    def subject(self, partnership: str) -> str:
        return self.commitment


class ReportWithdrawn(Fact):
    """An amount or item of evidence was taken back; ``report`` is the version of the event that it takes back."""

    what: ReportKind
    commitment: Reference
    partner: PartnerCode
    on: date
    report: int
    reason: Text

    def subject(self, partnership: str) -> str:
        return self.commitment


class ReturnSubmitted(Fact):
    """A partner submitted its return for a quarter, perhaps with a note to the board: ``LAP-2014-15-Q2-BRE``."""

    partner: PartnerCode
    quarter: QuarterLabel
    nothing_changed: bool = False
    note: Note | None = None

    def subject(self, partnership: str) -> str:
        return f"{partnership}-{self.quarter.replace(' ', '-')}-{self.partner}"


class PartnersReminded(Fact):
    """Partners were reminded of a quarter's return, which was due at ``deadline`` as it stood then."""

    quarter: QuarterLabel
    deadline: AwareDatetime
    partners: Annotated[tuple[PartnerCode, ...], Field(min_length=1)]

    def subject(self, partnership: str) -> str:
        return f"{partnership}-{self.quarter.replace(' ', '-')}"
