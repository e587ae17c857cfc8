"""Partners that join, change and leave."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.events.base import PartnerCode
from contracts.events.partners import Membership, PartnerKind
from services.programme.core.command import Command
from services.programme.core.fields import IsoDate, Title, Words

Gss = Annotated[
    str | None,
    Field(pattern=r"^[A-Z][0-9]{8}$", description="Code of the area it serves (GSS).", examples=["E09000005"]),
]


class AdmitPartner(Command):
    """Admit an organisation as a partner."""

    code: Annotated[PartnerCode, Field(description="Code of the partner, given once.", examples=["BRE"])]
    name: Annotated[Title, Field(description="Name of the organisation.", examples=["London Borough of Brent"])]
    kind: Annotated[PartnerKind, Field(description="What sort of organisation it is.", examples=["london_borough"])]
    gss: Gss = None
    membership: Annotated[
        Membership,
        Field(description="full: core commitments bind it; supporting: those alone that it adopts.", examples=["full"]),
    ] = Membership.FULL
    joined_on: Annotated[IsoDate, Field(description="First day as a member.", examples=["2014-04-01"])]

    def brings_in(self, partnership: str) -> Iterable[str]:
        """Yield the partner's code: a person may be listed for it."""
        return (self.code,)


class AmendPartner(Command):
    """Put right what is known of a partner, or record that it has changed. What is left out stays as it is."""

    concerns: ClassVar[str | None] = "partner"

    partner: Annotated[PartnerCode, Field(description="Code of the partner.", examples=["BRE"])]
    name: Annotated[
        Title | None, Field(description="The new name of the organisation.", examples=["Brent Council"])
    ] = None
    kind: Annotated[
        PartnerKind | None, Field(description="What sort of organisation it is.", examples=["london_borough"])
    ] = None
    gss: Gss = None
    membership: Annotated[
        Membership | None, Field(description="What kind of member it becomes.", examples=["supporting"])
    ] = None
    since: Annotated[
        IsoDate | None,
        Field(alias="from", description="First day of the new membership; it may be past.", examples=["2015-04-01"]),
    ] = None
    reason: Annotated[Words, Field(description="Why.", examples=["The council was renamed."])]


class RecordPartnerLeaving(Command):
    """Record that a partner leaves, or has left."""

    concerns: ClassVar[str | None] = "partner"

    partner: Annotated[PartnerCode, Field(description="Code of the partner.", examples=["BRE"])]
    left_on: Annotated[
        IsoDate, Field(description="First day on which it is no longer a member.", examples=["2016-04-01"])
    ]


class WithdrawPartnerLeaving(Command):
    """Take back that a partner leaves, or has left: it is a member, and its people hold what that alone had ended."""

    concerns: ClassVar[str | None] = "partner"

    partner: Annotated[PartnerCode, Field(description="Code of the partner.", examples=["BRE"])]
    reason: Annotated[Words, Field(description="Why it is taken back.", examples=["The wrong partner was ticked."])]
