"""The pages of the board packs: all of them, and one with its facts, its files and its supplements."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.reporting import signatures
from services.reporting.editions import Issued
from services.reporting.pages.issued_packs import IssuedPacks
from services.reporting.pages.site import Site
from services.reporting.signing import PublicKey, read_signature
from services.runtime.web.partnership.site import page_routes
from services.runtime.web.partnership.view import View

PREVIEWS = (("pack.html", "Read the preview"), ("pack.pdf", "PDF"), ("pack.xlsx", "Spreadsheet"), ("pack.json", "JSON"))


def routes(site: Site) -> APIRouter:
    """Return the routes of the packs' pages and files."""
    router = page_routes()

    @router.get("/packs/{partnership}")
    def packs(request: Request, partnership: str) -> Response:
        def content(view: View, packs: IssuedPacks) -> dict[str, Any]:
            return {"packs": packs.lines(view), "supplements": packs.supplements}

        return site.page_with_packs(request, "packs.html", partnership, content)

    @router.get("/packs/{partnership}/{meeting}")
    def pack(request: Request, partnership: str, meeting: str) -> Response:
        return site.page_with_packs(
            request, "pack.html", partnership, lambda view, packs: _content(request, site, packs, view, meeting)
        )

    @router.get("/packs/{partnership}/{meeting}/supplements/{number}")
    def supplement(request: Request, partnership: str, meeting: str, number: int) -> Response:
        return site.page_with_packs(
            request, "pack.html", partnership, lambda view, packs: _content(request, site, packs, view, meeting, number)
        )

    return router


def _content(
    request: Request, site: Site, packs: IssuedPacks, view: View, meeting: str, supplement: int = 0
) -> dict[str, Any]:
    line = packs.line(view, meeting)
    issued = packs.edition(line.meeting, supplement) if supplement else packs.pack(line.meeting)
    return {
        "pack": line,
        "issued": issued,
        "signed_with": None if issued is None else _signed_with(site, issued),
        "came_too_late": 0 if issued is None else site.queries.came_too_late(issued),
        "supplements": packs.supplements(line.meeting),
        "previews": PREVIEWS,
        "size": size,
    }


def _signed_with(site: Site, issued: Issued) -> PublicKey | None:
    """Return the key that an edition's manifest is signed with; None where it was issued before any was."""
    content = site.queries.database.read_sync(lambda connection: signatures.signature(connection, issued))
    return None if content is None else read_signature(content)[0]


def size(count: int) -> str:
    """Write a size in bytes as people read it: 12 kB."""
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(1, round(count / 1_000))} kB"
