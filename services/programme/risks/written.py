"""How facts about risks are written as commands."""

from __future__ import annotations

from contracts.events import Fact
from contracts.events.risks import RiskAmended, RiskClosed, RiskRaised, RiskReassessed, RiskReopened
from services.programme.core.written import Written, as_named
from services.programme.risks import commands

WRITTEN: dict[type[Fact], tuple[Written, ...]] = {
    RiskRaised: (Written(commands.RaiseRisk, as_named(risk="code")),),
    RiskReassessed: (Written(commands.ReassessRisk),),
    RiskClosed: (Written(commands.CloseRisk),),
    RiskAmended: (Written(commands.AmendRisk),),
    RiskReopened: (Written(commands.ReopenRisk),),
}
