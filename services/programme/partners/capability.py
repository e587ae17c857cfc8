"""Partners, as one capability."""

from __future__ import annotations

from services.programme.core.capability import Capability
from services.programme.partners import commands, decide

CAPABILITY = Capability(
    commands=commands,
    rules=(decide,),
    sections={"partners": commands.AdmitPartner},
)
