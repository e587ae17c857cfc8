"""Facts about risks: uncertain events with a likelihood and an impact, each from 1 to 5."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from contracts.events.base import Fact, PartnerCode, Reference, Text, Title

Score = Annotated[int, Field(ge=1, le=5)]


class RiskRaised(Fact):
    """A risk was entered in the register."""

    risk: Reference
    title: Title
    cause: Text
    effect: Text
    likelihood: Score
    impact: Score
    owner: PartnerCode
    response: Text

    def subject(self, partnership: str) -> str:
        return self.risk


class RiskReassessed(Fact):
    """A risk was judged anew."""

    risk: Reference
    likelihood: Score
    impact: Score
    reason: Text

    def subject(self, partnership: str) -> str:
        return self.risk


class RiskClosed(Fact):
    """A risk is no longer one."""

    risk: Reference
    reason: Text

    def subject(self, partnership: str) -> str:
        return self.risk


class RiskAmended(Fact):
    """Parts of a risk were put right; those that stayed as they were are None."""

    risk: Reference
    title: Title | None = None
    cause: Text | None = None
    effect: Text | None = None
    owner: PartnerCode | None = None
    response: Text | None = None
    reason: Text

    def subject(self, partnership: str) -> str:
        return self.risk


class RiskReopened(Fact):
    """A risk that had been closed is one after all."""

    risk: Reference
    reason: Text

    def subject(self, partnership: str) -> str:
        return self.risk
