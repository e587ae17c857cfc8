"""The partnership itself and its people, as the API shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from contracts.events.partnership import BoardAmendment, BoardRules, Role
from domain.register import Register
from domain.register.people import PEOPLE
from services.programme.core.resources import Collection, Key, Records, Shape
from services.programme.partnership.lookup import find_person
from services.runtime.web.lists.filters import Prose


class AmendmentShape(Shape):
    """What holds for meetings on or after a day; null for each that stays as it is."""

    holds_from: Annotated[dt.date, Field(serialization_alias="from", description="First date that it holds for.")]
    name: str | None
    vision: str | None
    holidays: str | None
    board: BoardAmendment
    reason: Prose


class PartnershipShape(Shape):
    """A partnership and how its board works, as at the last event; ``version`` counts the events of its log."""

    code: str
    name: str
    vision: str
    formed_on: dt.date
    financial_year_start_month: int
    timezone: str
    holidays: str
    board: BoardRules
    amendments: list[AmendmentShape]
    version: int


class HeldShape(Shape):
    """A role that a person holds for a partner, or for none."""

    role: Role
    partner: str | None
    until: Annotated[dt.date | None, Field(description="First day without it, where it ends.")]


class PersonShape(Shape):
    """A person, by an opaque id, with every role that was given to them."""

    id: str
    partners: tuple[str, ...]
    held: tuple[HeldShape, ...]


def show_partnership(register: Register) -> PartnershipShape:
    """Show the partnership itself."""
    formed = register.partnership
    on = formed.calendar.local_date(register.recorded_at or formed.recorded_at)
    return PartnershipShape(
        code=register.code,
        name=formed.name_on(on),
        vision=formed.vision_on(on),
        formed_on=formed.formed_on,
        financial_year_start_month=formed.calendar.start_month,
        timezone=formed.calendar.timezone,
        holidays=formed.calendar.days_at(on).holiday_set,
        board=formed.rules_on(on),
        amendments=[AmendmentShape.model_validate(each) for each in formed.amendments],
        version=register.position.version,
    )


class CorrectionShape(Shape):
    """One thing about ``subject`` that is not what it was, and why."""

    subject: str
    what: str
    was: str | dt.date | tuple[str, ...] | None
    now: str | dt.date | tuple[str, ...] | None
    since: Annotated[dt.date | None, Field(description="First day on which the present value holds, if named.")]
    reason: Prose | None
    recorded_at: dt.datetime


def _corrections(register: Register) -> Iterator[tuple[Key, CorrectionShape]]:
    for number, each in enumerate(register.amendments):
        yield (str(number),), CorrectionShape.model_validate(each)


COLLECTIONS = (Collection(name="people", kind=PEOPLE, shape=PersonShape, find=find_person),)
RECORDS = (Records(name="corrections", shape=CorrectionShape, of=_corrections),)
