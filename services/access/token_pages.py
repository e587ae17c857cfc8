"""The page at which people make tokens for software of theirs, and take them back."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import RedirectResponse, Response

from services.access.browsers import browser_of
from services.access.mailer import Mailer
from services.access.token_store import TokenStore
from services.runtime.access.identity import OwnSession
from services.runtime.access.sessions.session import Session
from services.runtime.web.forms import Form, FormRefused, signed, submitted
from services.runtime.web.pages import Pages
from services.runtime.web.token_forms import EndToken, name_refused, token_asked_for

_TOKENS = "/account/tokens"
_MISSING = {
    "name": "Enter what the token is for.",
    "scope": "Choose what the token may do.",
    "until": "Enter the last day on which the token is good.",
}


class TokenPages:
    """The routes of the page; ``router`` has them."""

    def __init__(self, store: TokenStore, mailer: Mailer) -> None:
        self._store = store
        self._mailer = mailer
        self._pages = Pages(Path(__file__).parent / "templates")
        self.router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
        for path, method, answer in (
            (_TOKENS, "GET", self._list),
            (_TOKENS, "POST", self._make),
            (f"{_TOKENS}/end", "POST", self._end),
        ):
            self.router.add_api_route(path, answer, methods=[method])

    async def _list(self, request: Request, session: OwnSession, done: str = "") -> Response:
        return await self._page(request, session, Form(), done="The token was taken back." if done == "ended" else "")

    async def _make(self, request: Request, session: OwnSession) -> Response:
        form = await submitted(request)
        try:
            signed(request, form)
            wanted, ends_at = token_asked_for(form, _MISSING, self._store.clock.now())
            with name_refused(form):
                token = await self._store.make(session, wanted.name, ends_at, may_write=wanted.may_write)
        except FormRefused as refused:
            return await self._page(request, session, refused.form, refused.status)
        browser = browser_of(request).name
        self._mailer.tell_of_token(session.address, browser, ends_at, may_write=wanted.may_write)
        return await self._page(request, session, Form(), made=token)

    async def _end(self, request: Request, session: OwnSession) -> Response:
        form = await submitted(request)
        try:
            signed(request, form)
            wanted = form.checked(EndToken, missing={"which": "Choose a token in the list."})
        except FormRefused as refused:
            return await self._page(request, session, refused.form, refused.status)
        await self._store.end_one(session.address, wanted.which)
        return RedirectResponse(f"{_TOKENS}?done=ended", status_code=303)

    async def _page(
        self, request: Request, session: Session, form: Form, status: int = 200, *, done: str = "", made: str = ""
    ) -> Response:
        context = {"form": form, "done": done, "made": made, "tokens": await self._store.of(session.address)}
        return self._pages.render(request, "tokens.html", context, status=status)
