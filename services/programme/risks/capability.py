"""Risks, as one capability."""

from __future__ import annotations

from domain.register.risks import RISKS
from services.programme.core.capability import Capability
from services.programme.core.lookup import finding
from services.programme.risks import commands, decide
from services.programme.risks.grants import GRANTS
from services.programme.risks.written import WRITTEN

CAPABILITY = Capability(
    commands=commands,
    written=WRITTEN,
    rules=(decide,),
    grants=GRANTS,
    mentions={"risk": finding(RISKS)},
    sections={"risks": commands.RaiseRisk},
)
