"""The reporting service: follows programme's stream, keeps the timetable, issues packs, shows the figures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection

from contracts.envelope import Recorded
from services.reporting import journal, registers, signatures
from services.reporting.announcements import Announcements
from services.reporting.catch_up import CONSUMER, CatchUp
from services.reporting.packs import PackMaker
from services.reporting.registers import Registers
from services.reporting.schema import SCHEMA
from services.reporting.signing import SigningKey
from services.reporting.timekeeper import Timekeeper
from services.runtime.access.roles import NO_PARTNERSHIP, RolesIn, roles_at
from services.runtime.base.clock import SystemClock
from services.runtime.base.health import Check, ProbeResult
from services.runtime.base.tasks import end
from services.runtime.base.validation_messages import as_sentence
from services.runtime.messaging.checks import blockage, consumer_check, dead_letters_check
from services.runtime.messaging.follower import Follower
from services.runtime.messaging.older_copy import OlderCopy
from services.runtime.messaging.relay import Relay
from services.runtime.messaging.streams import PROGRAMME, REPORTING
from services.runtime.messaging.unsealed_messages import unsealed_messages_check
from services.runtime.process.clock_guard import ClockGuard
from services.runtime.process.lifecycle import Foundation
from services.runtime.registers import snapshots
from services.runtime.store.checks import database_check
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore

if TYPE_CHECKING:
    from fastapi import APIRouter

DEAD_LETTERS = "/packs/dead-letters"
BLOCKED_PARTNERSHIPS = "/packs/blocked-partnerships"
_log = structlog.get_logger(__name__)


class ReportingService:
    """Reporting as the host runs it.

    Without ``keeps_timetable`` nothing is done by itself; whoever runs the service calls ``timekeeper.tick``.
    """

    name = "reporting"

    def __init__(
        self,
        foundation: Foundation,
        *,
        keeps_timetable: bool = True,
        packs: Callable[[Database, Registers], PackMaker] = PackMaker,
    ) -> None:
        settings, clock = foundation.settings, foundation.clock
        self._settings = settings
        self._clock = clock
        self._prepare = foundation.prepare
        self._keeps_timetable = keeps_timetable
        self._timetable: asyncio.Task[None] | None = None
        self._forgetting: asyncio.TimerHandle | None = None
        self._looking: asyncio.Task[None] | None = None
        self._guarding: asyncio.Task[None] | None = None
        self.database = Database(settings.reporting_database_url)
        self.store = EventStore("reporting")
        self.registers = Registers(self.database, foundation.memory)
        # Registers of their own, so that no page keeps the timetable waiting for one.
        self._shown = Registers(self.database, foundation.memory)
        self.packs = packs(self.database, self.registers)
        self.follower = Follower(
            self.database,
            foundation.nats,
            foundation.keyrings[PROGRAMME],
            CONSUMER,
            journal.write,
            after=self._stir,
            clear=self._clear,
            rewind=self._rewind,
            shared=self.database.dialect == "postgresql",  # a file is one process's, which takes in all of the stream
        )
        # Progress is made in real time, whatever clock the partnerships run on.
        self._keeping_up = consumer_check(
            CONSUMER, self._lag, lambda: self.follower.last_progress, SystemClock(), settings.stalled_seconds
        )
        self.relay = Relay(
            self.database,
            self.store,
            foundation.nats,
            foundation.keyrings[REPORTING],
            poll_seconds=settings.poll_seconds,
        )
        self.catch_up = CatchUp(self.database, foundation.nats, foundation.keyrings[PROGRAMME], self.follower)
        self.clock_guard = ClockGuard(
            self.database, foundation.clock, settings.clock_jump_hours, self.store.last_written_at
        )
        self.older_copy = OlderCopy(
            self.database, self.store, foundation.nats, foundation.keyrings[REPORTING], may_be_new=True
        )
        self._announced = Announcements(self.store, self._hindrance)
        self._key = SigningKey.kept_in(settings.signing_key_file or settings.data_dir / "signing-key.pem")
        self.timekeeper = Timekeeper(
            self.database,
            self.registers,
            self._announced,
            self.packs,
            self.catch_up,
            self._key,
            clock,
        )

    @cached_property
    def router(self) -> APIRouter:
        """Its routes."""
        from services.reporting.pages import make_router
        from services.reporting.pages.freshness import Freshness
        from services.reporting.pages.previews import Previews
        from services.reporting.pages.queries import Queries
        from services.reporting.supplements import Supplements
        from services.runtime.web import blocked_partnerships, dead_letters
        from services.runtime.web.blocked_admin import BlockedAdmin
        from services.runtime.web.dead_letter_admin import DeadLetterAdmin
        from services.runtime.web.routing import joined

        freshness = Freshness(self.database, self.store, self.follower, self._clock)
        room = Queries(self.database, self._shown, self._clock, freshness)
        supplements = Supplements(self.database, self.registers, self._announced, self.packs, self._key, self._clock)
        letters = DeadLetterAdmin(self.name, self.database, {})
        dead = dead_letters.routes(letters, DEAD_LETTERS, "facts that pages and packs lack")
        standing = BlockedAdmin(self.name, self.database, {CONSUMER: self.follower.consumer})
        blocked = blocked_partnerships.routes(standing, BLOCKED_PARTNERSHIPS, "pages and packs")
        previews = Previews(self.packs.make, self._settings.max_previews)
        return joined(dead, blocked, make_router(room, supplements, previews))

    @property
    def checks(self) -> Sequence[Check]:
        """What must be well for it to be ready."""
        return (
            database_check(self.name, self.database),
            self.older_copy.check(),
            self.clock_guard.check(),
            Check("reporting of programme", self._following),
            # Progress is made in real time, whatever clock the partnerships run on.
            consumer_check(
                "relay of reporting",
                self.relay.waiting,
                lambda: self.relay.last_progress,
                SystemClock(),
                self._settings.stalled_seconds,
                lambda: self.relay.problem,
            ),
            Check("partnerships in reporting", self._no_partnership_is_blocked),
            unsealed_messages_check(self.database, [CONSUMER]),
            dead_letters_check(self.name, self.database, [CONSUMER], DEAD_LETTERS),
        )

    async def roles_in(self, partnership: str) -> RolesIn:
        """Return who holds which roles today, as far as the journal has it; NO_PARTNERSHIP where there is none."""
        now = self._clock.now()
        try:
            return await asyncio.to_thread(self._shown.view, partnership, lambda register: roles_at(register, now))
        except registers.NoSuchPartnership:
            return NO_PARTNERSHIP

    async def start(self) -> None:
        """Make the database ready, then follow, relay and keep the timetable."""
        await self._prepare(SCHEMA, self.database)
        self._forgetting = snapshots.forget_other_formats_later(self.database)
        await self._know_key()
        await self.clock_guard.start()
        self._guarding = asyncio.create_task(self.clock_guard.keep())
        self._looking = asyncio.create_task(self.older_copy.keep_looking())
        await self.older_copy.looked()
        await self.follower.start()
        await self.relay.start()
        if self._keeps_timetable:
            self._timetable = asyncio.create_task(self.timekeeper.run(self._settings.timetable_seconds))

    async def stop(self) -> None:
        """End in good order: what was begun is finished or undone."""
        if self._forgetting is not None:
            self._forgetting.cancel()
        await end([task for task in (self._timetable, self._looking, self._guarding) if task is not None])
        await self.follower.stop()
        await self.relay.stop()
        await asyncio.to_thread(self.database.close)

    async def _following(self) -> ProbeResult:
        if self.follower.lag() is None:
            why = self.follower.problem or "it was not reached yet"
            return ProbeResult(False, as_sentence(f"the stream cannot be read: {why}"))
        return await self._keeping_up.probe()

    async def _lag(self) -> int:
        return self.follower.lag() or 0

    def _hindrance(self, partnership: str) -> str | None:
        return self.older_copy.lacking(partnership) or self.clock_guard.blockage(partnership)

    async def _no_partnership_is_blocked(self) -> ProbeResult:
        return blockage(self.name, self.follower.blocked, BLOCKED_PARTNERSHIPS)

    async def _know_key(self) -> None:
        """Show the key to whoever proves a pack, before the first is signed with it."""
        own = self._key.public
        used = {each.key.fingerprint for each in await self.database.read(signatures.keys)}
        if own.fingerprint not in used:
            await self.database.write(partial(signatures.know, key=own, now=self._clock.now()))
        if keys := used - {own.fingerprint}:
            _log.info("manifests were signed with other keys before", keys=sorted(keys))

    def _stir(self, _events: Sequence[Recorded]) -> None:
        self.timekeeper.wake()

    def _rewind(self, connection: Connection, partnership: str) -> None:
        """Forget what follows from a log that was restored since; what was issued and announced stays."""
        journal.rewind(connection, partnership)
        snapshots.forget(connection, partnership)

    def _clear(self, connection: Connection) -> None:
        """Forget what follows from the stream; what was issued and announced stays."""
        journal.clear(connection)
        snapshots.forget_all(connection)
