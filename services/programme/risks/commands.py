"""Risks: raised, reassessed, closed."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.events.base import PartnerCode
from services.programme.core.command import Command
from services.programme.core.fields import Ref, Text, Title, Whole, Words

RiskRef = Annotated[Ref, Field(description="Reference of the risk.", examples=["R01", "LAP-R01"])]
Likelihood = Annotated[Whole, Field(ge=1, le=5, description="How likely, 1 to 5.", examples=[3])]
Impact = Annotated[Whole, Field(ge=1, le=5, description="How grave, 1 to 5.", examples=[4])]


class RaiseRisk(Command):
    """Enter a risk in the register."""

    code: Annotated[Ref, Field(description="Reference of the new risk.", examples=["R01"])]
    title: Annotated[Title, Field(description="Title.", examples=["The catalogue's supplier fails"])]
    cause: Annotated[Text, Field(description="What could bring it about.")] = ""
    effect: Annotated[Text, Field(description="What would follow.")] = ""
    likelihood: Likelihood
    impact: Impact
    owner: Annotated[PartnerCode, Field(description="Code of the partner that owns it.", examples=["LMA"])]
    response: Annotated[Text, Field(description="What is done about it.")] = ""


class ReassessRisk(Command):
    """Judge a risk anew, with a reason."""

    concerns: ClassVar[str | None] = "risk"

    risk: RiskRef
    likelihood: Likelihood
    impact: Impact
    reason: Annotated[Words, Field(description="Why the judgement changes.")]


class CloseRisk(Command):
    """Close a risk that is no longer one."""

    concerns: ClassVar[str | None] = "risk"

    risk: RiskRef
    reason: Annotated[Words, Field(description="Why it is no longer one.")]


class AmendRisk(Command):
    """Put a risk's wording or owner right. A new owner is the secretary's to name."""

    concerns: ClassVar[str | None] = "risk"

    risk: RiskRef
    title: Annotated[Title | None, Field(description="The new title.", examples=["The supplier fails"])] = None
    cause: Annotated[Text | None, Field(description="What could bring it about.")] = None
    effect: Annotated[Text | None, Field(description="What would follow.")] = None
    owner: Annotated[PartnerCode | None, Field(description="Code of the new owner.", examples=["LMA"])] = None
    response: Annotated[Text | None, Field(description="What is done about it.")] = None
    reason: Annotated[Words, Field(description="Why.")]


class ReopenRisk(Command):
    """Take back that a risk was closed."""

    concerns: ClassVar[str | None] = "risk"

    risk: RiskRef
    reason: Annotated[Words, Field(description="Why it is a risk after all.")]
