"""The risk register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from contracts.envelope import Recorded
from contracts.events.risks import RiskAmended, RiskClosed, RiskRaised, RiskReassessed, RiskReopened
from domain.register import amendments
from domain.register.applying import applies
from domain.register.kinds import Kind

if TYPE_CHECKING:
    from domain.register import Register


class Assessment(NamedTuple):
    """A judgement of a risk: likelihood and impact, each from 1 to 5."""

    likelihood: int
    impact: int
    reason: str | None
    recorded_at: datetime

    @property
    def score(self) -> int:
        """Likelihood times impact."""
        return self.likelihood * self.impact


@dataclass(slots=True)
class Risk:
    """An uncertain event; ``assessments`` are in the order in which they were made, the present one last."""

    reference: str
    title: str
    cause: str
    effect: str
    owner: str
    response: str
    raised_on: date
    raised_at: datetime
    assessments: list[Assessment]
    closed_on: date | None = None
    closed_at: datetime | None = None
    closing_reason: str | None = None

    @property
    def assessment(self) -> Assessment:
        """The present judgement."""
        return self.assessments[-1]

    @property
    def is_open(self) -> bool:
        """Whether the risk is still one."""
        return self.closed_at is None


RISKS: Kind[Risk] = Kind("risk", "R", lambda register: register.risks, is_owned=True)


def _owner(register: Register, fact: RiskRaised | RiskReassessed | RiskClosed | RiskReopened, day: date) -> tuple[str]:
    return (register.risks[fact.risk].owner,)


@applies(RiskRaised, about=_owner)
def raised(register: Register, fact: RiskRaised, event: Recorded) -> None:
    register.risks[fact.risk] = Risk(
        reference=fact.risk,
        title=fact.title,
        cause=fact.cause,
        effect=fact.effect,
        owner=fact.owner,
        response=fact.response,
        raised_on=event.effective_on,
        raised_at=event.recorded_at,
        assessments=[Assessment(fact.likelihood, fact.impact, None, event.recorded_at)],
    )


@applies(RiskReassessed, about=_owner)
def reassessed(register: Register, fact: RiskReassessed, event: Recorded) -> None:
    risk = register.risks[fact.risk]
    risk.assessments.append(Assessment(fact.likelihood, fact.impact, fact.reason, event.recorded_at))


@applies(RiskClosed, about=_owner)
def closed(register: Register, fact: RiskClosed, event: Recorded) -> None:
    risk = register.risks[fact.risk]
    risk.closed_on, risk.closed_at, risk.closing_reason = event.effective_on, event.recorded_at, fact.reason


@applies(RiskAmended)
def amended(register: Register, fact: RiskAmended, event: Recorded) -> None:
    risk = register.risks[fact.risk]
    given = {part: getattr(fact, part) for part in ("title", "cause", "effect", "owner", "response")}
    new = {part: value for part, value in given.items() if value is not None}
    changes = {part: (getattr(risk, part), value) for part, value in new.items()}
    amendments.note(register, event, fact.risk, fact.reason, changes)
    for part, value in new.items():
        setattr(risk, part, value)


@applies(RiskReopened, about=_owner)
def reopened(register: Register, fact: RiskReopened, event: Recorded) -> None:
    risk = register.risks[fact.risk]
    amendments.note(register, event, fact.risk, fact.reason, {"closed on": (risk.closed_on, None)})
    risk.closed_on, risk.closed_at, risk.closing_reason = None, None, None
