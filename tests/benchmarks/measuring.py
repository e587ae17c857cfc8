"""Contenders measured in turn, so that whatever else the machine does hits all of them alike."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any, TypeVar

T = TypeVar("T")
OURS, BARE, PEER = "concordat", "bare", "eventsourcing"

Measure = Callable[[], Awaitable[T]]


@dataclass(frozen=True)
class Goal:
    """What a ratio to the bare contender must not pass: at least, or at most, so much."""

    bound: float
    at_least: bool

    def met_by(self, value: float) -> bool:
        """Say whether ``value`` reaches the goal."""
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}"


@dataclass(frozen=True)
class Spread:
    """A median and the quartiles around it."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        """Return the spread of at least one value."""
        if len(values) < 3:
            return cls(median(values), min(values), max(values))
        low, middle, high = quantiles(values, n=4, method="inclusive")
        return cls(middle, low, high)


@dataclass(frozen=True)
class Comparison:
    """One thing measured on several contenders, round by round; all have as many samples."""

    name: str
    unit: str
    samples: Mapping[str, list[float]]
    goal: Goal | None = None
    base: str = BARE

    @property
    def ratio(self) -> Spread:
        """How many times the base we take, each round by itself."""
        pairs = zip(self.samples[OURS], self.samples[self.base], strict=True)
        return Spread.of([ours / base for ours, base in pairs])

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        return None if self.goal is None else self.goal.met_by(self.ratio.median)

    def as_json(self) -> dict[str, Any]:
        """Return everything that was measured."""
        return {
            "name": self.name,
            "unit": self.unit,
            "goal": self.goal and str(self.goal),
            "met": self.is_met,
            "ratio": vars(self.ratio),
            "base": self.base,
            "contenders": {name: {**vars(Spread.of(each)), "samples": each} for name, each in self.samples.items()},
        }


@dataclass(frozen=True)
class Figure:
    """One thing that was measured by itself."""

    name: str
    unit: str
    value: float
    goal: Goal | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        return None if self.goal is None else self.goal.met_by(self.value)

    def as_json(self) -> dict[str, Any]:
        """Return what was measured."""
        return {"name": self.name, "unit": self.unit, "value": self.value, "goal": self.goal and str(self.goal)}


Result = Comparison | Figure


async def interleaved(contenders: Mapping[str, Measure[T]], rounds: int) -> dict[str, list[T]]:
    """Measure every contender ``rounds`` times, in turn, there and back again, after one round that does not count.

    Of no rounds at all, that one is returned: it shows that the contenders run.
    """
    samples: dict[str, list[T]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        names = list(contenders) if number % 2 else list(contenders)[::-1]
        for name in names:
            measured = await contenders[name]()
            if number or not rounds:
                samples[name].append(measured)
    return samples


def percentile(values: list[float], percent: float) -> float:
    """Return the value that ``percent`` of the values do not pass."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
