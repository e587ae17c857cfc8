"""Risks as the API shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from domain.register import Register
from domain.register.risks import RISKS, Risk
from services.programme.core.resources import Collection, Key, Records, Shape, attributes
from services.runtime.web.lists.filters import Prose


class RiskShape(Shape):
    """A risk as it was last assessed."""

    reference: str
    title: str
    cause: Prose
    effect: Prose
    response: Prose
    owner: str
    likelihood: int
    impact: int
    score: int
    raised_on: dt.date
    closed_on: dt.date | None


def show_risk(register: Register, risk: Risk) -> RiskShape:
    """Show a risk as it was last assessed."""
    return RiskShape.model_validate(
        {
            **attributes(risk, "reference title cause effect response owner raised_on closed_on"),
            **attributes(risk.assessment, "likelihood impact score"),
        }
    )


class AssessmentShape(Shape):
    """A judgement of a risk, the present one or an earlier one."""

    risk: str
    likelihood: int
    impact: int
    score: int
    reason: Prose | None
    recorded_at: dt.datetime


def _assessments(register: Register) -> Iterator[tuple[Key, AssessmentShape]]:
    for risk in register.risks.values():
        for number, each in enumerate(risk.assessments):
            given = attributes(each, "likelihood impact score reason recorded_at")
            yield (risk.reference, str(number)), AssessmentShape.model_validate({**given, "risk": risk.reference})


COLLECTIONS = (Collection(name="risks", kind=RISKS, shape=RiskShape, show=show_risk),)
RECORDS = (Records(name="risk-assessments", shape=AssessmentShape, of=_assessments),)
