"""The page at which people make tokens for software of theirs, and take them back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from services.access.token_store import TokenStore
from services.runtime.access.identity import session_of
from services.runtime.access.sessions.session import Session
from services.runtime.access.sessions.token_life import UnfitDay, end_of
from services.runtime.base.problems import Problem
from services.runtime.web.dates import WrittenDate
from services.runtime.web.forms import Form, FormRefused, signed, submitted
from services.runtime.web.pages import Pages

_TOKENS = "/account/tokens"
_MISSING = {
    "name": "Enter what the token is for.",
    "scope": "Choose what the token may do.",
    "until": "Enter the last day on which the token is good.",
}


class MakeToken(BaseModel):
    """The form that makes a token; ``until`` is its last day."""

    name: Annotated[str, Field(max_length=100)]
    scope: Literal["read", "write"]
    until: WrittenDate


class EndToken(BaseModel):
    """The form that takes a token back; a field ``token`` would be somebody's API token (see ``forms.signed``)."""

    which: str


class TokenPages:
    """The routes of the page; ``router`` has them."""

    def __init__(self, store: TokenStore) -> None:
        self._store = store
        self._pages = Pages(Path(__file__).parent / "templates")
        self.router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
        for path, method, answer in (
            (_TOKENS, "GET", self._list),
            (_TOKENS, "POST", self._make),
            (f"{_TOKENS}/end", "POST", self._end),
        ):
            self.router.add_api_route(path, answer, methods=[method])

    async def _list(self, request: Request, done: str = "") -> Response:
        session = session_of(request)
        if session is None:
            return _to_sign_in()
        return await self._page(request, session, Form(), done="The token was taken back." if done == "ended" else "")

    async def _make(self, request: Request) -> Response:
        session, form = session_of(request), await submitted(request)
        if session is None:
            return _to_sign_in()
        try:
            signed(request, form)
            wanted = form.checked(MakeToken, missing=_MISSING)
            ends_at = self._end_of(wanted, form)
        except FormRefused as refused:
            return await self._page(request, session, refused.form, refused.status)
        token = await self._store.make(session, wanted.name, ends_at, may_write=wanted.scope == "write")
        return await self._page(request, session, Form(), made=token)

    async def _end(self, request: Request) -> Response:
        session, form = session_of(request), await submitted(request)
        if session is None:
            return _to_sign_in()
        try:
            signed(request, form)
            wanted = form.checked(EndToken, missing={"which": "Choose a token in the list."})
        except FormRefused as refused:
            return await self._page(request, session, refused.form, refused.status)
        await self._store.end_one(session.address, wanted.which)
        return RedirectResponse(f"{_TOKENS}?done=ended", status_code=303)

    def _end_of(self, wanted: MakeToken, form: Form) -> datetime:
        """Return when the last day of a token is over. Raises FormRefused for a day that is past, or too far ahead."""
        try:
            return end_of(wanted.until, self._store.clock.now())
        except UnfitDay as unfit:
            raise form.refused(Problem(422, str(unfit)), "until") from None

    async def _page(
        self, request: Request, session: Session, form: Form, status: int = 200, *, done: str = "", made: str = ""
    ) -> Response:
        context = {"form": form, "done": done, "made": made, "tokens": await self._store.of(session.address)}
        return self._pages.render(request, "tokens.html", context, status=status)


def _to_sign_in() -> Response:
    return RedirectResponse(f"/sign-in?next={_TOKENS}", status_code=303)
