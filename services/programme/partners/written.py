"""How facts about partners are written as commands."""

from __future__ import annotations

from contracts.events import Fact
from contracts.events.partners import PartnerAdmitted, PartnerAmended, PartnerLeavingWithdrawn, PartnerLeft
from services.programme.core.written import Written, as_named
from services.programme.partners import commands

WRITTEN: dict[type[Fact], tuple[Written, ...]] = {
    PartnerAdmitted: (Written(commands.AdmitPartner, as_named(partner="code")),),
    PartnerLeft: (Written(commands.RecordPartnerLeaving),),
    PartnerLeavingWithdrawn: (Written(commands.WithdrawPartnerLeaving),),
    PartnerAmended: (Written(commands.AmendPartner, {"membership_from": "from"}),),
}
