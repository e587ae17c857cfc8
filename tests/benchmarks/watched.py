"""``concordat serve all`` with one thing added: it notes when each event was committed and when reporting had it.

``/benchmarks/visible`` answers with the milliseconds between the two, one for each event since it was last asked;
``/benchmarks/state`` with what the process holds: tasks, events that wait for a relay, a follower or a handler, events
journalled.

``python -m tests.benchmarks.watched accept`` goes no further than the first of STAGES, and so on: what an event costs
at a stage is what it costs more with that stage than without.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial

from fastapi import APIRouter
from nats.aio.client import Client

from contracts.envelope import Recorded
from services.cli.serve import SERVICES
from services.programme.service import ProgrammeService
from services.reporting.catch_up import CONSUMER
from services.reporting.service import ReportingService
from services.runtime.access.table import Beyond, Row
from services.runtime.base.settings import load_settings
from services.runtime.messaging import inbox
from services.runtime.messaging.broker import connect
from services.runtime.messaging.relay import Relay
from services.runtime.messaging.streams import DURABLES, PROGRAMME
from services.runtime.process.embedded_nats import EmbeddedNats
from services.runtime.process.lifecycle import Foundation, ServiceFactory
from services.runtime.process.serving import serve
from services.runtime.store.event_store import Appended

_committed: dict[tuple[str, int], float] = {}
_waited: list[float] = []


class WatchedProgramme(ProgrammeService):
    """Notes when events are committed."""

    def __init__(self, foundation: Foundation) -> None:
        super().__init__(foundation)
        self.database.after_commit(_note_committed)


class WatchedReporting(ReportingService):
    """Notes when events are in the journal, committed."""

    def __init__(self, foundation: Foundation) -> None:
        super().__init__(foundation)
        self._operator: Client | None = None
        routes = APIRouter(include_in_schema=False)
        routes.add_api_route("/benchmarks/visible", _visible)
        routes.add_api_route("/benchmarks/state", self._state)
        self.router.routes += routes.routes

    @property
    def rows(self) -> tuple[Row, ...]:
        """Who sees what is added: the bench, which is nobody."""
        why = "It is for measuring."
        return (Row(what="Measurements", why=why, seen_by=Beyond.EVERYBODY, at=("/benchmarks",)),)

    async def start(self) -> None:
        """Sign in as the operator too: no service may look at the consumers of all."""
        await super().start()
        operator = EmbeddedNats.beside(self._settings.data_dir / "nats")
        assert operator is not None
        self._operator = await connect(operator, "benchmark")

    async def stop(self) -> None:
        """End with the operator's connection closed."""
        if self._operator is not None:
            await self._operator.close()
        await super().stop()

    def _stir(self, events: Sequence[Recorded]) -> None:
        now = time.perf_counter()
        for event in events:
            committed = _committed.pop((event.partnership, event.version), None)
            if committed is not None:
                _waited.append((now - committed) * 1000)
        super()._stir(events)

    async def _state(self) -> dict[str, int]:
        assert self._operator is not None
        manager = self._operator.jsm(timeout=60)
        positions = await self.database.read(lambda connection: inbox.all_positions(connection, CONSUMER))
        handlers = [await manager.consumer_info(each.stream, each.name) for each in DURABLES]
        waiting = sum((info.num_pending or 0) + (info.num_ack_pending or 0) for info in handlers)
        return {
            "tasks": len(asyncio.all_tasks()),
            "backlog": (self.follower.lag() or 0) + len(_committed) + waiting,
            "events": sum(position.version for position in positions.values()),
        }


class NoRelay(Relay):
    """Relays nothing."""

    async def start(self) -> None:
        """Leave all events where they are."""


class ProgrammeAlone(ProgrammeService):
    """Programme whose events go nowhere."""

    def __init__(self, foundation: Foundation) -> None:
        super().__init__(foundation)
        self.relay = NoRelay(self.database, self.store, foundation.nats, foundation.keyrings[PROGRAMME])


STAGES: Mapping[str, Sequence[ServiceFactory]] = {
    "accept": [ProgrammeAlone],
    "relay": [ProgrammeService],
    "journal": [ProgrammeService, partial(ReportingService, keeps_timetable=False)],
    "register": [ProgrammeService, ReportingService],
    "notifications": list(SERVICES.values()),
}
"""The path of an event, each stage with those before it. The timetable is what brings the register up to date."""


def _note_committed(notes: Sequence[object]) -> None:
    now = time.perf_counter()
    for note in notes:
        if isinstance(note, Appended):
            for event in note.events:
                _committed[event.partnership, event.version] = now


async def _visible() -> list[float]:
    waited = _waited.copy()
    _waited.clear()
    return waited


if __name__ == "__main__":
    watched = [WatchedProgramme, WatchedReporting, SERVICES["notifications"]]
    serve(load_settings(), STAGES[sys.argv[1]] if len(sys.argv) > 1 else watched)
