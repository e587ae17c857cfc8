"""Facts about what the partners commit to, and about leave not to."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from contracts.events.base import Fact, PartnerCode, PeriodLabel, Reference, Text, Title, date

Target = Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=2), PlainSerializer(str, return_type=str)]
OwnTarget = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2), PlainSerializer(str, return_type=str)]


class PeriodKind(StrEnum):
    """How often a commitment falls due."""

    QUARTER = "quarter"
    YEAR = "year"
    ONCE = "once"


class _Measure(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AttestationMeasure(_Measure):
    """The partner says yes, partly or no; with evidence where it is required."""

    kind: Literal["attestation"]
    evidence_required: bool = False


class QuantityMeasure(_Measure):
    """Amounts dated within the period add up to a target, which can be set per partner; 0 asks nothing of it."""

    kind: Literal["quantity"]
    unit: Annotated[str, Field(min_length=1, max_length=40)]
    target: Target
    targets: dict[PartnerCode, OwnTarget] = {}

    def target_for(self, partner: str) -> Decimal:
        """Return the target of one partner."""
        return self.targets.get(partner, self.target)


class EvidenceMeasure(_Measure):
    """At least ``minimum`` items of evidence dated within the period."""

    kind: Literal["evidence"]
    minimum: Annotated[int, Field(ge=1, le=1000)]


class ReturnOnTimeMeasure(_Measure):
    """The return for the quarter was submitted by its deadline. Derived."""

    kind: Literal["return_on_time"]


class TakesPartMeasure(_Measure):
    """The partner leads or takes part in a project that was in delivery during the period. Derived."""

    kind: Literal["takes_part"]


Measure = Annotated[
    AttestationMeasure | QuantityMeasure | EvidenceMeasure | ReturnOnTimeMeasure | TakesPartMeasure,
    Field(discriminator="kind"),
]


class CommitmentAgreed(Fact):
    """The partnership agreed a commitment; ``by`` is the last day of a commitment that falls due once."""

    commitment: Reference
    title: Title
    text: Text
    core: bool
    in_force_from: date
    period: PeriodKind
    by: date | None = None
    measure: Measure
    decision: Reference | None = None

    def subject(self, partnership: str) -> str:
        return self.commitment


class CommitmentAmended(Fact):
    """The wording of a commitment was put right; what stayed as it was is None. Its measure is never amended."""

    commitment: Reference
    title: Title | None = None
    text: Text | None = None
    reason: Text

    def subject(self, partnership: str) -> str:
        return self.commitment


class CommitmentWithdrawn(Fact):
    """The board withdrew a commitment from ``withdrawn_on``."""

    commitment: Reference
    withdrawn_on: date
    decision: Reference | None = None

    def subject(self, partnership: str) -> str:
        return self.commitment


class CommitmentAdopted(Fact):
    """A partner took on an optional commitment from ``adopted_from``."""

    commitment: Reference
    partner: PartnerCode
    adopted_from: date

    def subject(self, partnership: str) -> str:
        return self.commitment


class AdoptionWithdrawn(Fact):
    """That a partner took on a commitment was taken back: it is as if it never had."""

    commitment: Reference
    partner: PartnerCode
    reason: Text

    def subject(self, partnership: str) -> str:
        return self.commitment


class DerogationGranted(Fact):
    """The board gave a partner leave not to meet a commitment for the stated periods."""

    commitment: Reference
    partner: PartnerCode
    periods: tuple[PeriodLabel, ...]
    decision: Reference

    def subject(self, partnership: str) -> str:
        return self.commitment
