"""Where the button of a reminder's page leads: a return is opened without sign-in, or it is said why not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from contracts.events.base import PartnerCode, QuarterLabel
from contracts.references import PARTNERSHIP_CODE
from services.access.browsers import browser_of
from services.access.return_openings import NotOpened, Opening, ReturnOpenings
from services.access.sign_in_pages import PRIVATE
from services.runtime.access.directory import Directory
from services.runtime.access.identity import session_of
from services.runtime.access.return_links import LINK_LASTS, ReturnLink, ReturnLinks
from services.runtime.access.sessions.cookie import HostCookie, SessionCookie
from services.runtime.access.sessions.session import RETURN_LINK, id_of, is_token, new_token
from services.runtime.base.addresses import key_of
from services.runtime.base.problems import Problem
from services.runtime.base.security_log import SecurityEvent, note, shown
from services.runtime.base.settings import Settings
from services.runtime.web.forms import FormRefused, signed, submitted
from services.runtime.web.pages import Pages

PATH = "/sign-in/return"
UNKNOWN = "It is not complete, too old, or for an address that its person has no more."


class OpenReturn(BaseModel):
    """The form of a reminder's page; ``word`` is programme's, that the return is open and the person's."""

    partnership: Annotated[str, Field(pattern=PARTNERSHIP_CODE.pattern)]
    quarter: QuarterLabel
    partner: PartnerCode
    key: str = ""
    word: str = ""
    then: Literal["", "unchanged"] = ""


class TakeBack(BaseModel):
    """The form with which a secretary takes a partner's links back; ``word`` is programme's, that they are one."""

    partnership: Annotated[str, Field(pattern=PARTNERSHIP_CODE.pattern)]
    partner: PartnerCode
    word: str


class ReturnPages:
    """The routes; ``router`` has them."""

    def __init__(self, settings: Settings, links: ReturnLinks, openings: ReturnOpenings, directory: Directory) -> None:
        self._links = links
        self._openings = openings
        self._directory = directory
        self._session = SessionCookie(settings)
        self._browser = HostCookie(settings, "concordat-reminders", int(LINK_LASTS.total_seconds()))
        self._pages = Pages(Path(__file__).parent / "templates")
        self.router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
        self.router.add_api_route(PATH, self._open, methods=["POST"])
        self.router.add_api_route(f"{PATH}/take-back", self._take_back, methods=["POST"])

    async def _open(self, request: Request) -> Response:
        form = await submitted(request)
        try:
            wanted = form.checked(OpenReturn)
        except FormRefused:
            return self._shut(request, UNKNOWN)
        link = self._links.written(wanted.partnership, wanted.quarter, wanted.partner, wanted.key)
        address = None if link is None else await self._address_of(link)
        if link is None or address is None or not self._links.proves(link, wanted.key, address):
            return self._shut(request, UNKNOWN)
        leads_to = f"{link.path}/check?unchanged=1" if wanted.then else link.path
        if session_of(request) is not None:
            return _see(leads_to)  # who is signed in opens it as themselves, if it is theirs
        if not self._links.takes_word(wanted.word, "open", link.path, wanted.key):
            return _see(f"{link.path}/open?key={wanted.key}")
        known = self._browser.token_in(request.scope)
        token = known if is_token(known) else new_token()
        try:
            session = await self._openings.open(Opening(link, wanted.key, address), token, browser_of(request))
        except NotOpened as reason:
            return self._shut(request, str(reason), link.path)
        opened = {"session": shown(id_of(session)), "network": browser_of(request).network}
        note(SecurityEvent.SIGNED_IN, by=RETURN_LINK, people=[link.person], limited_to=link.path, **opened)
        answer = _see(leads_to)
        self._session.give(answer, session)
        self._browser.give(answer, token)
        return answer

    async def _take_back(self, request: Request) -> Response:
        form = await submitted(request)
        session = session_of(request)
        try:
            signed(request, form)
            wanted = form.checked(TakeBack, missing={"partner": "Choose a partner."})
        except FormRefused as refused:
            raise Problem(refused.status, str(refused)) from None
        said = ("take back", "" if session is None else session.id, wanted.partnership)
        if not self._links.takes_word(wanted.word, *said):
            raise Problem(
                403, "Nothing was changed. Open the page of the returns again, and take the links back there."
            )
        await self._openings.take_back_for(wanted.partnership, wanted.partner)
        return _see(f"/office/{wanted.partnership}/returns?taken-back={wanted.partner}")

    async def _address_of(self, link: ReturnLink) -> str | None:
        found = await self._directory.get_many(link.partnership, [link.person])
        return key_of(found[link.person].email) if link.person in found else None

    def _shut(self, request: Request, reason: str, path: str = "") -> Response:
        context: dict[str, Any] = {"reason": reason, "path": path}
        return self._pages.render(request, "return_shut.html", context, status=403, headers=PRIVATE)


def _see(address: str) -> RedirectResponse:
    return RedirectResponse(address, status_code=303, headers=PRIVATE)
