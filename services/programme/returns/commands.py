"""What partners report on their commitments, and the return of a quarter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field, StrictBool

from contracts.events.base import PartnerCode, PeriodLabel, QuarterLabel
from contracts.events.returns import Answer, ReportKind
from services.programme.commitments.commands import CommitmentRef
from services.programme.core.command import Command, DateRule, Fields
from services.programme.core.fields import Amount, IsoDate, Link, Note, Text, Title, Words

Partner = Annotated[PartnerCode, Field(description="Code of the partner.", examples=["BRE"])]


class EvidenceEntry(Fields):
    """Something that can be looked at."""

    title: Annotated[Title, Field(description="What it is.", examples=["Minutes of the cabinet"])]
    link: Annotated[Link | None, Field(description="Where it is.", examples=["https://brent.example/minutes"])] = None


class AttestCommitment(Command):
    """Say how a partner stands with a commitment in a period. A later attestation replaces it."""

    dates: ClassVar[Mapping[str, DateRule]] = {"period": DateRule.HAS_BEGUN}

    commitment: CommitmentRef
    partner: Partner
    period: Annotated[
        PeriodLabel,
        Field(description="A quarter, a financial year, or once.", examples=["2014-15 Q2", "2014-15", "once"]),
    ]
    answer: Annotated[Answer, Field(description="Whether it was met.", examples=["yes"])]
    evidence: Annotated[EvidenceEntry | None, Field(description="What shows it.")] = None


class ReportQuantity(Command):
    """Report an amount towards a commitment; amounts add up."""

    dates: ClassVar[Mapping[str, DateRule]] = {"on": DateRule.HAS_COME}

    commitment: CommitmentRef
    partner: Partner
    on: Annotated[IsoDate, Field(description="The day to which the amount belongs.", examples=["2014-08-04"])]
    amount: Annotated[Amount, Field(description="How much, with up to two decimals.", examples=["4.50"])]
    note: Annotated[Text | None, Field(description="What it was.")] = None


class SubmitEvidence(Command):
    """Submit an item of evidence for a commitment; items add up."""

    dates: ClassVar[Mapping[str, DateRule]] = {"on": DateRule.HAS_COME}

    commitment: CommitmentRef
    partner: Partner
    on: Annotated[IsoDate, Field(description="The day to which the evidence belongs.", examples=["2014-08-04"])]
    title: Annotated[Title, Field(description="What it is.", examples=["Exhibition at the town hall"])]
    link: Annotated[Link | None, Field(description="Where it is.", examples=["https://brent.example/show"])] = None


class WithdrawReport(Command):
    """Take back the latest amount, or item of evidence, with a date."""

    what: Annotated[
        ReportKind, Field(description="An amount (quantity) or an item of evidence.", examples=["quantity"])
    ]
    commitment: CommitmentRef
    partner: Partner
    on: Annotated[IsoDate, Field(description="The date of what is taken back.", examples=["2014-08-04"])]
    reason: Annotated[Words, Field(description="Why it is taken back.", examples=["Counted twice."])]


class SubmitReturn(Command):
    """Submit a partner's return for a quarter."""

    dates: ClassVar[Mapping[str, DateRule]] = {"quarter": DateRule.HAS_BEGUN}

    partner: Partner
    quarter: Annotated[QuarterLabel, Field(description="The quarter.", examples=["2014-15 Q2"])]
    nothing_changed: Annotated[
        StrictBool, Field(description="Whether the partner attests that nothing has changed.")
    ] = False
    note: Annotated[Note | None, Field(description="A note to the board, shown in its pack.")] = None


class RemindOfReturns(Command):
    """Have the leads of partners reminded by e-mail of a quarter's return, which these have not submitted."""

    dates: ClassVar[Mapping[str, DateRule]] = {"quarter": DateRule.HAS_BEGUN}

    quarter: Annotated[QuarterLabel, Field(description="The quarter.", examples=["2014-15 Q2"])]
    partners: Annotated[
        tuple[PartnerCode, ...], Field(min_length=1, description="Codes of the partners.", examples=[["BRE"]])
    ]
    again: Annotated[
        StrictBool, Field(description="Whether to remind partners too that were reminded within the last day.")
    ] = False
