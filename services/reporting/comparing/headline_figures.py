"""The figures of the whole partnership in both packs, each with its difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from contracts.events.projects import Confidence
from domain import wording
from domain.figures.compliance import Counts
from domain.figures.risks import HIGH
from domain.figures.schedule import MilestoneStatus, ScheduleStatus
from services.reporting.comparing.comparison import Figure, Way, way
from services.reporting.comparing.reported import Reported


def _not_reported(pack: Reported) -> int:
    return _number(each.not_reported > 0 for each in pack.compliance.by_partner.values())


def _confidence(pack: Reported, wanted: Confidence) -> int:
    return _number(each.confidence.shown is wanted for each in pack.projects)


def _milestones(pack: Reported, wanted: MilestoneStatus) -> int:
    return _number(each.status is wanted for each in pack.milestones)


def _number(these: Iterable[bool]) -> int:
    return sum(these)


_COUNTED: dict[str, tuple[Callable[[Reported], int], bool | None]] = {
    "Breaches": (lambda pack: len(pack.compliance.breaches), False),
    "Partners that have not reported on something": (_not_reported, False),
    "Silent partners": (lambda pack: len(pack.silent), False),
    "Projects of red confidence": (lambda pack: _confidence(pack, Confidence.RED), False),
    "Projects of amber confidence": (lambda pack: _confidence(pack, Confidence.AMBER), None),
    "Projects of green confidence": (lambda pack: _confidence(pack, Confidence.GREEN), True),
    "Projects with a red schedule": (
        lambda pack: _number(each.schedule_status is ScheduleStatus.RED for each in pack.projects),
        False,
    ),
    "Milestones done": (lambda pack: _milestones(pack, MilestoneStatus.DONE), True),
    "Milestones overdue": (lambda pack: _milestones(pack, MilestoneStatus.OVERDUE), False),
    "Open risks": (lambda pack: _number(each.open for each in pack.risks), False),
    "High risks": (lambda pack: _number(each.open and each.score >= HIGH for each in pack.risks), False),
    "Actions overdue": (lambda pack: _number(each.status == "overdue" for each in pack.actions), False),
    "Decisions that await ratification": (
        lambda pack: _number(each.awaits_ratification for each in pack.decisions),
        False,
    ),
}
"""What is counted in each pack, and whether more of it is better, worse or neither."""


def headline_figures(earlier: Reported, later: Reported) -> tuple[Figure, ...]:
    """Return the rate of compliance, the counts, and the days pledged and released."""
    rate = _rate(earlier.compliance.partnership.counts, later.compliance.partnership.counts)
    counted = (_count(name, of(earlier), of(later), better) for name, (of, better) in _COUNTED.items())
    days = (
        _days("Days pledged", [each.pledged for each in earlier.load], [each.pledged for each in later.load]),
        _days("Days released", [each.released for each in earlier.load], [each.released for each in later.load]),
    )
    return (rate, *counted, *days)


def _rate(was: Counts, now: Counts) -> Figure:
    said = wording.rate(was), wording.rate(now)
    if was.rate is None or now.rate is None:
        return Figure("Commitments met", *said, wording.NOTHING, None)
    points = f"{_signed(now.rate - was.rate)} {'point' if abs(now.rate - was.rate) == 1 else 'points'}"
    return Figure(
        "Commitments met",
        *said,
        "none" if now.rate == was.rate else points,
        None if now.rate == was.rate else way(was.rate, now.rate, more_is_better=True),
    )


def _count(name: str, was: int, now: int, more_is_better: bool | None) -> Figure:
    if was == now:
        return Figure(name, str(was), str(now), "none", None)
    better = Way.NEITHER if more_is_better is None else way(was, now, more_is_better=more_is_better)
    return Figure(name, str(was), str(now), _signed(now - was), better)


def _days(name: str, was: list[Decimal], now: list[Decimal]) -> Figure:
    before, after = sum(was, Decimal()), sum(now, Decimal())
    apart = after - before
    said = f"{'+' if apart > 0 else '−'}{wording.quantity(abs(apart))}" if apart else "none"
    return Figure(name, wording.quantity(before), wording.quantity(after), said, Way.NEITHER if apart else None)


def _signed(number: int) -> str:
    return f"{'+' if number > 0 else '−'}{abs(number)}"
