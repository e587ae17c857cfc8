"""The page that sets two issued packs side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.reporting.pages.issued_packs import IssuedPacks
from services.reporting.pages.queries import Queries
from services.reporting.pages.side_by_side import TOO_FEW, chosen, compared
from services.reporting.pages.site import Site
from services.runtime.web.partnership.site import page_routes
from services.runtime.web.partnership.view import View


def routes(site: Site) -> APIRouter:
    """Return the route of the page."""
    router = page_routes()

    @router.get("/packs/{partnership}/compare")
    def comparison(request: Request, partnership: str, earlier: str = "", later: str = "") -> Response:
        def content(view: View, packs: IssuedPacks) -> Mapping[str, Any]:
            return _content(site.queries, packs, earlier, later)

        return site.page_with_packs(request, "compare.html", partnership, content)

    return router


def _content(queries: Queries, packs: IssuedPacks, earlier: str, later: str) -> Mapping[str, Any]:
    one, other = chosen(packs, earlier, later)
    made = None if one is None or other is None or one == other else compared(queries, one, other)
    return {"choices": packs.all, "one": one, "other": other, "comparison": made, "too_few": TOO_FEW}
