"""Pages of what is so now and can be changed: Home, the office, and each capability, with ``templates/``."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter

from services.programme.capabilities import modules
from services.programme.core.dispatcher import Dispatcher
from services.programme.core.earlier_registers import EarlierRegisters
from services.programme.home import pages as home
from services.programme.office import pages as office
from services.programme.pages.freshness import Freshness
from services.programme.pages.registers import RegistersOfTheLog
from services.programme.pages.room import Room
from services.runtime.access.directory import Directory
from services.runtime.access.return_links import ReturnLinks
from services.runtime.base.clock import Clock
from services.runtime.store.database import Database
from services.runtime.web.kept_answers import keep_all
from services.runtime.web.partnership.site import Site
from services.runtime.web.partnership.views import Views
from services.runtime.web.routing import joined


def make_router(
    dispatcher: Dispatcher,
    database: Database,
    earlier: EarlierRegisters,
    directory: Directory,
    clock: Clock,
    links: ReturnLinks | None,
    public_url: str,
) -> APIRouter:
    """Return the routes of all pages. ``links`` are those that open a return; None where there are none.

    ``public_url`` is where people reach them.
    """
    pages = [home, *modules("pages"), office]
    folders = (Path(each.__file__ or "").parent / "templates" for each in pages)
    site = Site(Views(RegistersOfTheLog(dispatcher, earlier), clock), *folders, Path(__file__).parent / "templates")
    room = Room(site, dispatcher, database, directory, links, public_url)
    router = joined(*(each.routes(room) for each in pages))
    keep_all(router.routes, Freshness(clock, database, directory.database).watch)
    return router
