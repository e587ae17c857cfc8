"""Partners, as one capability."""

from __future__ import annotations

from domain.register.partners import PARTNERS
from services.programme.core.capability import Capability
from services.programme.core.lookup import finding
from services.programme.partners import commands, decide
from services.programme.partners.written import WRITTEN

CAPABILITY = Capability(
    commands=commands,
    written=WRITTEN,
    rules=(decide,),
    mentions=dict.fromkeys(
        ("partner", "owner", "lead", "taking_part", "partners", "targets", "must_attend"), finding(PARTNERS)
    ),
    sections={"partners": commands.AdmitPartner},
)
