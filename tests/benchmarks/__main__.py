"""``python -m tests.benchmarks``: how fast Concordat is beside the least that could do the same.

Ratios count, not seconds: contenders take turns, so that a busy machine slows all of them.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import uvloop

from tests.benchmarks import (
    arguments,
    beside,
    commands,
    growth,
    packing,
    pages,
    path,
    picture,
    report,
    starting,
    visibility,
)
from tests.benchmarks.children import ROOT, asked
from tests.benchmarks.installation import installed_bytes
from tests.benchmarks.measuring import BARE, OURS, Comparison, Figure, Goal, Result
from tests.benchmarks.partnership import partnership
from tests.benchmarks.rebuilding import WITH_REGISTER

BUILD = ROOT / "build"


@dataclass
class Bench:
    """One run: where it works, how thoroughly, and what it has found."""

    folder: Path
    rounds: int
    seconds: float
    results: list[Result] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    async def commands(self) -> None:
        """Commands accepted per second."""
        self.results += await commands.measure(
            self.folder / "commands", partnership().events, self.rounds, self.seconds
        )

    async def beside(self) -> None:
        """Commands accepted beside readers."""
        self.results += await beside.measure(self.folder / "beside", partnership().events, self.rounds, self.seconds)

    async def visible(self) -> None:
        """From commit to visible."""
        self.results += await visibility.measure(
            self.folder / "visible", partnership().events, self.rounds, self.seconds
        )

    async def path(self) -> None:
        """What the processor spends on an event."""
        self.results += await path.measure(self.folder / "path", partnership().events, self.rounds, self.seconds)

    async def rebuild(self) -> None:
        """The rebuild, with a history and with ten times that."""
        goal = Goal(0.7, at_least=True)
        seconds: dict[int, list[float]] = {}
        place = str(self.folder / "rebuild")
        found = await asyncio.to_thread(asked, "tests.benchmarks.rebuilding", place, str(self.rounds), "3x1", "30x1")
        for years in (3, 30):
            samples, events = found[f"{years}x1"]["samples"], found[f"{years}x1"]["events"]
            seconds[years] = [events / speed for speed in samples[OURS]]
            name = f"rebuild from the stream, {events:,} events"
            bare = {OURS: samples[OURS], BARE: samples[BARE]}
            self.results.append(Comparison(name, "per second", bare, goal))
            with_register = {OURS: samples[WITH_REGISTER], BARE: samples[BARE]}
            self.results.append(Comparison(f"{name}, and the register", "per second", with_register))
        self._ten_times("10 × the history: rebuild", seconds, 11)

    async def pack(self) -> None:
        """The pack, with the history that its goal is set for and with ten times that."""
        goals = {3: Goal(1.3, at_least=False), 30: None}
        places: dict[int, Path] = {}
        meetings: dict[Path, str] = {}
        for years in (3, 30):
            lived, place = partnership(years), self.folder / f"pack-{years}"
            packing.lay_out(place, lived)
            places[years], meetings[place] = place, lived.last_meeting
        samples = await packing.compared(meetings, self.rounds)
        self.results += [
            Comparison(f"board pack, {years} years of history", "s", samples[place], goals[years])
            for years, place in places.items()
        ]
        self._ten_times("10 × the history: pack", {years: samples[place][OURS] for years, place in places.items()}, 1.5)

    async def starting(self) -> None:
        """Commands that do little, from start to end."""
        self.results += await starting.measure(self.folder / "starting", self.rounds)

    async def growth(self) -> None:
        """Growth, memory, start-up and size."""
        history = await growth.by_history(self.folder / "history")
        partnerships = await growth.by_partnerships(self.folder / "partnerships")
        self.results += [
            Figure("memory of a partnership, a year of history", "MB", partnerships[-1].memory),
            Figure("start-up, 10 years of history", "s", history[1].start_up),
            Figure("start-up without snapshots, 10 years of history", "s", history[1].start_up_anew),
            Figure("size of the installation", "MB", installed_bytes() / 1e6),
        ]
        self.more["growth"] = {"history": [*map(asdict, history)], "partnerships": [*map(asdict, partnerships)]}
        drawn = picture.growth(history, partnerships)
        (BUILD / "growth.svg").write_text(drawn + "\n")

    def _ten_times(self, name: str, seconds: Mapping[int, list[float]], bound: float) -> None:
        samples = {OURS: seconds[30], "once": seconds[3]}
        self.results.append(Comparison(name, "s", samples, Goal(bound, at_least=False), base="once"))


async def _run(bench: Bench, parts: Sequence[str]) -> None:
    """Measure part after part; what has been measured is written down at once, should the rest be broken off."""
    for name in parts:
        measure = getattr(bench, name)
        print(f"{measure.__doc__.rstrip('.')} …", file=sys.stderr, flush=True)
        measured = len(bench.results)
        await measure()
        report.write(BUILD / "bench.json", bench.results, bench.more)
        print(report.table(bench.results[measured:]), flush=True)


def main() -> int:
    """Measure, show the tables, write everything to ``build/bench.json``."""
    wanted = arguments.parser().parse_args()
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="concordat-bench-") as folder:
        bench = Bench(Path(folder), wanted.rounds, wanted.seconds)
        uvloop.run(_run(bench, wanted.parts or arguments.PARTS))
    return 0


if __name__ == "__main__":
    sys.exit(main())
