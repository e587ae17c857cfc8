"""What changed in compliance: breaches, rates, and what was recorded since about periods that both packs count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from domain import wording
from domain.figures.compliance import Status
from services.reporting.comparing.comparison import Change, Way, way
from services.reporting.comparing.names import Names
from services.reporting.comparing.pairs import in_both, only_in
from services.reporting.comparing.reported import Reported, ReportedBreach, ReportedCounts, ReportedObligation

_RANKS = {
    Status.NOT_MET: 0,
    Status.NOT_REPORTED: 0,
    Status.PARTLY_MET: 1,
    Status.MET: 2,
    Status.MET_LATE: 2,
}


def breaches(earlier: Reported, later: Reported, names: Names) -> Iterator[Change]:
    """Yield breaches that are new, went on for another period, or ended."""
    before, after = earlier.compliance.breaches, later.compliance.breaches
    for new in only_in(after, before, _breached):
        yield _breach(new, names, "none", _said(new), Way.WORSE)
    for ended in only_in(before, after, _breached):
        yield _breach(ended, names, _said(ended), "ended", Way.BETTER)
    for was, now in in_both(before, after, _breached):
        if was.periods != now.periods:
            better = way(len(was.periods), len(now.periods), more_is_better=False)
            yield _breach(now, names, _said(was), _said(now), better)


def rates(earlier: Reported, later: Reported, names: Names) -> Iterator[Change]:
    """Yield the partners and the commitments whose rate rose or fell, those that moved furthest first."""
    was, now = earlier.compliance, later.compliance
    moved = chain(
        _rates(was.by_partner, now.by_partner, names, "Rate of the partner"),
        _rates(was.by_commitment, now.by_commitment, names, "Rate of the commitment"),
    )
    return (change for _, change in sorted(moved, key=lambda each: -each[0]))


def _rates(
    was: Mapping[str, ReportedCounts], now: Mapping[str, ReportedCounts], names: Names, what: str
) -> Iterator[tuple[int, Change]]:
    for code in now:
        if code not in was:
            continue
        before, after = was[code].counts, now[code].counts
        if before.rate is None or after.rate is None or before.rate == after.rate:
            continue
        better = way(before.rate, after.rate, more_is_better=True)
        said = wording.rate(before), wording.rate(after)
        yield abs(after.rate - before.rate), Change(names.of(code), code, what, *said, better)


def recorded_since(earlier: Reported, later: Reported, names: Names) -> Iterator[Change]:
    """Yield the obligations that both packs count and of which they say different things."""
    for was, now in in_both(_counted(earlier), _counted(later), _obliged):
        if was.status is not now.status:
            yield Change(
                f"{names.of(now.partner)}: {names.of(now.commitment)}",
                f"{now.partner}, {now.commitment}",
                now.period,
                wording.OBLIGATIONS[was.status].text,
                wording.OBLIGATIONS[now.status].text,
                _better(was.status, now.status),
            )


def _counted(pack: Reported) -> list[ReportedObligation]:
    return [each for each in pack.compliance.obligations if each.counted]


def _better(was: Status, now: Status) -> Way:
    if was not in _RANKS or now not in _RANKS:
        return Way.NEITHER
    return way(_RANKS[was], _RANKS[now], more_is_better=True)


def _breach(breach: ReportedBreach, names: Names, was: str, now: str, better: Way) -> Change:
    name = f"{names.of(breach.partner)}: {names.of(breach.commitment)}"
    return Change(name, f"{breach.partner}, {breach.commitment}", "Breach", was, now, better)


def _said(breach: ReportedBreach) -> str:
    return f"in {wording.listed(breach.periods)}"


def _breached(breach: ReportedBreach) -> tuple[str, str]:
    return breach.commitment, breach.partner


def _obliged(obligation: ReportedObligation) -> tuple[str, str, str]:
    return obligation.commitment, obligation.partner, obligation.period
