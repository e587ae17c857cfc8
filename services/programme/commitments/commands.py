"""Commitments: agreed when a partnership is set up, optional ones adopted by partners afterwards."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictBool

from contracts.events.base import PartnerCode
from contracts.events.commitments import PeriodKind
from services.programme.core.command import Command, Fields
from services.programme.core.fields import MOST_ENTRIES, Amount, IsoDate, Ref, Target, Text, Title, Whole, Words

CommitmentRef = Annotated[Ref, Field(description="Reference of the commitment.", examples=["C1", "LAP-C1"])]


class AttestationMeasure(Fields):
    """The partner says yes, partly or no."""

    kind: Annotated[Literal["attestation"], Field(description="An attestation.")]
    evidence_required: Annotated[StrictBool, Field(description="Whether a yes needs evidence.")] = False


class QuantityMeasure(Fields):
    """Amounts dated within the period add up to a target."""

    kind: Annotated[Literal["quantity"], Field(description="A quantity.")]
    unit: Annotated[str, Field(min_length=1, max_length=40, description="What is counted.", examples=["days"])]
    target: Annotated[Target, Field(description="How much each partner is to reach in a period.", examples=[6])]
    targets: Annotated[
        dict[PartnerCode, Amount],
        Field(
            default={},
            max_length=MOST_ENTRIES,
            description="Other targets, by partner; 0 for one that has no such obligation.",
            examples=[{"LMA": 20, "HAC": 0}],
        ),
    ]


class EvidenceMeasure(Fields):
    """Items of evidence dated within the period."""

    kind: Annotated[Literal["evidence"], Field(description="Evidence.")]
    minimum: Annotated[Whole, Field(ge=1, le=1_000, description="How many items meet it.", examples=[2])]


class ReturnOnTimeMeasure(Fields):
    """The return of the quarter, by its deadline. Nothing is reported for it."""

    kind: Annotated[Literal["return_on_time"], Field(description="A return on time.")]


class TakesPartMeasure(Fields):
    """Leading or taking part in a project in delivery. Nothing is reported for it."""

    kind: Annotated[Literal["takes_part"], Field(description="Taking part.")]


class AgreeCommitment(Command):
    """Enter a commitment while the partnership is set up; afterwards the board adopts one by a decision."""

    code: Annotated[Ref, Field(description="Reference of the new commitment.", examples=["C1"])]
    title: Annotated[Title, Field(description="Title.", examples=["Work together first"])]
    text: Annotated[Text, Field(description="What exactly is committed to.")] = ""
    core: Annotated[StrictBool, Field(description="Whether it binds every partner; else those who adopt it.")] = False
    in_force_from: Annotated[IsoDate, Field(description="First day in force.", examples=["2014-04-01"])]
    period: Annotated[PeriodKind, Field(description="How often it falls due.", examples=["quarter"])]
    by: Annotated[IsoDate | None, Field(description="Last day, where the period is once.", examples=["2014-12-31"])] = (
        None
    )
    measure: Annotated[
        AttestationMeasure | QuantityMeasure | EvidenceMeasure | ReturnOnTimeMeasure | TakesPartMeasure,
        Field(
            discriminator="kind",
            description="What is reported, and what meets it.",
            examples=[{"kind": "attestation", "evidence_required": True}],
        ),
    ]


class AdoptCommitment(Command):
    """Have a partner take on an optional commitment."""

    concerns: ClassVar[str | None] = "commitment"

    commitment: CommitmentRef
    partner: Annotated[PartnerCode, Field(description="Code of the partner.", examples=["BRE"])]
    adopted_from: Annotated[
        IsoDate,
        Field(alias="from", description="First day on which it holds for the partner.", examples=["2014-07-01"]),
    ]


class WithdrawAdoption(Command):
    """Take back that a partner took on a commitment, until the first period for which it binds has fallen due."""

    concerns: ClassVar[str | None] = "commitment"

    commitment: CommitmentRef
    partner: Annotated[PartnerCode, Field(description="Code of the partner.", examples=["BRE"])]
    reason: Annotated[Words, Field(description="Why.", examples=["The wrong commitment was chosen."])]


class AmendCommitment(Command):
    """Put the wording of a commitment right. Another measure is another commitment."""

    concerns: ClassVar[str | None] = "commitment"

    commitment: CommitmentRef
    title: Annotated[Title | None, Field(description="The new title.", examples=["Work together first"])] = None
    text: Annotated[Text | None, Field(description="What exactly is committed to.")] = None
    reason: Annotated[Words, Field(description="Why.")]
