"""What the pages of a capability are made with."""

from __future__ import annotations

from dataclasses import dataclass

from services.programme.core.dispatcher import Dispatcher
from services.runtime.access.directory import Directory
from services.runtime.store.database import Database
from services.runtime.web.partnership.site import Site


@dataclass(frozen=True, slots=True)
class Room:
    """``site`` shows pages, ``dispatcher`` carries commands out; the databases are programme's and the directory."""

    site: Site
    dispatcher: Dispatcher
    database: Database
    directory: Directory
