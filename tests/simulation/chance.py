"""Chance with a bias: to the edges of periods, to what exists, and now and then to what does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar

from contracts.references import short
from domain.calendar import Period

T = TypeVar("T")

WEIRD: tuple[Any, ...] = (
    *("", " ", "?", "P99", "LAP-P99-M99", "U999", "2014-02-30", "2014-15 Q5", "once", "yes", "Z" * 300, "a\x00b"),
    *(None, -1, 0, 10**9, 1.5, True, [], {}, ["P01"], {"a": 1}, "9999-12-31", "1899-12-31", "2199-12-31", "1 Q1"),
    *("0001 Q1", "9999-00 Q4", "9999 Q4", "2014", "0000", "24:00", "2014-10-03T17:00+01:00", "٢٠١٤-٠١-٠١", "1e400"),
    *("NaN", "-0", "0.001", "1e5", float("inf"), "P1", "C0", "A-1", "LAP", "LAP-", "P01-M01"),
)


def some(rng: Random, things: Iterable[T], otherwise: T | None = None) -> T | None:
    """Return one of these, ``otherwise`` where there is none."""
    things = list(things)
    return rng.choice(things) if things else otherwise


def several(rng: Random, things: Iterable[T], most: int = 4) -> list[T]:
    """Return up to ``most`` of these, perhaps none."""
    things = list(things)
    return rng.sample(things, rng.randint(0, min(most, len(things))))


def near(rng: Random, period: Period) -> str:
    """Return a day in a period, on its edges or just outside."""
    inside = period.first_day + timedelta(days=rng.randint(0, (period.last_day - period.first_day).days))
    one = timedelta(days=1)
    edges = (period.first_day, period.last_day, period.first_day - one, period.last_day + one)
    return rng.choice((inside, inside, inside, *edges)).isoformat()


def soon(rng: Random, today: date, before: int, after: int) -> str:
    """Return a day not far from today."""
    return (today + timedelta(days=rng.randint(-before, after))).isoformat()


def perhaps(rng: Random, chance: float, fields: dict[str, Any]) -> dict[str, Any]:
    """Return these fields, or none."""
    return fields if rng.random() < chance else {}


def next_code(rng: Random, letter: str, given: Sequence[str]) -> str:
    """Return the code that comes next: mostly padded, sometimes skipping one, now and then one that is taken."""
    numbers = [int(each.rsplit("-", 1)[1][1:]) for each in given]
    number = max(numbers, default=0) + rng.choice((1, 1, 1, 1, 2, 3))
    if rng.random() < 0.03 and numbers:
        number = rng.choice(numbers)
    return f"{letter}{number:02d}" if rng.random() < 0.995 else f"{letter}{number}"


def spelt(rng: Random, partnership: str, reference: str) -> str:
    """Return a reference in full or without its partnership."""
    return reference if rng.random() < 0.5 else short(partnership, reference)


def spoil(rng: Random, fields: dict[str, Any], others: Sequence[str]) -> dict[str, Any]:
    """Put something wrong into a command: a strange value, another object's reference, a field too many or too few."""
    spoilt = dict(fields)
    what = rng.random()
    name = some(rng, fields)
    if name is None or what < 0.08:
        return {**spoilt, "colour": "blue"}
    if what < 0.2:
        del spoilt[name]
    elif what < 0.55 and others:
        spoilt[name] = rng.choice(others)
    elif isinstance(spoilt[name], dict) and spoilt[name]:
        spoilt[name] = spoil(rng, spoilt[name], others)
    elif isinstance(spoilt[name], list) and spoilt[name]:
        spoilt[name] = [*spoilt[name], rng.choice([*others, *WEIRD])]
    else:
        spoilt[name] = rng.choice(WEIRD)
    return spoilt
