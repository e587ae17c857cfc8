"""What one needs to know to decide about a commitment: how it is met, and the record of who asks for leave."""

from __future__ import annotations

from contracts.events.effects import EffectContent, GrantDerogation, WithdrawCommitment
from domain import wording
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.commitments.record import record_in_words, record_of_partner
from services.reporting.pack.question import Subject


def subject(briefing: Briefing, reference: str) -> Subject | None:
    """Return a commitment that a question is about, or None."""
    commitment = briefing.register.commitments.get(reference)
    if commitment is None:
        return None
    kind = "core" if commitment.core else "optional"
    return Subject(Cell(briefing.short(reference), kind, link="#compliance"), (_met(briefing, reference),))


def derogated(briefing: Briefing, effect: EffectContent) -> tuple[str, ...]:
    """Return the record of the partner that asks for leave, and the leave it has had."""
    assert isinstance(effect, GrantDerogation)
    if effect.partner not in briefing.register.partners or effect.commitment not in briefing.register.commitments:
        return ()
    granted = [
        f"{wording.listed(each.periods)} ({each.decision})"
        for each in briefing.register.commitments[effect.commitment].derogations
        if each.partner == effect.partner
    ]
    had = f"Leave it has had before: {wording.listed(granted, 'none')}."
    return (
        record_in_words(briefing, effect.commitment, effect.partner),
        record_of_partner(briefing, effect.partner),
        had,
    )


def withdrawn(briefing: Briefing, effect: EffectContent) -> tuple[str, ...]:
    """Return how the commitment that would be withdrawn is met, and who is in breach of it."""
    assert isinstance(effect, WithdrawCommitment)
    if effect.commitment not in briefing.register.commitments:
        return ()
    failing = [each.partner for each in briefing.now.breaches if each.commitment == effect.commitment]
    names = wording.listed(map(briefing.now.partner_name, failing), "no partner")
    return _met(briefing, effect.commitment), f"In breach of it: {names}."


def _met(briefing: Briefing, reference: str) -> str:
    now, before = briefing.now.covered, briefing.now.trend[-1]
    rates = (f"{each.quarter.label} {wording.rate(each.by_commitment[reference])}" for each in (before, now))
    return f"Met: {'; '.join(rates)}."
