"""The page at which people make the address of a partner's calendar, which their calendar fetches.

The address holds a token that opens this one calendar and nothing else. It is taken back beside all other tokens.
"""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from contracts.paths import path_of_calendar
from contracts.references import PARTNERSHIP_CODE
from services.access.token_store import TokenStore
from services.runtime.access.identity import Caller, OwnSession
from services.runtime.access.sessions.session import Session
from services.runtime.access.sessions.token_life import LONGEST
from services.runtime.base.problems import Problem
from services.runtime.base.settings import Settings
from services.runtime.web.forms import Form, FormRefused, signed, submitted
from services.runtime.web.pages import Pages

_PATH = "/account/calendars/{partnership}/{partner}"
MOST = 20
"""How many addresses of calendars somebody has at a time."""

PartnershipInPath = Annotated[str, Path(pattern=PARTNERSHIP_CODE.pattern)]
PartnerInPath = Annotated[str, Path(pattern=r"^[A-Z][A-Z0-9]{0,11}$")]


class CalendarPages:
    """The routes of the page; ``router`` has them."""

    def __init__(self, settings: Settings, store: TokenStore) -> None:
        self._public_url = settings.public_url.rstrip("/")
        self._store = store
        self._pages = Pages(FilePath(__file__).parent / "templates")
        self.router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
        self.router.add_api_route(_PATH, self._show, methods=["GET"])
        self.router.add_api_route(_PATH, self._make, methods=["POST"])

    async def _show(
        self, request: Request, session: OwnSession, partnership: PartnershipInPath, partner: PartnerInPath
    ) -> Response:
        _check_role(session, partnership)
        return self._page(request, partnership, partner, Form())

    async def _make(
        self, request: Request, session: OwnSession, partnership: PartnershipInPath, partner: PartnerInPath
    ) -> Response:
        form = await submitted(request)
        _check_role(session, partnership)
        try:
            signed(request, form)
            await self._check_number(session, form)
        except FormRefused as refused:
            return self._page(request, partnership, partner, refused.form, refused.status)
        opens = path_of_calendar(partnership, partner)
        ends_at = self._store.clock.now() + LONGEST
        token = await self._store.make(
            session, f"Calendar of {partner} in {partnership}", ends_at, may_write=False, limited_to=opens
        )
        return self._page(request, partnership, partner, Form(), made=f"{self._public_url}{opens}?key={token}")

    async def _check_number(self, session: Session, form: Form) -> None:
        """Raise FormRefused where somebody has as many addresses as they may have."""
        if sum(each.limited_to is not None for each in await self._store.of(session.address)) >= MOST:
            raise form.refused(Problem(409, f"You have {MOST} addresses of calendars. Take one back first."))

    def _page(
        self, request: Request, partnership: str, partner: str, form: Form, status: int = 200, *, made: str = ""
    ) -> Response:
        context = {
            "form": form,
            "partnership_code": partnership,
            "partner": partner,
            "made": made,
            "subscribing": made.replace(made.partition("://")[0], "webcal", 1) if made else "",
        }
        return self._pages.render(request, "calendar.html", context, status=status)


def _check_role(session: Session, partnership: str) -> None:
    """Raise Problem 403 for who is nobody in a partnership, or one of several who share an address."""
    Caller("person", session=session).person_of(partnership)
