"""``python -m tests.faults.chaos --seed N``: play one seed, or several in a row, and say what came of each."""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.chaos.play import play
from tests.faults.chaos.schedule import REPLICAS, has_slow_mail, schedule
from tests.faults.house import House
from tests.faults.mutants import MUTANTS
from tests.parts.postgres import PostgresServer


def main() -> int:
    """Play what was asked for; return 1 where anything did not hold."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that every server is stopped in its turn
    first = random.SystemRandom().randrange(1_000_000) if options.seed is None else options.seed
    failed = [seed for seed in range(first, first + options.count) if not _holds(seed, options)]
    if failed:
        _say(f"These seeds failed on {options.database}: {', '.join(map(str, failed))}")
    return 1 if failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="which schedule to play (default: a random one, which is printed)")
    parser.add_argument("--count", type=int, default=1, help="how many seeds in a row, from this one on")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--mutant", choices=MUTANTS, help="a Concordat with one promise taken out")
    parser.add_argument("--keep", type=Path, help="folder to keep databases and logs in")
    return parser.parse_args()


def _holds(seed: int, options: argparse.Namespace) -> bool:
    _say(f"Seed {seed} on {options.database}{f' as {options.mutant}' if options.mutant else ''}")
    rounds = schedule(seed, postgresql=options.database == "postgresql")
    began = time.monotonic()
    with (
        _directory(options.keep) as directory,
        _postgres(options.database) as postgres,
        House(
            directory,
            postgres=postgres,
            replicas=REPLICAS,
            mutant=options.mutant,
            slow_mail=has_slow_mail(rounds),
        ) as house,
    ):
        wrong = asyncio.run(play(house, seed, rounds, tell=lambda line: _say(f"  {line}")))
    for sentence in wrong:
        _say(f"  WRONG: {sentence}")
    _say(f"  seed {seed}: {'it does not hold' if wrong else 'all holds'}, {time.monotonic() - began:.0f} s")
    return not wrong


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def _directory(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield Path(tempfile.mkdtemp(dir=keep))
        return
    with tempfile.TemporaryDirectory(prefix="concordat-chaos-") as directory:
        yield Path(directory)


@contextmanager
def _postgres(database: str) -> Iterator[PostgresServer | None]:
    if database == "sqlite":
        yield None
        return
    with (
        tempfile.TemporaryDirectory(prefix="concordat-postgres-", ignore_cleanup_errors=True) as directory,
        PostgresServer(Path(directory)) as server,
    ):
        yield server


if __name__ == "__main__":
    sys.exit(main())
