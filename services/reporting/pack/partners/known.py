"""What one needs to know when a partner is to leave: what it would leave to others."""

from __future__ import annotations

from contracts.events.effects import EffectContent, RecordPartnerLeaving
from domain import wording
from domain.figures.ownership import owned_by
from services.reporting.pack.briefing import Briefing


def leaving(briefing: Briefing, effect: EffectContent) -> tuple[str, ...]:
    """Return what the partner leads or owns."""
    assert isinstance(effect, RecordPartnerLeaving)
    owned = [briefing.titled(each.reference) for each in owned_by(briefing.register, effect.partner, briefing.now.on)]
    return (f"It leads or owns {wording.listed_up_to(5, owned)}." if owned else "It leads and owns nothing open.",)
