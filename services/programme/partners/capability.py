"""Partners, as one capability."""

from __future__ import annotations

from domain.register.partners import PARTNERS
from services.programme.core.capability import Capability
from services.programme.core.lookup import finding
from services.programme.partners import commands, decide

CAPABILITY = Capability(
    commands=commands,
    rules=(decide,),
    mentions=dict.fromkeys(
        ("partner", "owner", "lead", "taking_part", "partners", "targets", "must_attend"), finding(PARTNERS)
    ),
    sections={"partners": commands.AdmitPartner},
)
