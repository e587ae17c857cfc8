"""Days of staff time that partners pledge and release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.events.base import PartnerCode, QuarterLabel
from services.programme.core.command import Command, DateRule
from services.programme.core.fields import Amount, IsoDate, Words
from services.programme.projects.commands import ProjectRef

Partner = Annotated[PartnerCode, Field(description="Code of the partner.", examples=["BRE"])]
Days = Annotated[Amount, Field(description="Days, with up to two decimals.", examples=["4.50"])]


class PledgeCapacity(Command):
    """Pledge days to a project for a quarter; a later pledge for the same three replaces it."""

    partner: Partner
    project: ProjectRef
    quarter: Annotated[QuarterLabel, Field(description="The quarter.", examples=["2014-15 Q2"])]
    days: Days


class ReleaseCapacity(Command):
    """Record days that were released for a project; releases add up."""

    dates: ClassVar[Mapping[str, DateRule]] = {"on": DateRule.HAS_COME}

    partner: Partner
    project: ProjectRef
    on: Annotated[IsoDate, Field(description="The day on which they were released.", examples=["2014-08-04"])]
    days: Days


class WithdrawRelease(Command):
    """Take back the latest days released for a project with a date."""

    partner: Partner
    project: ProjectRef
    on: Annotated[IsoDate, Field(description="The date of what is taken back.", examples=["2014-08-04"])]
    reason: Annotated[Words, Field(description="Why it is taken back.", examples=["Counted twice."])]
