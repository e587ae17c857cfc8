"""Reporting over HTTP: rooms with pages for people, the same as JSON below ``/reporting/api/v1/``."""

from __future__ import annotations

from fastapi import APIRouter

from services.reporting.pages import (
    api,
    comparing,
    files,
    keys,
    old_addresses,
    packs,
)
from services.reporting.pages.previews import Previews
from services.reporting.pages.queries import Queries
from services.reporting.pages.site import Site
from services.reporting.supplements import Supplements
from services.runtime.web.moved import redirects
from services.runtime.web.routing import joined


def make_router(queries: Queries, supplements: Supplements, previews: Previews) -> APIRouter:
    """Return every route of reporting."""
    site = Site(queries)
    return joined(
        api.routes(site),
        api.commands(site, supplements),
        keys.routes(site),
        redirects(old_addresses.MOVED),
        comparing.routes(site),
        packs.routes(site),
        files.routes(queries, previews),
    )
