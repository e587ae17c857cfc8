"""The days that partners pledged and released, as the API shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from domain.register import Register
from services.programme.core.resources import Key, Records, Shape


class PledgeShape(Shape):
    """How many days a partner pledged to a project for a quarter."""

    partner: str
    quarter: str
    project: str
    days: Decimal


class ReleaseShape(Shape):
    """Days that a partner released for a project on a date."""

    release: Annotated[int, Field(description="The version of its event.")]
    partner: str
    project: str
    on: dt.date
    days: Decimal
    recorded_at: dt.datetime


def _pledges(register: Register) -> Iterator[tuple[Key, PledgeShape]]:
    for (partner, quarter), of_projects in register.capacity.pledges.items():
        for project, days in of_projects.items():
            shown = PledgeShape(partner=partner, quarter=quarter, project=project, days=days)
            yield (partner, quarter, project), shown


def _releases(register: Register) -> Iterator[tuple[Key, ReleaseShape]]:
    for partner, releases in register.capacity.releases.items():
        for each in releases:
            yield (str(each.release),), ReleaseShape.model_validate({**each._asdict(), "partner": partner})


RECORDS = (
    Records(name="pledges", shape=PledgeShape, of=_pledges),
    Records(name="releases", shape=ReleaseShape, of=_releases),
)
