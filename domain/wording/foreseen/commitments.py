"""What would change about commitments."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.events import Fact
from contracts.events.commitments import CommitmentAgreed, CommitmentWithdrawn, DerogationGranted
from domain.register import Register
from domain.wording.dates import plain_date
from domain.wording.foreseen.change import Foreseen
from domain.wording.happened.sentences import Named
from domain.wording.sentences import listed


def changes(register: Register, fact: Fact, named: Named) -> Iterator[Foreseen]:
    """Yield what a fact would change; nothing for a fact about something else."""
    match fact:
        case CommitmentAgreed():
            kind = "core" if fact.core else "optional"
            yield Foreseen(fact.title, "", f"a commitment, {kind}, from {plain_date(fact.in_force_from)}")
        case CommitmentWithdrawn():
            yield Foreseen(named(fact.commitment), "in force", f"withdrawn from {plain_date(fact.withdrawn_on)}")
        case DerogationGranted():
            what = f"{named(fact.partner)}: {named(fact.commitment)}"
            yield Foreseen(what, "to be met", f"need not be met in {listed(fact.periods)}")
