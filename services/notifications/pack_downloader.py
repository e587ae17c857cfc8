"""The loop that fetches the files of issued editions and, once all are here, lets the e-mails that carry them go."""

from __future__ import annotations

import asyncio
from itertools import groupby

import structlog
from sqlalchemy import Connection

from services.notifications import pack_files
from services.notifications.pack_files import Paper
from services.notifications.pack_source import NotFetched, PackSource
from services.notifications.queue import deliveries
from services.notifications.queue.leader import Leader
from services.runtime.base.clock import Clock
from services.runtime.base.retry import Backoff, keep_doing, steadily
from services.runtime.base.trouble import Trouble
from services.runtime.store.database import Database

_BACKOFF = Backoff(0.5, 120.0)
_log = structlog.get_logger(__name__)


class PackDownloader:
    """Fetches while this replica is on duty; what cannot be had is asked for ever more rarely, and never given up."""

    def __init__(
        self, clock: Clock, database: Database, pack_source: PackSource, leader: Leader, poll_seconds: float
    ) -> None:
        self._clock = clock
        self._database = database
        self._pack_source = pack_source
        self._on_duty = leader
        self._poll_seconds = poll_seconds
        self._woken = asyncio.Event()
        self._failed: dict[tuple[str, str], tuple[int, float]] = {}  # per edition: how often, and when to try again

    def wake(self) -> None:
        """Say that an edition may have been announced."""
        self._woken.set()

    async def run(self) -> None:
        """Fetch until cancelled."""
        trouble = Trouble(__name__, "pack files could not be fetched", "pack files are fetched again")
        self.wake()
        await keep_doing(self._collect_when_woken, trouble, steadily(0.0))  # it rests by itself

    async def _collect_when_woken(self) -> None:
        await self._rest()
        if self._on_duty.fence is not None:
            await self._collect()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._poll_seconds):
                await self._woken.wait()
        except TimeoutError:
            return
        self._woken.clear()

    async def _collect(self) -> None:
        missing = await self._database.read(pack_files.missing)
        for edition, files in groupby(missing, key=lambda paper: (paper.partnership, paper.pack)):
            _, not_before = self._failed.get(edition, (0, 0.0))
            if asyncio.get_running_loop().time() >= not_before:
                await self._collect_edition(edition, list(files))

    async def _collect_edition(self, edition: tuple[str, str], files: list[Paper]) -> None:
        partnership, pack = edition
        try:
            contents = [(paper, await self._pack_source.fetch(paper)) for paper in files]
        except NotFetched as problem:
            said = str(problem)
            _log.warning("the files of a pack could not be fetched", pack=pack, reason=said)
            await self._database.write(lambda connection: pack_files.note_problem(connection, files, said))
            failures = self._failed.get(edition, (0, 0.0))[0] + 1
            self._failed[edition] = failures, asyncio.get_running_loop().time() + _BACKOFF.pause(failures)
            return

        def keep(connection: Connection) -> None:
            for paper, content in contents:
                pack_files.keep(connection, paper, content)
            deliveries.papers_have_come(connection, partnership, pack, self._clock.now())

        await self._database.write(keep)
        self._failed.pop(edition, None)
        self._on_duty.something_is_due()
