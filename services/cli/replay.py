"""Playing a programme file through the running services, under the file's own clock.

Each step waits until every service has taken in what the step before led to. So the same file always gives the same
events in the same order, on any machine.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection

from domain.figures.timetable import Duty
from services.cli.errors import CommandError
from services.cli.file_clock import FileClock
from services.cli.plan import Keep, Record, Step
from services.programme.core.dispatcher import DatedCommand
from services.programme.core.forward_references import brought_in
from services.programme.file.checking import ProgrammeFile
from services.programme.service import ProgrammeService
from services.reporting.service import ReportingService
from services.runtime.messaging import inbox
from services.runtime.messaging.streams import BREACHES_INTO_AGENDAS
from services.runtime.store.event_store import EventStore

_PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.002


@dataclass(frozen=True)
class Replay:
    """Plays a partnership's ``file`` on services that nobody else uses, whose clock is ``clock``."""

    file: ProgrammeFile
    clock: FileClock
    programme: ProgrammeService
    reporting: ReportingService

    @property
    def partnership(self) -> str:
        """The code of the partnership."""
        return self.file.partnership

    @cached_property
    def forward_references(self) -> frozenset[str]:
        """What the whole file brings in, which an earlier part of it may speak of."""
        return brought_in(self.partnership, (entry.command for entry in self.file.entries))

    async def take(self, step: Step) -> list[Duty]:
        """Take one step and return what the timetable did in it."""
        if isinstance(step, Record):
            await self._record(step)
            return []
        return await self._keep(step)

    async def _record(self, step: Record) -> None:
        self.clock.move_to(step.entries[-1].at)
        entries = [DatedCommand(entry.command, entry.actor, entry.at) for entry in step.entries]
        await self.programme.dispatcher.handle_all(
            self.partnership, entries, forward_references=self.forward_references
        )
        await self._reporting_has_caught_up()

    async def _keep(self, step: Keep) -> list[Duty]:
        self.clock.move_to(step.at)
        done = await self._done_by_the_timetable()
        await self._programme_has_answered()
        await self._reporting_has_caught_up()
        return [duty for _, duty in done]

    async def _done_by_the_timetable(self) -> list[tuple[str, Duty]]:
        """Have done all that is due: what the broker was too slow for is not left for the next step."""
        timekeeper, until = self.reporting.timekeeper, time.monotonic() + _PATIENCE_SECONDS
        done = await timekeeper.tick()
        while timekeeper.waits:
            if time.monotonic() > until:
                raise CommandError("reporting could not learn from the broker whether it has taken everything in")
            await asyncio.sleep(_POLL_SECONDS)
            done += await timekeeper.tick()
        return done

    async def _reporting_has_caught_up(self) -> None:
        version = await self._version(self.programme, self.programme.store)
        follower = self.reporting.follower
        if not await follower.caught_up(self.partnership, version, _PATIENCE_SECONDS):
            reason = follower.blocked.get(self.partnership) or follower.problem or "it is too slow"
            raise CommandError(f"reporting did not take in what programme recorded: {reason}")

    async def _programme_has_answered(self) -> None:
        """Wait until programme has taken in all that reporting announced; it answers in the same transaction."""
        announced = await self._version(self.reporting, self.reporting.store)
        await _until(lambda: self._answered(announced), "programme did not take in what reporting announced")

    async def _answered(self, announced: int) -> bool:
        positions = await self.programme.database.read(
            lambda connection: inbox.all_positions(connection, BREACHES_INTO_AGENDAS.name)
        )
        position = positions.get(self.partnership)
        return announced == 0 or (position is not None and position.version >= announced)

    async def _version(self, service: ProgrammeService | ReportingService, store: EventStore) -> int:
        def version(connection: Connection) -> int:
            return store.position(connection, self.partnership).version

        return await service.database.read(version)


async def _until(condition: Callable[[], Awaitable[bool]], complaint: str) -> None:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while not await condition():  # noqa: ASYNC110 - what is waited for happens in a database
                await asyncio.sleep(_POLL_SECONDS)
    except TimeoutError:
        raise CommandError(complaint) from None
