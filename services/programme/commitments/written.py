"""How facts about commitments are written as commands."""

from __future__ import annotations

from contracts.events import Fact
from contracts.events.commitments import AdoptionWithdrawn, CommitmentAdopted, CommitmentAgreed, CommitmentAmended
from services.programme.commitments import commands
from services.programme.core.written import Written, as_named

WRITTEN: dict[type[Fact], tuple[Written, ...]] = {
    CommitmentAgreed: (Written(commands.AgreeCommitment, as_named(commitment="code")),),
    CommitmentAdopted: (Written(commands.AdoptCommitment, {"adopted_from": "from"}),),
    AdoptionWithdrawn: (Written(commands.WithdrawAdoption),),
    CommitmentAmended: (Written(commands.AmendCommitment),),
}
