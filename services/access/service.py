"""The access service: people sign in and out here, and every service knows them by what it writes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from services.access.email_choices import EmailChoices
from services.access.links import Links
from services.access.mailer import Mailer
from services.access.return_openings import ReturnOpenings
from services.access.session_store import SessionStore
from services.access.token_store import TokenStore
from services.runtime.access.directory import SCHEMA as DIRECTORY
from services.runtime.access.directory import Directory
from services.runtime.access.return_links import ReturnLinks
from services.runtime.access.sessions.reader import SCHEMA
from services.runtime.access.systems import Systems
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

    def __init__(self, foundation: Foundation) -> None:
        self._settings = foundation.settings
        self._prepare = foundation.prepare
        self._tidying: asyncio.Task[None] | None = None
        self.database = Database(foundation.settings.access_database_url)
        self.directory = Directory(foundation.settings.directory_database_url)
        self.sessions = SessionStore(self.database, foundation.settings)
        self.tokens = TokenStore(self.database)
        self.systems = Systems(self.database)
        self.links = Links(self.database)
        self.openings = ReturnOpenings(self.database, self.sessions)
        self.email_choices = EmailChoices(self.database, self.directory)
        self.mailer = Mailer(foundation.settings, self.directory)

    @property
    def checks(self) -> Sequence[Check]:
        """What readiness tells of it."""
        return (self.mailer.check(),)

    @cached_property
    def router(self) -> APIRouter:
        """Its routes."""
        from services.access.account_pages import AccountPages
        from services.access.calendar_pages import CalendarPages
        from services.access.email_pages import EmailPages
        from services.access.sign_in_pages import SignInPages
        from services.access.token_pages import TokenPages
        from services.runtime.web.routing import joined

        sign_in = SignInPages(self._settings, self.links, self.mailer, self.sessions, self.directory)
        routers = [sign_in.router, TokenPages(self.tokens, self.mailer).router, EmailPages(self.email_choices).router]
        routers.append(CalendarPages(self._settings, self.tokens).router)
        return_links = ReturnLinks.of(self._settings)
        if return_links is not None:
            from services.access.return_pages import ReturnPages

            routers.append(ReturnPages(self._settings, return_links, self.openings, self.directory).router)
        openid = None
        if self._settings.openid_issuer is not None:
            from services.access.openid import OpenId
            from services.access.openid_pages import OpenIdPages

            openid = OpenId(self._settings)
            routers.append(OpenIdPages(self._settings, openid, self.sessions, self.directory).router)
        routers.append(AccountPages(self._settings, self.sessions, self.openings, self.directory, openid).router)
        return joined(*routers)

    async def start(self) -> None:
        """Make the databases ready, and keep its own tidy."""
        await self._prepare(SCHEMA, self.database)
        await self._prepare(DIRECTORY, self.directory.database)
        self._tidying = asyncio.create_task(self._tidy())

    async def stop(self) -> None:
        """Give up e-mails that are still to be sent, and let go of the databases."""
        await end([self._tidying] if self._tidying is not None else [])
        await self.mailer.close()
        await asyncio.to_thread(self.database.close)
        await self.directory.close()

    async def _tidy(self) -> None:
        trouble = Trouble(__name__, "old sessions, links and tokens could not be deleted", "they are deleted again")
        await keep_doing(self.forget_what_is_over, trouble, _TIDY_BACKOFF, every=_TIDY_SECONDS)

    async def forget_what_is_over(self) -> None:
        """Delete what has ended, what is too old, and what is about addresses that nobody has any more."""
        await self.sessions.forget_ended()
        known = {address: await self.directory.holders_of(address) for address in await self.sessions.addresses()}
        await self.sessions.forget_addresses([address for address, holders in known.items() if not holders])
        await self.tokens.forget_ended()
        await self.systems.forget_ended()
        await self.links.forget()
        await self.openings.forget()
        await self.email_choices.forget()
