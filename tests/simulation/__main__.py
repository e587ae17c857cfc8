"""Run the simulation from the command line: ``python -m tests.simulation --seed 1 --years 1000``."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from tests.simulation.life import live
from tests.simulation.world import Difference, numbers

YEARS_OF_A_LIFE = 6


def main() -> int:
    """Live through as many years as are asked for, one partnership after the other. Return 1 where anything differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="seed of the first partnership; the others count up")
    parser.add_argument("--years", type=float, default=60, help="simulated years in all")
    parser.add_argument("--life", type=float, default=YEARS_OF_A_LIFE, help="years of each partnership")
    parser.add_argument("--fingerprints", action="store_true", help="print nothing but those of the packs of one life")
    wanted = parser.parse_args()
    if wanted.fingerprints:
        _say("\n".join(live(wanted.seed, wanted.years)[1].fingerprints()))
        return 0
    seed, lived, tally, found = wanted.seed, 0.0, Counter[str](), dict[str, Difference]()
    began = time.monotonic()
    while lived < wanted.years:
        world, _ = live(seed, wanted.life)
        lived += wanted.life
        tally.update(world.tally)
        events = f"{len(world.events)} events, {len(world.differences)} differences"
        _say(f"seed {seed}: {events}; {lived:g} years in {time.monotonic() - began:.0f} s")
        for headline, difference in world.differences.items():
            if headline not in found:
                found[headline] = difference
                _say(str(difference))
        seed += 1
    _summary(tally, found)
    return 1 if found else 0


def _summary(tally: Counter[str], found: dict[str, Difference]) -> None:
    _say("\nWhat was exercised")
    for name, count in sorted(tally.items()):
        if not name.startswith("difference: "):
            _say(f"  {count:>8}  {name}")
    _say(f"\n{len(found)} kinds of difference")
    for headline, count in numbers(tally, "difference: ").items():
        _say(f"  {count:>8}  {headline} (first: seed {found[headline].seed})")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
