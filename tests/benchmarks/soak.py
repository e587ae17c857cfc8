"""A quarter's end in earnest, for half an hour: ``make soak``.

Finds the rate at which latency breaks, then asks for a fifth of it for as long as is wanted, and watches memory, file
handles, tasks and what waits to be relayed and followed. At the end everything that was promised must be there. Ends
with 1 where anything grew that should not, was lost, or fell over.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import uvloop

from tests.benchmarks.breaking import break_it, described, quarter_end
from tests.benchmarks.children import ROOT, Server, serving
from tests.benchmarks.growth import resident
from tests.benchmarks.load import Crowd, Tally
from tests.benchmarks.logs import put_into_database
from tests.benchmarks.partnership import partnership

_LOOK_SECONDS = 5.0
_DRAIN_SECONDS = 30.0
_MAY_GROW = 1.15
"""By how much memory may be higher in the last third than in the second: what is kept of each event stays small."""


@dataclass(frozen=True)
class State:
    """What a running service holds at a moment."""

    memory: int
    files: int
    tasks: int
    backlog: int
    events: int


async def look(server: Server) -> State:
    """Look at a service as ``tests.benchmarks.watched`` runs it."""
    told: dict[str, Any] = json.loads(await asyncio.to_thread(server.get, "/benchmarks/state"))
    files = len(list(Path(f"/proc/{server.pid}/fd").iterdir()))  # noqa: ASYNC240 - not a disk
    return State(resident(server.pid), files, told["tasks"], told["backlog"], told["events"])


async def soak(server: Server, crowd: Crowd, rate: float, seconds: float) -> tuple[Tally, list[State]]:
    """Ask at ``rate`` for so many seconds, looking on."""
    states: list[State] = []

    async def looking() -> None:
        while True:
            states.append(await look(server))
            _say(f"{states[-1]}")
            await asyncio.sleep(_LOOK_SECONDS)

    watching = asyncio.create_task(looking())
    tally = await crowd.spell(rate, seconds)
    watching.cancel()
    return tally, states


async def drained(server: Server) -> State:
    """Wait until nothing waits any more, for half a minute at most, and return how it stands then."""
    deadline = asyncio.get_running_loop().time() + _DRAIN_SECONDS
    state = await look(server)
    while state.backlog and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.5)
        state = await look(server)
    return state


def faults(before: State, after: State, tally: Tally, states: list[State]) -> list[str]:
    """Return what went wrong, in sentences."""
    found = []
    third = max(1, len(states) // 3)
    middle, end = median(s.memory for s in states[third : 2 * third + 1]), median(s.memory for s in states[-third:])
    if end > middle * _MAY_GROW:
        found.append(f"memory grew from {middle / 1e6:.0f} to {end / 1e6:.0f} MB")
    if after.files > before.files + 5:
        found.append(f"file handles grew from {before.files} to {after.files}")
    if after.tasks > before.tasks + 5:
        found.append(f"tasks grew from {before.tasks} to {after.tasks}")
    if after.backlog:
        found.append(f"{after.backlog} events still wait to be relayed or followed")
    found += not_kept(before, after, tally.promised, "at a fifth of what is borne")
    if tally.shed or tally.abrupt:
        found.append(f"{tally.shed} requests were shed and {tally.abrupt} not answered, at a fifth of what is borne")
    return found


def not_kept(before: State, after: State, promised: int, when: str) -> list[str]:
    """Say where reporting holds fewer events than commands were answered with success; each leads to one."""
    missing = promised - (after.events - before.events)
    return [f"{missing} commands that were answered with success {when} are not in the journal"] if missing > 0 else []


async def main(minutes: float, spell: float) -> int:
    """Break it, soak it, overload it."""
    lived = partnership()
    requests = quarter_end(lived)
    with tempfile.TemporaryDirectory(prefix="concordat-soak-") as place:
        folder = Path(place)
        put_into_database(folder, lived.events)
        with serving("tests.benchmarks.watched", folder=folder) as server:
            fresh = await drained(server)
            found = await break_it(server, requests, spell)
            _say(f"latency breaks above {found.borne:.0f} requests a second; beyond it: {found.overload}")
            before = await drained(server)
            wrong = not_kept(fresh, before, found.promised, "while more was asked for than is borne")
            wrong += [f"{found.overload['abrupt']} requests fell over at overload"] if found.overload["abrupt"] else []
            crowd = Crowd(server.port, requests)
            tally, states = await soak(server, crowd, found.borne / 5, 60 * minutes)
            crowd.leave()
            await asyncio.sleep(1)
            after = await drained(server)
    wrong += faults(before, after, tally, states)
    summary = {
        "borne": found.borne,
        "rates": found.rates,
        "overload": found.overload,
        "soak": {"rate": found.borne / 5, "minutes": minutes, **described(tally)},
        "before": vars(before),
        "after": vars(after),
        "faults": wrong,
    }
    (ROOT / "build" / "soak.json").write_text(json.dumps(summary, indent=1) + "\n")
    _say(json.dumps(summary["soak"]))
    _say("\n".join(wrong) or "nothing grew, nothing was lost")
    return 1 if wrong else 0


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="make soak ARGS=…", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long (default: 30)")
    parser.add_argument("--spell", type=float, default=10.0, help="seconds at each rate while looking for the limit")
    wanted = parser.parse_args()
    (ROOT / "build").mkdir(exist_ok=True)
    sys.exit(uvloop.run(main(wanted.minutes, wanted.spell)))
