"""The page at which people see where they are signed in, and end that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel
from starlette.responses import RedirectResponse, Response

from services.access.return_openings import ReturnOpenings
from services.access.session_store import SessionStore
from services.runtime.access.directory import Directory
from services.runtime.access.identity import OwnSession, session_of
from services.runtime.access.sessions.cookie import SessionCookie
from services.runtime.access.sessions.session import BECOME, LINK, OPENID, RETURN_LINK, SET_UP, Session
from services.runtime.base.security_log import SecurityEvent, note, shown
from services.runtime.base.settings import Settings
from services.runtime.web.forms import Form, FormRefused, signed, submitted
from services.runtime.web.pages import Pages

if TYPE_CHECKING:
    from services.access.openid import OpenId

_ACCOUNT = "/account"
_DONE = {
    "ended": "That browser is signed out.",
    "chosen": "What you do is recorded as that person’s.",
    "taken-back": "Links in e-mails that you got until now open no return any more.",
}
_WAYS = {
    LINK: "E-mail",
    OPENID: "Your organisation",
    RETURN_LINK: "Reminder of a return",
    BECOME: "Demonstration",
    SET_UP: "Link to set up",
}


class EndSession(BaseModel):
    """The form that ends a session."""

    session: str


class Choose(BaseModel):
    """The form that says which of those who share an address somebody is."""

    person: str


class AccountPages:
    """The routes of the pages; ``router`` has them."""

    def __init__(
        self,
        settings: Settings,
        store: SessionStore,
        openings: ReturnOpenings,
        directory: Directory,
        openid: OpenId | None = None,
    ) -> None:
        self._store = store
        self._openings = openings
        self._directory = directory
        self._openid = openid
        self._cookie = SessionCookie(settings)
        self._pages = Pages(Path(__file__).parent / "templates")
        self.router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
        for path, method, answer in (
            (_ACCOUNT, "GET", self._account),
            (f"{_ACCOUNT}/who-i-am", "POST", self._choose),
            (f"{_ACCOUNT}/end-session", "POST", self._end_session),
            (f"{_ACCOUNT}/sign-out-everywhere", "POST", self._sign_out_everywhere),
            (f"{_ACCOUNT}/take-back-links", "POST", self._take_back_links),
            ("/sign-out", "POST", self._sign_out),
            ("/signed-out", "GET", self._signed_out),
        ):
            self.router.add_api_route(path, answer, methods=[method])

    async def _account(self, request: Request, session: OwnSession, done: str = "") -> Response:
        return await self._page(request, session, Form(), done=_DONE.get(done, ""))

    async def _end_session(self, request: Request, session: OwnSession) -> Response:
        form = await submitted(request)
        try:
            signed(request, form)
            wanted = form.checked(EndSession, missing={"session": "Choose where to sign out."})
        except FormRefused as refused:
            return await self._page(request, session, refused.form, refused.status)
        await self._store.end_one(session.address, wanted.session)
        note(SecurityEvent.SIGNED_OUT_ELSEWHERE, session=shown(session.id), ended=shown(wanted.session))
        return RedirectResponse(f"{_ACCOUNT}?done=ended", status_code=303)

    async def _choose(self, request: Request, session: OwnSession) -> Response:
        """Note which of those who share an address somebody is; who may be chosen is whoever has it now."""
        form = await submitted(request)
        try:
            signed(request, form)
            wanted = form.checked(Choose, missing={"person": "Choose who you are."})
        except FormRefused as refused:
            return await self._page(request, session, refused.form, refused.status)
        chosen = await self._store.choices(session)
        for each in await self._directory.holders_of(session.address):
            if each.person_id == wanted.person:
                await self._store.choose(session, chosen | {each.partnership: each.person_id})
        return RedirectResponse(f"{_ACCOUNT}?done=chosen", status_code=303)

    async def _sign_out_everywhere(self, request: Request, session: OwnSession) -> Response:
        form = await submitted(request)
        try:
            signed(request, form)
        except FormRefused as refused:
            return await self._page(request, session, refused.form, refused.status)
        await self._store.end_all(session.address)
        note(SecurityEvent.SIGNED_OUT_EVERYWHERE, session=shown(session.id))
        return self._forgotten()

    async def _take_back_links(self, request: Request, session: OwnSession) -> Response:
        form = await submitted(request)
        try:
            signed(request, form)
        except FormRefused as refused:
            return await self._page(request, session, refused.form, refused.status)
        await self._openings.take_back_of(session.address)
        return RedirectResponse(f"{_ACCOUNT}?done=taken-back", status_code=303)

    async def _sign_out(self, request: Request) -> Response:
        """Sign out, also from a page of an earlier session; what another site sends comes without the cookie."""
        session = session_of(request)
        if session is not None:
            await self._store.end(session)
            note(SecurityEvent.SIGNED_OUT, session=shown(session.id))
        return self._forgotten()

    async def _signed_out(self, request: Request) -> Response:
        at_provider = None if self._openid is None else await self._openid.sign_out_address()
        return self._pages.render(request, "signed_out.html", {"at_provider": at_provider})

    def _forgotten(self) -> Response:
        answer = RedirectResponse("/signed-out", status_code=303)
        self._cookie.take_back(answer)
        return answer

    async def _page(
        self, request: Request, session: Session, form: Form, status: int = 200, done: str = ""
    ) -> Response:
        people = await self._directory.holders_of(session.address)
        shared = [each for each in people if sum(each.partnership == other.partnership for other in people) > 1]
        chosen = await self._store.choices(session)
        context = {
            "form": form,
            "done": done,
            "open": await self._store.of(session.address),
            "sign_ins": await self._store.sign_ins(session.address),
            "ways": _WAYS,
            "choices": [(each.person_id, each.name or each.person_id, each.partnership) for each in shared],
            "chosen": Form({"person": [each.person_id for each in shared if each.person_id in chosen.values()]}),
        }
        return self._pages.render(request, "account.html", context, status=status)
