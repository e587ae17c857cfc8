"""The way to an organisation's own sign-in and back."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import RedirectResponse, Response

from services.access.browsers import browser_of
from services.access.noting import note_signed_in
from services.access.openid import CALLBACK, LASTS_SECONDS, NotProven, OpenId
from services.access.session_store import SessionStore, SignedInAs
from services.access.sign_in_pages import PRIVATE, own_path
from services.runtime.access.directory import Directory
from services.runtime.access.identity import session_of
from services.runtime.access.sessions.cookie import HostCookie, SessionCookie
from services.runtime.access.sessions.session import OPENID, new_token
from services.runtime.base.security_log import SecurityEvent, note
from services.runtime.base.settings import Settings
from services.runtime.web.pages import Pages


class OpenIdPages:
    """The routes; ``router`` has them."""

    def __init__(self, settings: Settings, openid: OpenId, store: SessionStore, directory: Directory) -> None:
        self._openid = openid
        self._store = store
        self._directory = directory
        self._session = SessionCookie(settings)
        self._begun = HostCookie(settings, "concordat-openid", LASTS_SECONDS)
        self._pages = Pages(Path(__file__).parent / "templates")
        self.router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
        self.router.add_api_route("/sign-in/openid", self._begin)
        self.router.add_api_route(CALLBACK, self._finish)

    async def _begin(self, request: Request, next: str = "/") -> Response:  # noqa: A002 - as the address has it
        browser = new_token()
        try:
            address = await self._openid.begin(browser)
        except NotProven as reason:
            return self._refused(request, reason)
        answer = RedirectResponse(address, status_code=303, headers=PRIVATE)
        self._begun.give(answer, _packed(browser, own_path(next)))
        return answer

    async def _finish(self, request: Request) -> Response:
        browser, leads_to = _unpacked(self._begun.token_in(request.scope))
        try:
            address = await self._openid.finish(browser, dict(request.query_params))
        except NotProven as reason:
            return self._refused(request, reason)
        people = await self._directory.holders_of(address)
        if not people:
            return self._refused(request, NotProven(f"Nobody here has the address {address}. Ask your secretary."))
        who = SignedInAs(address, OPENID)
        token = await self._store.begin(who, browser_of(request), replaces=session_of(request))
        note_signed_in(who, token, browser_of(request), people)
        answer = RedirectResponse(leads_to, status_code=303, headers=PRIVATE)
        self._session.give(answer, token)
        self._begun.take_back(answer)
        return answer

    def _refused(self, request: Request, reason: NotProven) -> Response:
        note(SecurityEvent.SIGN_IN_FAILED, by=OPENID, network=browser_of(request).network)
        answer = self._pages.render(request, "openid.html", {"reason": str(reason)}, status=403, headers=PRIVATE)
        self._begun.take_back(answer)
        return answer


def _packed(browser: str, leads_to: str) -> str:
    return urlsafe_b64encode(json.dumps([browser, leads_to]).encode()).decode().rstrip("=")


def _unpacked(cookie: str) -> tuple[str, str]:
    """Return the browser's token and where to go; nothing of both from what is no cookie of ours."""
    try:
        browser, leads_to = json.loads(urlsafe_b64decode(f"{cookie}==="))
    except (ValueError, TypeError):
        return "", "/"
    return str(browser), own_path(str(leads_to))
