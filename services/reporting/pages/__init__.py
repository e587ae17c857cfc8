"""Reporting over HTTP: pages for people below ``/reporting/``, the same as JSON below ``/reporting/api/v1/``."""

from __future__ import annotations

from fastapi import APIRouter

from services.reporting.pages import api, compliance, files, keys, overview, packs, programme
from services.reporting.pages.previews import Previews
from services.reporting.pages.queries import Queries
from services.reporting.pages.site import Site
from services.reporting.supplements import Supplements


def make_router(queries: Queries, supplements: Supplements, previews: Previews) -> APIRouter:
    """Return every route of reporting."""
    site = Site(queries)
    router = APIRouter()
    for routes in (
        api.routes(site),
        api.commands(site, supplements),
        keys.routes(site),
        overview.routes(site),
        packs.routes(site),
        files.routes(queries, previews),
        compliance.routes(site),
        programme.routes(site),
    ):
        router.include_router(routes)
    return router
