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

from contracts.envelope import Recorded
from tests.benchmarks import (
    arguments,
    beside,
    commands,
    growth,
    many,
    packing,
    pages,
    path,
    picture,
    replicas,
    report,
    starting,
    visibility,
    weights,
)
from tests.benchmarks.children import ROOT, asked, peer_is_installed
from tests.benchmarks.installation import installed_bytes
from tests.benchmarks.measuring import BARE, OURS, Comparison, Figure, Goal, Result
from tests.benchmarks.partnership import partnership
from tests.benchmarks.rebuilding import WITH_REGISTER

BUILD = ROOT / "build"
_SHORT_SECONDS = 0.3
_TIMES = 5  # each page is made so often while it is weighed
_ROUNDS_OF_GROWTH = 2  # each takes minutes


@dataclass(frozen=True)
class Size:
    """How much is measured: years of history, once and ten times, which may be the same; how much of it services work
    on, all of it where that is None; how often growth doubles its scale; the example; how many partnerships a
    deployment has that has many, and by how many processes it is served.
    """

    years: tuple[int, int] = (3, 30)
    events: int | None = None
    scales: Sequence[int] = growth.TIMES
    example: Path = pages.LONDON
    partnerships: int = 50
    processes: Sequence[int] = replicas.PROCESSES


SHORT = Size(
    years=(1, 1),
    events=400,
    scales=growth.TIMES[:1],
    example=ROOT / starting.FILE,
    partnerships=2,
    processes=replicas.PROCESSES[:1],
)


@dataclass
class Bench:
    """One run: where it works, how thoroughly, and what it has found."""

    folder: Path
    rounds: int
    seconds: float
    size: Size = field(default_factory=Size)
    kept: Path = BUILD
    """Where what it has found is written."""
    results: list[Result] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    async def commands(self) -> None:
        """Commands accepted per second."""
        self.results += await commands.measure(self.folder / "commands", self._log(), self.rounds, self.seconds)

    async def beside(self) -> None:
        """Commands accepted beside readers."""
        self.results += await beside.measure(self.folder / "beside", self._log(), self.rounds, self.seconds)

    async def visible(self) -> None:
        """From commit to visible."""
        self.results += await visibility.measure(self.folder / "visible", self._log(), self.rounds, self.seconds)

    async def path(self) -> None:
        """What the processor spends on an event."""
        self.results += await path.measure(self.folder / "path", self._log(), self.rounds, self.seconds)

    async def pages(self) -> None:
        """Pages, style sheet and health on the example; the weight and the server's time of each of its pages."""
        times = _TIMES if self.rounds else 1
        found, weighed = await pages.measure(self.folder / "pages", self.size.example, self.rounds, self.seconds, times)
        self.results += found
        self.more["pages"] = weights.as_json(weighed)
        print(weights.table(weighed), flush=True)

    async def rebuild(self) -> None:
        """The rebuild, with a history and with ten times that."""
        goal = Goal(0.7, at_least=True)
        seconds: dict[int, list[float]] = {}
        place = str(self.folder / "rebuild")
        sizes = [f"{years}x1" for years in self._different_years]
        found = await asyncio.to_thread(asked, "tests.benchmarks.rebuilding", place, str(self.rounds), *sizes)
        for years in self._different_years:
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
        once, ten_times = self.size.years
        goals = {ten_times: None, once: Goal(1.3, at_least=False)}
        places: dict[int, Path] = {}
        meetings: dict[Path, str] = {}
        for years in self._different_years:
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
        rounds = min(self.rounds, _ROUNDS_OF_GROWTH)
        history = await growth.by_history(self.folder / "history", rounds, self.size.scales)
        partnerships = await growth.by_partnerships(self.folder / "partnerships", rounds, self.size.scales)
        grown = history[:2][-1]
        self.results += [
            Figure("memory of a partnership, a year of history", "MB", partnerships[-1].memory),
            Figure(f"start-up, {grown.times} years of history", "s", grown.start_up),
            Figure(f"start-up without snapshots, {grown.times} years of history", "s", grown.start_up_anew),
            Figure("size of the installation", "MB", installed_bytes() / 1e6),
        ]
        self.more["growth"] = {"history": [*map(asdict, history)], "partnerships": [*map(asdict, partnerships)]}
        drawn = picture.growth(history, partnerships)
        (self.kept / "growth.svg").write_text(drawn + "\n")

    async def many(self) -> None:
        """Many partnerships: ready, first pages and commands, at rest, memory."""
        lived = partnership(self.size.years[0])
        self.results += await many.measure(self.folder / "many", lived, self.size.partnerships, self.seconds)

    async def replicas(self) -> None:
        """A quarter's end of many partnerships by 1, 2 and 4 processes on PostgreSQL."""
        lived = partnership(self.size.years[0])
        self.results += await replicas.measure(
            self.folder / "replicas", lived, self.size.partnerships, self.size.processes
        )

    @property
    def _different_years(self) -> Sequence[int]:
        return tuple(dict.fromkeys(self.size.years))

    def _log(self) -> list[Recorded]:
        """Return the history on which services work while they are measured."""
        return partnership(self.size.years[0]).events[: self.size.events]

    def _ten_times(self, name: str, seconds: Mapping[int, list[float]], bound: float) -> None:
        once, ten_times = self.size.years
        samples = {OURS: seconds[ten_times], "once": seconds[once]}
        self.results.append(Comparison(name, "s", samples, Goal(bound, at_least=False), base="once"))


async def _run(bench: Bench, parts: Sequence[str]) -> None:
    """Measure part after part; what has been measured is written down at once, should the rest be broken off."""
    for name in parts:
        measure = getattr(bench, name)
        print(f"{measure.__doc__.rstrip('.')} …", file=sys.stderr, flush=True)
        measured = len(bench.results)
        await measure()
        report.write(bench.kept / "bench.json", bench.results, bench.more)
        print(report.table(bench.results[measured:]), flush=True)


def main() -> int:
    """Measure, show the tables, write everything to ``build/bench.json``; with ``--short`` nothing is written there."""
    wanted = arguments.parser().parse_args()
    if not peer_is_installed():
        print("The library eventsourcing is not installed, so it is left out; make bench installs it.", file=sys.stderr)
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="concordat-bench-") as folder:
        if wanted.short:
            bench = Bench(Path(folder), 0, _SHORT_SECONDS, SHORT, kept=Path(folder))
        else:
            size = Size(partnerships=wanted.partnerships)
            bench = Bench(Path(folder), wanted.rounds, wanted.seconds, size)
        uvloop.run(_run(bench, wanted.parts or arguments.PARTS))
    return 0


if __name__ == "__main__":
    sys.exit(main())
