"""Capacity pledged and released, and how fairly the load is shared. Source: domain.md section 5."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from domain.calendar import Period
from domain.register import Register

CARRYING_OVER = Decimal("2.00")
_HUNDREDTH = Decimal("0.01")


class LoadFlag(StrEnum):
    """What the board should look at."""

    CARRYING_MORE_THAN_ITS_SHARE = "carrying_more_than_its_share"
    UNDER_ITS_PLEDGE = "under_its_pledge"


@dataclass(frozen=True, slots=True)
class Load:
    """One partner's days in a quarter; ``ratio`` is to the mean, None where the mean is 0."""

    partner: str
    pledged: Decimal
    released: Decimal
    ratio: Decimal | None
    flags: tuple[LoadFlag, ...]


def loads(register: Register, quarter: Period) -> list[Load]:
    """Return the load of each partner that was a member, or gave days, in ``quarter``; by partner code.

    The mean is over the partners that were full members on every day of the quarter.
    """
    released = {code: register.capacity.released(code, quarter) for code in sorted(register.partners)}
    whole = [released[each.code] for each in register.partners.values() if each.is_full_member_throughout(quarter)]
    return [
        _load(code, register.capacity.pledged(code, quarter), days, _ratio(days, whole))
        for code, days in released.items()
        if register.partners[code].is_member_during(quarter) or days or register.capacity.pledged(code, quarter)
    ]


def _load(partner: str, pledged: Decimal, released: Decimal, ratio: Decimal | None) -> Load:
    flags = []
    if ratio is not None and ratio > CARRYING_OVER:
        flags.append(LoadFlag.CARRYING_MORE_THAN_ITS_SHARE)
    if released * 2 < pledged:
        flags.append(LoadFlag.UNDER_ITS_PLEDGE)
    return Load(partner, pledged, released, ratio, tuple(flags))


def _ratio(released: Decimal, whole: list[Decimal]) -> Decimal | None:
    total = sum(whole, Decimal(0))
    return (released * len(whole) / total).quantize(_HUNDREDTH, ROUND_HALF_UP) if total else None
