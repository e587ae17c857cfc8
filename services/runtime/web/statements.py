"""What the foot of every page leads to: the accessibility statement and the privacy notice. Every service has them."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from services.runtime.web.pages import Pages

router = APIRouter(include_in_schema=False)
_PAGES = Pages()


@router.get("/accessibility")
def accessibility(request: Request) -> Response:
    """Say for whom the pages work, and what may be hard."""
    return _PAGES.render(request, "accessibility.html", {})


@router.get("/privacy")
def privacy(request: Request) -> Response:
    """Say what is kept about people."""
    return _PAGES.render(request, "privacy.html", {})
