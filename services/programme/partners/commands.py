"""Partners that join and leave."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.events.base import PartnerCode
from contracts.events.partners import PartnerKind
from services.programme.command import Command
from services.programme.fields import IsoDate, Title


class AdmitPartner(Command):
    """Admit an organisation as a partner."""

    code: Annotated[PartnerCode, Field(description="Code of the partner, given once.", examples=["BRE"])]
    name: Annotated[Title, Field(description="Name of the organisation.", examples=["London Borough of Brent"])]
    kind: Annotated[PartnerKind, Field(description="What sort of organisation it is.", examples=["london_borough"])]
    gss: Annotated[
        str | None,
        Field(pattern=r"^[A-Z][0-9]{8}$", description="Code of the area it serves (GSS).", examples=["E09000005"]),
    ] = None
    joined_on: Annotated[IsoDate, Field(description="First day as a member.", examples=["2014-04-01"])]


class RecordPartnerLeaving(Command):
    """Record that a partner leaves, or has left."""

    concerns: ClassVar[str | None] = "partner"

    partner: Annotated[PartnerCode, Field(description="Code of the partner.", examples=["BRE"])]
    left_on: Annotated[
        IsoDate, Field(description="First day on which it is no longer a member.", examples=["2016-04-01"])
    ]
