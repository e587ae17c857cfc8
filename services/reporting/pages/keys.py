"""The public keys that prove issued packs: on a page for people, and as files for those who prove one."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from services.reporting import signatures
from services.reporting.pages.site import Site
from services.reporting.signatures import UsedKey
from services.runtime.base.problems import Problem

_PEM = "application/x-pem-file"


def routes(site: Site) -> APIRouter:
    """Return the routes of the keys."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    def keys() -> list[UsedKey]:
        return site.queries.database.read_sync(signatures.keys)

    @router.get("/keys")
    def page(request: Request) -> Response:
        return site.plain_page(request, "keys.html", {"keys": keys()})

    @router.get("/keys/{fingerprint}.pem")
    @router.get("/reporting/keys/{fingerprint}.pem")
    def file(fingerprint: str) -> Response:
        found = next((each.key for each in keys() if each.key.fingerprint == fingerprint), None)
        if found is None:
            raise Problem(404, "No pack was signed with a key of this fingerprint. /keys lists them all.")
        saved_as = f'attachment; filename="concordat-{fingerprint[:12]}.pem"'
        return Response(found.pem, media_type=_PEM, headers={"Content-Disposition": saved_as})

    return router
