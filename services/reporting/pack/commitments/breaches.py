"""Breaches as a board meets them: those of one partner together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from contracts.references import short
from domain.figures.breaches import Breach
from services.reporting.pack.briefing import Briefing

NAMED_IN_FULL = 3
"""Up to how many commitments of one partner are named with their titles; of more, the codes are."""


def in_few_signs(briefing: Briefing, commitments: Sequence[str]) -> list[str]:
    """Return the names of commitments of one partner, where they are many their codes."""
    if len(commitments) <= NAMED_IN_FULL:
        return [briefing.short(each) for each in commitments]
    return [short(briefing.register.code, each) for each in commitments]


def by_partner(breaches: Iterable[Breach]) -> dict[str, list[str]]:
    """Return the commitments that each partner is in breach of: the partner with the most first, then by code."""
    found: dict[str, list[str]] = {}
    for each in breaches:
        found.setdefault(each.partner, []).append(each.commitment)
    return {partner: found[partner] for partner in sorted(found, key=lambda each: (-len(found[each]), each))}
