"""Risks, as one capability."""

from __future__ import annotations

from services.programme.core.capability import Capability
from services.programme.risks import commands, decide
from services.programme.risks.grants import GRANTS

CAPABILITY = Capability(
    commands=commands,
    rules=(decide,),
    grants=GRANTS,
    sections={"risks": commands.RaiseRisk},
)
