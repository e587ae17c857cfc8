"""How facts about returns are written as commands."""

from __future__ import annotations

from contracts.events import Fact
from contracts.events.returns import (
    CommitmentAttested,
    EvidenceSubmitted,
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


WRITTEN: dict[type[Fact], tuple[Written, ...]] = {
    CommitmentAttested: (Written(commands.AttestCommitment),),
    QuantityReported: (Written(commands.ReportQuantity),),
    EvidenceSubmitted: (Written(commands.SubmitEvidence, also=_evidence),),
    ReportWithdrawn: (Written(commands.WithdrawReport),),
    ReturnSubmitted: (Written(commands.SubmitReturn),),
}
