"""The access service: people sign in and out here, and every service knows them by what it writes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from services.access.session_store import SessionStore
from services.runtime.access.sessions.reader import SCHEMA
from services.runtime.base.health import Check
from services.runtime.base.retry import Backoff, keep_doing
from services.runtime.base.tasks import end
from services.runtime.base.trouble import Trouble
from services.runtime.process.lifecycle import Foundation
from services.runtime.store.database import Database

if TYPE_CHECKING:
    from fastapi import APIRouter

_TIDY_SECONDS = 3600.0
_TIDY_BACKOFF = Backoff(10.0, _TIDY_SECONDS)


class AccessService:
    """Access as the host runs it. That its database answers, the host itself checks: all of its services need it."""

    name = "access"
    uses_broker = False
    checks: Sequence[Check] = ()

    def __init__(self, foundation: Foundation) -> None:
        self._settings = foundation.settings
        self._prepare = foundation.prepare
        self._tidying: asyncio.Task[None] | None = None
        self.database = Database(foundation.settings.access_database_url)
        self.sessions = SessionStore(self.database, foundation.settings)

    @cached_property
    def router(self) -> APIRouter:
        """Its routes."""
        from services.access import pages
        from services.runtime.access.sessions.cookie import SessionCookie

        return pages.routes(self.sessions, SessionCookie(self._settings))

    async def start(self) -> None:
        """Make the database ready, and keep it tidy."""
        await self._prepare(SCHEMA, self.database)
        self._tidying = asyncio.create_task(self._tidy())

    async def stop(self) -> None:
        """Let go of the database."""
        await end([self._tidying] if self._tidying is not None else [])
        await asyncio.to_thread(self.database.close)

    async def _tidy(self) -> None:
        trouble = Trouble(__name__, "ended sessions could not be deleted", "ended sessions are deleted again")
        await keep_doing(self.sessions.forget_ended, trouble, _TIDY_BACKOFF, every=_TIDY_SECONDS)
