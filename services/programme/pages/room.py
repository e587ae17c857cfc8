"""What the pages of a capability are made with."""

from __future__ import annotations

from dataclasses import dataclass

from services.programme.core.dispatcher import Dispatcher
from services.runtime.access.directory import Directory
from services.runtime.access.return_links import ReturnLinks
from services.runtime.store.database import Database
from services.runtime.web.partnership.site import Site


@dataclass(frozen=True, slots=True)
class Room:
    """``site`` shows pages, ``dispatcher`` carries commands out; the databases are programme's and the directory.

    ``links`` are those with which reminders open a return, where the deployment has any.
    ``public_url`` is where people reach the pages.
    """

    site: Site
    dispatcher: Dispatcher
    database: Database
    directory: Directory
    links: ReturnLinks | None
    public_url: str
