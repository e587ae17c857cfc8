"""The programme service: decides, keeps the log, sends it over the broker, answers breaches."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING

from services.programme.breaches import Breaches
from services.programme.core.dispatcher import Dispatcher
from services.programme.core.earlier_registers import EarlierRegisters
from services.programme.forgetting import FORGETTING, forget_expired
from services.programme.schema import SCHEMA
from services.runtime.access.directory import SCHEMA as DIRECTORY
from services.runtime.access.directory import Directory
from services.runtime.access.erasures import ErasureList
from services.runtime.access.return_links import ReturnLinks
from services.runtime.access.roles import RolesIn
from services.runtime.base.clock import SystemClock
from services.runtime.base.health import Check, ProbeResult
from services.runtime.base.retry import Backoff, keep_doing
from services.runtime.base.tasks import end
from services.runtime.base.trouble import Trouble
from services.runtime.messaging.checks import blockage, consumer_check, dead_letters_check
from services.runtime.messaging.handler_broker import faststream_broker
from services.runtime.messaging.handlers import Handler
from services.runtime.messaging.older_copy import OlderCopy
from services.runtime.messaging.relay import Relay
from services.runtime.messaging.streams import BREACHES_INTO_AGENDAS, PROGRAMME
from services.runtime.messaging.unsealed_messages import unsealed_messages_check
from services.runtime.process.clock_guard import ClockGuard
from services.runtime.process.lifecycle import Foundation
from services.runtime.registers import snapshots
from services.runtime.store import idempotency
from services.runtime.store.checks import database_check
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore

if TYPE_CHECKING:
    from fastapi import APIRouter

ANSWERS_KEPT = timedelta(days=7)
DEAD_LETTERS = "/office/dead-letters"
BLOCKED_PARTNERSHIPS = "/office/blocked-partnerships"
_TIDY_SECONDS = 3600.0
_TIDY_BACKOFF = Backoff(10.0, _TIDY_SECONDS)


class ProgrammeService:
    """Programme as the host runs it."""

    name = "programme"

    def __init__(self, foundation: Foundation) -> None:
        settings = foundation.settings
        self._settings = settings
        self._prepare = foundation.prepare
        self._tidying: asyncio.Task[None] | None = None
        self._forgetting: asyncio.TimerHandle | None = None
        self._looking: asyncio.Task[None] | None = None
        self._guarding: asyncio.Task[None] | None = None
        self.database = Database(settings.programme_database_url)
        erasures = None if settings.erasures_file is None else ErasureList(settings.erasures_file)
        self.directory = Directory(settings.directory_database_url, erasures)
        self.links = ReturnLinks.of(settings)
        self.store = EventStore("programme")
        keyring = foundation.keyrings[PROGRAMME]
        self.clock = foundation.clock
        self.clock_guard = ClockGuard(
            self.database, foundation.clock, settings.clock_jump_hours, self.store.last_written_at
        )
        self.older_copy = OlderCopy(self.database, self.store, foundation.nats, keyring, may_be_new=False)
        self.dispatcher = Dispatcher(
            self.database,
            self.store,
            foundation.clock,
            self.directory,
            self._hindrance,
            forgetting=FORGETTING,
            memory=foundation.memory,
        )
        self.relay = Relay(
            self.database,
            self.store,
            foundation.nats,
            keyring,
            poll_seconds=settings.poll_seconds,
        )
        self.handler = Handler(
            self.database,
            foundation.nats,
            foundation.keyrings[BREACHES_INTO_AGENDAS.stream],
            BREACHES_INTO_AGENDAS,
            Breaches(self.dispatcher).on,
            at_once=1,  # each is decided upon what is committed
        )
        self._broker = faststream_broker(
            foundation.address, "programme handlers", traced=settings.otlp_endpoint is not None
        )

    @cached_property
    def router(self) -> APIRouter:
        """Its routes."""
        from services.programme import pages
        from services.programme.api import make_router
        from services.programme.projects import bring_in_pages, workplan_pages
        from services.runtime.web import blocked_partnerships, dead_letters
        from services.runtime.web.blocked_admin import BlockedAdmin
        from services.runtime.web.dead_letter_admin import DeadLetterAdmin
        from services.runtime.web.routing import joined

        its = (self.name, self.database, {BREACHES_INTO_AGENDAS.name: self.handler.consumer})
        dead = dead_letters.routes(DeadLetterAdmin(*its), DEAD_LETTERS, "items that agendas lack")
        blocked = blocked_partnerships.routes(BlockedAdmin(*its), BLOCKED_PARTNERSHIPS, "agendas")
        plans = [each.routes(self.dispatcher, self.database) for each in (bring_in_pages, workplan_pages)]
        earlier = EarlierRegisters(self.database, self.store)
        rooms = pages.make_router(
            self.dispatcher,
            self.database,
            earlier,
            self.directory,
            self.clock,
            self.links,
            self._settings.public_url,
        )
        return joined(make_router(self.dispatcher), dead, blocked, *plans, rooms)

    @property
    def checks(self) -> Sequence[Check]:
        """What must be well for it to be ready."""
        return (
            database_check(self.name, self.database),
            self.older_copy.check(),
            self.clock_guard.check(),
            database_check("directory", self.directory.database),
            # Progress is made in real time, whatever clock the partnerships run on.
            consumer_check(
                "relay of programme",
                self.relay.waiting,
                lambda: self.relay.last_progress,
                SystemClock(),
                self._settings.stalled_seconds,
                lambda: self.relay.problem,
            ),
            Check("breaches into agendas", self._no_partnership_is_blocked),
            unsealed_messages_check(self.database, [BREACHES_INTO_AGENDAS.name]),
            dead_letters_check(self.name, self.database, [BREACHES_INTO_AGENDAS.name], DEAD_LETTERS),
        )

    async def roles_in(self, partnership: str) -> RolesIn:
        """Return who holds which roles today; NO_PARTNERSHIP where there is none."""
        return await self.dispatcher.roles_in(partnership, self.clock.now())

    async def start(self) -> None:
        """Make the databases ready, then relay, and listen to reporting."""
        await self._prepare(SCHEMA, self.database)
        self._forgetting = snapshots.forget_other_formats_later(self.database)
        await self._prepare(DIRECTORY, self.directory.database)
        await asyncio.to_thread(self.directory.finish_erasures)
        await self.clock_guard.start()
        self._guarding = asyncio.create_task(self.clock_guard.keep())
        self._looking = asyncio.create_task(self.older_copy.keep_looking())
        await self.older_copy.looked()
        await self.handler.start(self._broker)
        await self._broker.start()
        await self.relay.start()
        self._tidying = asyncio.create_task(self._tidy())

    async def stop(self) -> None:
        """End in good order: what was begun is finished or undone."""
        if self._forgetting is not None:
            self._forgetting.cancel()
        await end([task for task in (self._tidying, self._looking, self._guarding) if task is not None])
        await self._broker.stop()
        await self.handler.stop()
        await self.relay.stop()
        await asyncio.to_thread(self.database.close)
        await self.directory.close()

    def _hindrance(self, partnership: str) -> str | None:
        return self.older_copy.lacking(partnership) or self.clock_guard.blockage(partnership)

    async def _no_partnership_is_blocked(self) -> ProbeResult:
        return blockage(self.name, self.handler.blocked, BLOCKED_PARTNERSHIPS)

    async def _tidy(self) -> None:
        """Forget what is kept for a time: answers by idempotency key, drafts, files that nobody decided on."""
        trouble = Trouble(__name__, "what has expired could not be deleted", "what has expired is deleted again")
        await keep_doing(self._forget_what_expired, trouble, _TIDY_BACKOFF, every=_TIDY_SECONDS)

    async def _forget_what_expired(self) -> None:
        await self.database.write(partial(idempotency.forget, before=datetime.now(UTC) - ANSWERS_KEPT))
        await self.database.write(partial(forget_expired, now=self.clock.now()))
