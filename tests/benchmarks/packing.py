"""Making a board pack in all its forms, and only having typst set the same source.

``python -m tests.benchmarks.packing concordat FOLDER MEETING`` makes one in a process of its own, as typst remembers
what it has set before, and says the seconds as JSON; ``bare`` only sets it. FOLDER is as ``lay_out`` leaves it.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path

from services.reporting import editions, journal
from services.reporting.pack import PackContent, manifest, render
from services.reporting.pack.rendering.as_pdf import compile_source, source
from services.reporting.packs import PackMaker, Plan, plan_pack
from services.reporting.registers import Registers
from services.reporting.schema import SCHEMA
from services.runtime.base.settings import Settings
from services.runtime.store.database import Database
from tests.benchmarks.children import asked
from tests.benchmarks.measuring import BARE, OURS, interleaved
from tests.benchmarks.partnership import Partnership
from tests.parts.tables import make_schema
from tests.reporting.pack.story import content as content_of
from tests.reporting.pack.story import story

_PACKS_BEFORE = 4


class _Unset(PackMaker):
    """Makes packs without a form: what counts is which events they took in, and the content of the last one."""

    content: PackContent

    def forms(self, content: PackContent) -> Mapping[str, bytes]:
        """Keep the content and return a manifest that names no file."""
        self.content = content
        return {"manifest.json": manifest(content, {})}


def lay_out(folder: Path, lived: Partnership) -> None:
    """Let reporting live through ``lived`` in ``folder``: its journal, its last packs and the snapshots these leave."""
    database = _opened(folder)
    make_schema(database, SCHEMA)
    kept = Registers(database)
    maker = _Unset(database, kept)
    meetings = list(lived.register.meetings)[-1 - _PACKS_BEFORE : -1]
    calendar = lived.register.calendar
    bounds = [calendar.timetable(lived.register.meetings[meeting].date).issue_at for meeting in meetings]
    versions = [sum(event.recorded_at <= bound for event in lived.events) for bound in bounds]
    for (after, upto), meeting in zip(pairwise([0, *versions, len(lived.events)]), [*meetings, None], strict=True):
        events = lived.events[after:upto]
        database.write_sync(lambda connection, events=events: journal.write(connection, events))  # type: ignore[misc]
        if meeting is not None:
            pack = maker.make(_plan(kept, lived.code, meeting))
            issued = pack.issued_at(pack.plan.notice.timetable.issue_at)
            database.write_sync(
                lambda connection, issued=issued, files=pack.files: editions.store(connection, issued, files)  # type: ignore[misc]
            )
    database.close()


async def compared(meetings: Mapping[Path, str], rounds: int) -> dict[Path, dict[str, list[float]]]:
    """Return the seconds that each way takes for the pack of a meeting in a folder, all measured by turns."""

    async def seconds(way: str, folder: Path) -> float:
        taken: float = await asyncio.to_thread(asked, "tests.benchmarks.packing", way, str(folder), meetings[folder])
        return taken

    ways = {f"{way} {folder}": partial(seconds, way, folder) for folder in meetings for way in (OURS, BARE)}
    samples = await interleaved(ways, rounds)
    return {folder: {way: samples[f"{way} {folder}"] for way in (OURS, BARE)} for folder in meetings}


def _made(way: str, folder: Path, meeting: str) -> float:
    """Return the seconds that it takes to make a pack, or to set its source, in a service that has made one before."""
    render(content_of(story()))  # templates, typefaces and the like, which a service has once for all
    database = _opened(folder)
    kept = Registers(database)
    plan = _plan(kept, meeting.partition("-")[0], meeting)
    try:
        return _ours(database, kept, plan) if way == OURS else _bare(database, kept, plan)
    finally:
        database.close()


def _ours(database: Database, kept: Registers, plan: Plan) -> float:
    maker = PackMaker(database, kept)
    began = time.perf_counter()
    made = maker.make(plan)
    seconds = time.perf_counter() - began
    assert len(made.files) == 5
    return seconds


def _bare(database: Database, kept: Registers, plan: Plan) -> float:
    maker = _Unset(database, kept)
    maker.make(plan)
    text, timestamp = source(maker.content), int(maker.content.cut_off.timestamp())
    began = time.perf_counter()
    compile_source(text, timestamp)
    return time.perf_counter() - began


def _plan(kept: Registers, partnership: str, meeting: str) -> Plan:
    return kept.view(partnership, lambda register: plan_pack(register, meeting, register.recorded_at))


def _opened(folder: Path) -> Database:
    return Database(Settings(data_dir=folder).reporting_database_url)


def main(way: str, folder: Path, meeting: str) -> None:
    """Make one pack on a copy of the folder and say how long it took."""
    with tempfile.TemporaryDirectory() as place:
        shutil.copytree(folder, Path(place) / "data")
        sys.stdout.write(json.dumps(_made(way, Path(place) / "data", meeting)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
