"""The pages at which people sign out."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import RedirectResponse, Response

from services.access.session_store import SessionStore
from services.runtime.access.identity import session_of
from services.runtime.access.sessions.cookie import SessionCookie
from services.runtime.web.pages import Pages


def routes(store: SessionStore, cookie: SessionCookie) -> APIRouter:
    """Return the routes of the pages."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    pages = Pages(Path(__file__).parent / "templates")

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        """Sign out, also from a page of an earlier session; what another site sends comes without the cookie."""
        session = session_of(request)
        if session is not None:
            await store.end(session)
        answer = RedirectResponse("/signed-out", status_code=303)
        cookie.take_back(answer)
        return answer

    @router.get("/signed-out")
    async def signed_out(request: Request) -> Response:
        return pages.render(request, "signed_out.html", {})

    return router
