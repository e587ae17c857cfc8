"""What a decision can bring about, as it is written in a command."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import ConfigDict, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from contracts.events.base import PartnerCode, PeriodLabel
from contracts.events.effects import Effect
from contracts.events.projects import Stage
from services.programme.commitments.commands import AgreeCommitment, CommitmentRef
from services.programme.core.command import Fields
from services.programme.core.fields import MOST_ENTRIES, IsoDate, Ref
from services.programme.partners.commands import AdmitPartner, RecordPartnerLeaving
from services.programme.projects.commands import MilestoneRef, ProjectRef, Reason
from services.runtime.base.validation_messages import Unfit


class MoveProjectEffect(Fields):
    """Move a project to another stage."""

    project: ProjectRef
    stage: Annotated[Stage, Field(description="The new stage.", examples=["approved"])]


class SetBaselineEffect(Fields):
    """Set or change baselines."""

    project: ProjectRef
    milestones: Annotated[
        dict[Ref, IsoDate] | None,
        Field(
            max_length=MOST_ENTRIES,
            description="Baselines by milestone; without it every forecast of the project becomes its baseline.",
            examples=[{"P01-M02": "2015-01-30"}],
        ),
    ] = None


class DropMilestoneEffect(Fields):
    """Drop a milestone that has a baseline."""

    milestone: MilestoneRef
    reason: Reason


class WithdrawCommitmentEffect(Fields):
    """Withdraw a commitment."""

    commitment: CommitmentRef
    on: Annotated[IsoDate, Field(description="First day no longer in force.", examples=["2015-04-01"])]


class GrantDerogationEffect(Fields):
    """Give a partner leave not to meet a commitment."""

    commitment: CommitmentRef
    partner: Annotated[PartnerCode, Field(description="Code of the partner.", examples=["HAR"])]
    periods: Annotated[
        tuple[PeriodLabel, ...],
        Field(min_length=1, max_length=MOST_ENTRIES, description="The periods.", examples=[["2014-15 Q3"]]),
    ]


def _exactly_one(schema: dict[str, Any]) -> None:
    """Say in the schema what the validator checks; a field that is left out is not null."""
    schema.update(minProperties=1, maxProperties=1)
    for field in schema["properties"].values():
        field.pop("default", None)


class EffectEntry(Fields):
    """Exactly one effect, under the name of what it does."""

    model_config = ConfigDict(json_schema_extra=_exactly_one)

    move_project: Annotated[
        MoveProjectEffect | SkipJsonSchema[None], Field(description="Move a project to another stage.")
    ] = None
    drop_milestone: Annotated[
        DropMilestoneEffect | SkipJsonSchema[None], Field(description="Drop a milestone that has a baseline.")
    ] = None
    set_baseline: Annotated[SetBaselineEffect | SkipJsonSchema[None], Field(description="Set or change baselines.")] = (
        None
    )
    adopt_commitment: Annotated[AgreeCommitment | SkipJsonSchema[None], Field(description="Take on a commitment.")] = (
        None
    )
    withdraw_commitment: Annotated[
        WithdrawCommitmentEffect | SkipJsonSchema[None], Field(description="Withdraw a commitment.")
    ] = None
    grant_derogation: Annotated[
        GrantDerogationEffect | SkipJsonSchema[None], Field(description="Leave not to meet a commitment.")
    ] = None
    admit_partner: Annotated[AdmitPartner | SkipJsonSchema[None], Field(description="Admit a partner.")] = None
    record_partner_leaving: Annotated[
        RecordPartnerLeaving | SkipJsonSchema[None], Field(description="Record that a partner leaves.")
    ] = None

    @model_validator(mode="after")
    def _one_is_given(self) -> EffectEntry:
        given = [name for name in self.model_fields_set if getattr(self, name) is not None]
        if len(given) != 1 or len(self.model_fields_set) != 1:
            raise Unfit(
                f"{len(given)} effects stand here.", f"Give exactly one of {', '.join(type(self).model_fields)}."
            )
        return self

    def as_fact(self) -> Effect:
        """Return the effect as facts hold it."""
        return Effect.model_validate(self.model_dump(exclude_none=True))

    def brings_in(self, partnership: str) -> Iterable[str]:
        """Yield the code of a partner that it admits."""
        return () if self.admit_partner is None else self.admit_partner.brings_in(partnership)
