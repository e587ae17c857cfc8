"""The record of a partner: how it met a commitment, and all of them, over the quarters."""

from __future__ import annotations

from itertools import islice

from contracts.references import short
from domain import wording
from domain.figures.compliance import UNCOUNTED
from services.reporting.pack.briefing import Briefing

PERIODS = 4
"""How many periods that fell due are told of a partner's record."""


def record_in_words(briefing: Briefing, commitment: str, partner: str, periods: int = PERIODS) -> str:
    """Return how a partner stood with a commitment in the latest ``periods`` that fell due, the earliest first."""
    compliance = briefing.now.compliance
    known = briefing.register.commitments[commitment], briefing.register.partners[partner]
    due = (each for each in compliance.due_latest_first(*known) if each.status not in UNCOUNTED)
    latest = reversed(list(islice(due, periods)))
    words = [f"{each.period.label} {wording.OBLIGATIONS[each.status].text.lower()}" for each in latest]
    code = short(briefing.register.code, commitment)
    return f"{code}: {', '.join(words) if words else 'nothing has fallen due yet'}."


def record_of_partner(briefing: Briefing, partner: str) -> str:
    """Return a partner's rates of this quarter and the one before, and for how long it has been silent."""
    now, before = briefing.now.covered, briefing.now.trend[-1]
    rates = (f"{each.quarter.label} {wording.rate(each.by_partner[partner])}" for each in (before, now))
    silence = wording.silence(briefing.now.silent.get(partner))
    return f"All its commitments: {'; '.join(rates)}{f'; {silence}' if silence else ''}."
