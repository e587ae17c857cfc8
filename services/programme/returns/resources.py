"""What partners reported, as the API shows it: attestations, amounts and evidence, and the returns themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from contracts.events.returns import Answer, ReportKind
from domain.register import Register
from services.programme.core.resources import Key, Records, Shape
from services.runtime.web.lists.filters import Prose


class EvidenceShape(Shape):
    """Something that can be looked at."""

    title: str
    link: str | None


class AttestationShape(Shape):
    """What a partner attested of a commitment for a period; a later one takes the place of those before."""

    commitment: str
    partner: str
    period: str
    answer: Answer
    evidence: EvidenceShape | None
    recorded_at: dt.datetime


class ReportShape(Shape):
    """An amount or an item of evidence that a partner reported on a commitment."""

    report: Annotated[int, Field(description="The version of its event.")]
    what: ReportKind
    commitment: str
    partner: str
    on: dt.date
    amount: Decimal | None
    note: Prose | None
    evidence: EvidenceShape | None
    recorded_at: dt.datetime
    withdrawn_at: dt.datetime | None


class ReturnShape(Shape):
    """A partner's return for a quarter, as it was submitted."""

    partner: str
    quarter: str
    nothing_changed: bool
    note: Prose | None
    submitted_by: Annotated[str, Field(description="The opaque id of the person, or secretary.")]
    recorded_at: dt.datetime


def _attestations(register: Register) -> Iterator[tuple[Key, AttestationShape]]:
    for (commitment, partner), by_period in register.returns.attestations.items():
        for period, attested in by_period.items():
            for number, each in enumerate(attested):
                of = {"commitment": commitment, "partner": partner, "period": period}
                shown = AttestationShape.model_validate({**of, **each._asdict()})
                yield (commitment, partner, period, str(number)), shown


def _reports(register: Register) -> Iterator[tuple[Key, ReportShape]]:
    for what in ReportKind:
        for (commitment, partner), reports in register.returns.reports(what).items():
            for each in reports:
                of = {"what": what, "commitment": commitment, "partner": partner}
                yield (str(each.report),), ReportShape.model_validate({**of, **each._asdict()})


def _returns(register: Register) -> Iterator[tuple[Key, ReturnShape]]:
    for (partner, quarter), submissions in register.returns.submissions.items():
        for number, each in enumerate(submissions):
            shown = ReturnShape(
                partner=partner,
                quarter=quarter,
                nothing_changed=each.nothing_changed,
                note=each.note,
                submitted_by=each.actor,
                recorded_at=each.recorded_at,
            )
            yield (partner, quarter, str(number)), shown


RECORDS = (
    Records(name="attestations", shape=AttestationShape, of=_attestations),
    Records(name="reports", shape=ReportShape, of=_reports),
    Records(name="returns", shape=ReturnShape, of=_returns),
)
