"""Partners as the API shows them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from contracts.events.partners import Membership, PartnerKind
from domain.register import Register
from domain.register.partners import PARTNERS, Partner
from services.programme.core.resources import Collection, Shape, attributes


class MembershipShape(Shape):
    """What kind of member a partner is from a day on."""

    membership: Membership
    since: Annotated[dt.date, Field(serialization_alias="from", description="First day of it.")]


class PartnerShape(Shape):
    """A member organisation. ``memberships`` are in the order in which they were recorded."""

    code: str
    name: str
    kind: PartnerKind
    gss: str | None
    joined_on: dt.date
    left_on: Annotated[dt.date | None, Field(description="First day no longer a member.")]
    memberships: list[MembershipShape]


def show_partner(register: Register, partner: Partner) -> PartnerShape:
    """Show a partner; what it was admitted as holds from its first day as a member."""
    memberships = [
        MembershipShape(membership=each.membership, since=max(each.since, partner.joined_on))
        for each in partner.memberships
    ]
    return PartnerShape.model_validate(
        {**attributes(partner, "code name kind gss joined_on left_on"), "memberships": memberships}
    )


COLLECTIONS = (Collection(name="partners", kind=PARTNERS, shape=PartnerShape, show=show_partner),)
