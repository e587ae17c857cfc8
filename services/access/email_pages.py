"""The page at which people say what they want to be told by e-mail, and read what always comes."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel
from starlette.responses import RedirectResponse, Response

from services.access.email_choices import EmailChoices
from services.runtime.access.identity import OwnSession
from services.runtime.access.sessions.email_choice import USUAL_PACE, Pace, Topic
from services.runtime.access.sessions.session import Session
from services.runtime.web.forms import Form, FormRefused, signed, submitted
from services.runtime.web.pages import Pages

PATH = "/account/emails"


class Choose(BaseModel):
    """The form: what is ticked is wanted, and what waits so often."""

    wanted: list[Topic] = []
    pace: Pace = USUAL_PACE


class EmailPages:
    """The routes of the page; ``router`` has them."""

    def __init__(self, choices: EmailChoices) -> None:
        self._choices = choices
        self._pages = Pages(Path(__file__).parent / "templates")
        self.router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
        self.router.add_api_route(PATH, self._show, methods=["GET"])
        self.router.add_api_route(PATH, self._choose, methods=["POST"])

    async def _show(self, request: Request, session: OwnSession, done: str = "") -> Response:
        wanted = await self._choices.wanted_at(session.address)
        chosen = Form({"wanted": sorted(wanted), "pace": [await self._choices.pace_at(session.address)]})
        return self._page(request, session, chosen, done=bool(done))

    async def _choose(self, request: Request, session: OwnSession) -> Response:
        form = await submitted(request)
        try:
            signed(request, form)
            chosen = form.checked(Choose)
        except FormRefused as refused:
            return self._page(request, session, refused.form, refused.status)
        await self._choices.choose(session.address, chosen.wanted, chosen.pace)
        return RedirectResponse(f"{PATH}?done=1", status_code=303)

    def _page(
        self, request: Request, session: Session, form: Form, status: int = 200, *, done: bool = False
    ) -> Response:
        context = {"form": form, "done": done, "address": session.address, "Topic": Topic, "Pace": Pace}
        return self._pages.render(request, "emails.html", context, status=status)
