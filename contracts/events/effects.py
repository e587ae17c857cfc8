"""What a board decision can bring about: exactly one effect, carried out by the system once the decision stands."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, model_validator

from contracts.events.base import PartnerCode, PeriodLabel, Reference, Text, Title, date
from contracts.events.commitments import Measure, PeriodKind
from contracts.events.partners import GssCode, Membership, PartnerKind
from contracts.events.projects import Stage


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MoveProject(_Part):
    """Move a project to another stage."""

    project: Reference
    stage: Stage


class SetBaseline(_Part):
    """Set or change baselines; without ``milestones`` each forecast of the project becomes the baseline."""

    project: Reference
    milestones: dict[Reference, date] | None = None


class DropMilestone(_Part):
    """Drop a milestone that has a baseline."""

    milestone: Reference
    reason: Text


class AdoptCommitment(_Part):
    """The partnership takes on a commitment."""

    code: Reference
    title: Title
    text: Text = ""
    core: bool
    in_force_from: date
    period: PeriodKind
    by: date | None = None
    measure: Measure


class WithdrawCommitment(_Part):
    """Withdraw a commitment from the day ``on``."""

    commitment: Reference
    on: date


class GrantDerogation(_Part):
    """Give a partner leave not to meet a commitment for the stated periods."""

    commitment: Reference
    partner: PartnerCode
    periods: tuple[PeriodLabel, ...]


class AdmitPartner(_Part):
    """Admit an organisation as a partner."""

    code: PartnerCode
    name: Title
    kind: PartnerKind
    gss: GssCode | None = None
    membership: Membership = Membership.FULL
    joined_on: date


class RecordPartnerLeaving(_Part):
    """Record that a partner leaves."""

    partner: PartnerCode
    left_on: date


class Effect(_Part):
    """One effect, under the name of what it does."""

    move_project: MoveProject | None = None
    drop_milestone: DropMilestone | None = None
    set_baseline: SetBaseline | None = None
    adopt_commitment: AdoptCommitment | None = None
    withdraw_commitment: WithdrawCommitment | None = None
    grant_derogation: GrantDerogation | None = None
    admit_partner: AdmitPartner | None = None
    record_partner_leaving: RecordPartnerLeaving | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Effect:
        if len(self.model_fields_set) != 1 or self.content is None:
            raise ValueError(f"an effect is exactly one of {', '.join(type(self).model_fields)}")
        return self

    @property
    def name(self) -> str:
        """The name of the one effect: ``move_project``."""
        return next(name for name in type(self).model_fields if getattr(self, name) is not None)

    @property
    def content(self) -> EffectContent | None:
        """The one effect itself."""
        contents = (getattr(self, name) for name in type(self).model_fields)
        return next((content for content in contents if content is not None), None)


EffectContent = (
    MoveProject
    | DropMilestone
    | SetBaseline
    | AdoptCommitment
    | WithdrawCommitment
    | GrantDerogation
    | AdmitPartner
    | RecordPartnerLeaving
)
