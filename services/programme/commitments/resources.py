"""Commitments as the API shows them."""

from __future__ import annotations

import datetime as dt

from contracts.events.commitments import Measure, PeriodKind
from domain.register.commitments import COMMITMENTS
from services.programme.core.resources import Collection, Shape
from services.runtime.web.lists.filters import Prose


class DerogationShape(Shape):
    """Leave for a partner not to meet a commitment."""

    partner: str
    periods: tuple[str, ...]
    decision: str


class CommitmentShape(Shape):
    """Something that each partner agrees to do."""

    reference: str
    title: str
    text: Prose
    core: bool
    in_force_from: dt.date
    withdrawn_on: dt.date | None
    period: PeriodKind
    by: dt.date | None
    measure: Measure
    decision: str | None
    adopted_from: dict[str, dt.date]
    derogations: list[DerogationShape]


COLLECTIONS = (Collection(name="commitments", kind=COMMITMENTS, shape=CommitmentShape),)
