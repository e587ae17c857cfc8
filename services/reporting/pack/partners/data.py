"""Partners in pack.json, by code: who they are, what those that left leave to others, and which are silent."""

from __future__ import annotations

from domain.figures.overview import Figures
from domain.figures.ownership import Owned
from domain.register.partners import Partner
from services.reporting.pack.data import Json, iso


def partners(figures: Figures) -> list[Json]:
    """Return the partners."""
    return [_partner(figures, each) for each in figures.compliance.partners]


def to_hand_over(figures: Figures) -> list[Json]:
    """Return what is led or owned by partners that left."""
    return [_to_hand_over(figures, each) for each in figures.to_hand_over]


def silent(figures: Figures) -> list[Json]:
    """Return the partners of which nothing was recorded, and for how many days."""
    return [{"partner": partner, "days": days} for partner, days in figures.silent.items()]


def _partner(figures: Figures, partner: Partner) -> Json:
    return {
        "code": partner.code,
        "name": partner.name,
        "membership": partner.membership_on(figures.on).value,
        "joined_on": partner.joined_on.isoformat(),
        "left_on": iso(partner.left_on),
    }


def _to_hand_over(figures: Figures, owned: Owned) -> Json:
    left_on = figures.register.partners[owned.partner].left_on
    return {"ref": owned.reference, "partner": owned.partner, "left_on": iso(left_on)}
