"""The pages at which people sign in: by a link, or a code, that comes by e-mail.

Whether anybody has an address makes no difference to what is answered, nor to when. Nothing is used up by a GET: mail
scanners follow links.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import AfterValidator, BaseModel
from starlette.responses import RedirectResponse, Response

from services.access.browsers import browser_of
from services.access.links import LASTS, Links, Proof, TooMany
from services.access.mailer import Mailer
from services.access.noting import note_signed_in
from services.access.session_store import SessionStore, SignedInAs
from services.runtime.access.directory import Directory
from services.runtime.access.identity import session_of
from services.runtime.access.sessions.cookie import HostCookie, SessionCookie
from services.runtime.access.sessions.session import LINK, SET_UP
from services.runtime.base.addresses import NoAddress, address
from services.runtime.base.problems import Problem
from services.runtime.base.security_log import SecurityEvent, note
from services.runtime.base.settings import Settings
from services.runtime.base.validation_messages import Unfit, quoted
from services.runtime.web.forms import Form, FormRefused, submitted
from services.runtime.web.pages import Pages

_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,499}")
PRIVATE = {"Cache-Control": "no-store"}


def _address(text: str) -> str:
    try:
        return address(text).key
    except NoAddress as reason:
        raise Unfit(f"{quoted(text)} is not an e-mail address: {reason}.", "Give one: ada@example.org.") from None


def own_path(wanted: str) -> str:
    """Return a path of this site that somebody wants to go to; the front page for anything else."""
    return wanted if _PATH.fullmatch(wanted) else "/"


class AskForLink(BaseModel):
    """The form that asks for a link."""

    address: Annotated[str, AfterValidator(_address)]
    next: str = "/"

    @property
    def leads_to(self) -> str:
        """The page to go to when signed in: one of this site, whatever an address asks for."""
        return own_path(self.next)


class TryCode(BaseModel):
    """The form that a code is typed into."""

    code: str

    @property
    def digits(self) -> str:
        """The code without what people put between its digits."""
        return "".join(letter for letter in self.code if letter.isdecimal() and letter.isascii())


class SignInPages:
    """The routes of the pages; ``router`` has them."""

    def __init__(
        self, settings: Settings, links: Links, mailer: Mailer, store: SessionStore, directory: Directory
    ) -> None:
        self._links = links
        self._mailer = mailer
        self._has_openid = settings.openid_issuer is not None
        self._by_email = settings.sign_in_by_email
        self._store = store
        self._directory = directory
        self._session = SessionCookie(settings)
        self._asked = HostCookie(settings, "concordat-sign-in", int(LASTS.total_seconds()))
        self._pages = Pages(Path(__file__).parent / "templates")
        self.router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
        by_email = (
            ("/sign-in", "POST", self._ask),
            ("/sign-in/code", "GET", self._code_form),
            ("/sign-in/code", "POST", self._use_code),
        )
        always = (
            ("/sign-in", "GET", self._form),
            ("/sign-in/link", "GET", self._link),  # an operator's, where none come by e-mail
            ("/sign-in/link", "POST", self._use_link),
        )
        for path, method, answer in (*always, *(by_email if self._by_email else ())):
            self.router.add_api_route(path, answer, methods=[method])

    async def _form(self, request: Request, next: str = "/") -> Response:  # noqa: A002 - as the address has it
        return self._page(request, "sign_in.html", Form.of(next=next))

    async def _ask(self, request: Request) -> Response:
        form = await submitted(request)
        browser = browser_of(request)
        try:
            wanted = form.checked(AskForLink, missing={"address": "Enter your e-mail address."})
            link = await self._links.ask(wanted.address, browser, wanted.leads_to)
        except FormRefused as refused:
            return self._page(request, "sign_in.html", refused.form, refused.status)
        except TooMany as reason:
            note(SecurityEvent.TOO_MANY_LINKS, network=browser.network)
            too_many = form.refused(Problem(429, str(reason)), "address")
            return self._page(request, "sign_in.html", too_many.form, too_many.status)
        note(SecurityEvent.LINK_ASKED_FOR, network=browser.network)
        self._mailer.send(link, browser.name)
        answer = RedirectResponse("/sign-in/code", status_code=303, headers=PRIVATE)
        self._asked.give(answer, link.browser)
        return answer

    async def _code_form(self, request: Request) -> Response:
        return self._page(request, "code.html", Form())

    async def _use_code(self, request: Request) -> Response:
        form = await submitted(request)
        try:
            wanted = form.checked(TryCode, missing={"code": "Enter the code from the e-mail."})
            proof = await self._proven(await self._links.use_code(wanted.digits, self._asked.token_in(request.scope)))
            if proof is None:
                note(SecurityEvent.SIGN_IN_FAILED, by="code", network=browser_of(request).network)
                raise form.refused(Problem(403, "That is not the code. After a few tries it is worth nothing."), "code")
        except FormRefused as refused:
            return self._page(request, "code.html", refused.form, refused.status)
        return await self._signed_in(request, proof)

    async def _link(self, request: Request, key: str = "") -> Response:
        usable = await self._links.is_usable(key, self._asked.token_in(request.scope))
        return self._page(request, "link.html", Form(), key=key if usable else "")

    async def _use_link(self, request: Request) -> Response:
        key = (await submitted(request)).value("key")
        proof = await self._proven(await self._links.use(key, self._asked.token_in(request.scope)))
        if proof is None:
            note(SecurityEvent.SIGN_IN_FAILED, by=LINK, network=browser_of(request).network)
            return self._page(request, "link.html", Form(), 403, key="")
        return await self._signed_in(request, proof)

    async def _proven(self, proof: Proof | None) -> Proof | None:
        """Return the proof if anybody has its address, or need not: a link exists for any."""
        if proof is None or proof.sets_up:
            return proof
        return proof if await self._directory.holders_of(proof.address) else None

    async def _signed_in(self, request: Request, proof: Proof) -> Response:
        who = SignedInAs(proof.address, SET_UP if proof.sets_up else LINK)
        token = await self._store.begin(who, browser_of(request), replaces=session_of(request))
        note_signed_in(who, token, browser_of(request), await self._directory.holders_of(proof.address))
        answer = RedirectResponse(proof.leads_to, status_code=303, headers=PRIVATE)
        self._session.give(answer, token)
        self._asked.take_back(answer)
        return answer

    def _page(self, request: Request, template: str, form: Form, status: int = 200, **more: Any) -> Response:
        context: Mapping[str, Any] = {
            "form": form,
            "problem": self._mailer.problem,
            "has_openid": self._has_openid,
            "by_email": self._by_email,
            "minutes": int(LASTS.total_seconds() // 60),
            **more,
        }
        return self._pages.render(request, template, context, status=status, headers=PRIVATE)
