"""What happens when, from a seed: the same seed always gives the same schedule."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.runtime.base.failpoints import POINTS
from tests.faults.deployment import SERVICES

REPLICAS = 2
ROUND_SECONDS = 16.0
_LEAST_BETWEEN, _MOST_BETWEEN = 0.3, 1.8
_SHORTEST, _LONGEST = 0.5, 3.0
_LONGER_THAN_EVERY_WAIT = 6.0
#: In how many seeds the broker loses what it had taken. What an operator then sends again could make up for a relay
#: that loses things, so the others go without.
_SHARE_WITH_LOSSES = 0.35

#: The steps that a service comes to, at which it can be told to die.
POINTS_OF = {
    "programme": sorted(point for point in POINTS if point.startswith(("log.", "database.", "relay.", "consumer."))),
    "reporting": sorted(
        point for point in POINTS if point.startswith(("log.", "database.", "relay.", "consumer.", "pack."))
    ),
    "notifications": sorted(point for point in POINTS if point.startswith(("database.", "consumer.", "delivery."))),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that happens ``at`` so many seconds into a round, to whom, for how long and how."""

    at: float
    what: str
    service: str = ""
    replica: int = 0
    seconds: float = 0.0
    how: str = ""

    def __str__(self) -> str:
        whom = f" {self.service} {self.replica}" if self.service else ""
        how_long = f" for {self.seconds:.2f} s" if self.seconds else ""
        return f"{self.at:6.2f}  {self.what}{whom}{how_long} {self.how}".rstrip()


Kind = Callable[[random.Random, float], Fault]
"""Makes up a fault of one kind at a moment."""


@dataclass(frozen=True, slots=True)
class Round:
    """The faults around one meeting: the clock comes to its cut-off at the start, to its issue at ``issue_at``."""

    meeting: str
    faults: tuple[Fault, ...]
    seconds: float
    issue_at: float


def schedule(
    seed: int, *, postgresql: bool, rounds: Sequence[str] = ("B01", "B02"), seconds: float = ROUND_SECONDS
) -> list[Round]:
    """Return the schedule of a seed: a round of so many ``seconds`` around each of these meetings."""
    chance = random.Random(seed)
    kinds = [*_KINDS, *(_ON_POSTGRESQL if postgresql else _ON_SQLITE)]
    if chance.random() < _SHARE_WITH_LOSSES:
        kinds += _LOSSES
    return [_round(chance, meeting, kinds, seconds) for meeting in rounds]


def has_slow_mail(rounds: Sequence[Round]) -> bool:
    """Say whether a mail server is to be too slow for services in one of these rounds."""
    return any((fault.what, fault.how) == ("mail server", "slow") for each in rounds for fault in each.faults)


def _round(chance: random.Random, meeting: str, kinds: Sequence[Kind], seconds: float) -> Round:
    faults: list[Fault] = []
    at = chance.uniform(_LEAST_BETWEEN, _MOST_BETWEEN)
    while at < seconds:
        faults.append(chance.choice(kinds)(chance, at))
        at += chance.uniform(_LEAST_BETWEEN, _MOST_BETWEEN)
    issue_at = chance.uniform(0.25, 0.5) * seconds
    faults.append(_while_packs_go_out(chance, issue_at, seconds))
    return Round(meeting, tuple(sorted(faults, key=lambda fault: fault.at)), seconds, issue_at)


def _while_packs_go_out(chance: random.Random, issue_at: float, until: float) -> Fault:
    """Return what stands in the way of e-mail just then: sending is over so soon that chance would hardly meet it."""
    how = chance.choice(("hangs up during DATA", "is away"))
    return Fault(issue_at, "mail server", seconds=until - issue_at, how=how)


def _whom(chance: random.Random) -> tuple[str, int]:
    return chance.choice(SERVICES), chance.randrange(REPLICAS)


def _killed(chance: random.Random, at: float) -> Fault:
    return Fault(at, "killed", *_whom(chance), chance.uniform(0.1, 2.0))


def _dies_at_a_point(chance: random.Random, at: float) -> Fault:
    service, replica = _whom(chance)
    return Fault(at, "dies at", service, replica, how=f"{chance.choice(POINTS_OF[service])}:{chance.randint(1, 4)}")


def _stopped(chance: random.Random, at: float) -> Fault:
    return Fault(at, "stopped in its tracks", *_whom(chance), chance.choice((1.0, 3.0, _LONGER_THAN_EVERY_WAIT)))


def _network(chance: random.Random, at: float) -> Fault:
    how = chance.choice(("cut", "delay", "black_hole", "half_close", "refuse"))
    return Fault(at, "network", chance.choice(SERVICES), 0, chance.uniform(_SHORTEST, _LONGEST), how)


def _simple(what: str) -> Kind:
    return lambda chance, at: Fault(at, what, seconds=chance.uniform(_SHORTEST, _LONGEST))


def _clock(chance: random.Random, at: float) -> Fault:
    return Fault(at, "clock goes back", seconds=chance.uniform(1.0, 300.0))


def _mail(chance: random.Random, at: float) -> Fault:
    how = chance.choice(("slow", "refuses some", "hangs up during DATA", "hangs up after DATA", "is away"))
    return Fault(at, "mail server", seconds=chance.uniform(_SHORTEST, _LONGEST), how=how)


def _disk_full(services: Sequence[str]) -> Kind:
    return lambda chance, at: Fault(
        at, "disk full", chance.choice(services), chance.randrange(REPLICAS), chance.uniform(_SHORTEST, _LONGEST)
    )


_KINDS: tuple[Kind, ...] = (
    _killed,
    _killed,
    _dies_at_a_point,
    _dies_at_a_point,
    _dies_at_a_point,
    _stopped,
    _network,
    _network,
    _network,
    _simple("broker killed"),
    _simple("broker stopped in its tracks"),
    _simple("broker's disk full"),
    _simple("old events sent again"),
    _simple("new events come in reverse"),
    _simple("two bring in the same file"),
    _clock,
    _mail,
    _mail,
)
_LOSSES: tuple[Kind, ...] = (_simple("stream lost"), _simple("stream restored from an older copy"))
_ON_SQLITE: tuple[Kind, ...] = (_disk_full(SERVICES), _disk_full(SERVICES))
_ON_POSTGRESQL: tuple[Kind, ...] = (_simple("database restarted"), _simple("database killed"))
