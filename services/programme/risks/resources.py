"""Risks as the API shows them."""

from __future__ import annotations

import datetime as dt

from domain.register import Register
from domain.register.risks import RISKS, Risk
from services.programme.core.resources import Collection, Shape, attributes


class RiskShape(Shape):
    """A risk as it was last assessed."""

    reference: str
    title: str
    cause: str
    effect: str
    response: str
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


COLLECTIONS = (Collection(name="risks", kind=RISKS, shape=RiskShape, show=show_risk),)
