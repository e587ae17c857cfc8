"""How facts about returns are written as commands."""

from __future__ import annotations

from contracts.events import Fact
from contracts.events.returns import (
    CommitmentAttested,
    EvidenceSubmitted,
    PartnersReminded,
    QuantityReported,
    ReportWithdrawn,
    ReturnSubmitted,
)
from services.programme.core.written import Following, Parts, Written
from services.programme.returns import commands


def _evidence(following: Following) -> Parts:
    fact = following.event.fact
    assert isinstance(fact, EvidenceSubmitted)
    return fact.evidence.model_dump(exclude_none=True)


def _said_again(following: Following) -> Parts:
    return {"again": True}


WRITTEN: dict[type[Fact], tuple[Written, ...]] = {
    CommitmentAttested: (Written(commands.AttestCommitment),),
    QuantityReported: (Written(commands.ReportQuantity),),
    EvidenceSubmitted: (Written(commands.SubmitEvidence, also=_evidence),),
    ReportWithdrawn: (Written(commands.WithdrawReport),),
    ReturnSubmitted: (Written(commands.SubmitReturn),),
    PartnersReminded: (Written(commands.RemindOfReturns, also=_said_again),),
}
