"""A page on which the operator deals with what waits for a person: the token is typed, it is listed, one is chosen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel
from starlette.responses import RedirectResponse, Response

from services.runtime.base.problems import Problem
from services.runtime.web.forms import Form, FormRefused, submitted
from services.runtime.web.operators import check_token
from services.runtime.web.pages import Pages

MOST_LISTED = 200
LONGEST_NAME = 64
_SHOW = "show"
_Name = Annotated[str, Query(max_length=LONGEST_NAME)]

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Listed(Generic[Item]):
    """The first of what waits, and how many there are altogether."""

    items: Sequence[Item]
    total: int


class Act(BaseModel):
    """The form that deals with one of what is listed; each page says which acts there are and what ``chosen`` is."""

    act: Any
    chosen: Any


@dataclass(frozen=True, slots=True)
class OperatorPage:
    """One such page. ``template`` extends ``operator.html``; ``listed`` is what it shows, ``act`` its form.

    ``carry_out`` raises Problem where it cannot be done; what has been done is told by the act: ``{} goes on.``
    """

    home: str
    template: str
    heading: str
    listed: Callable[[], Awaitable[Listed[Any]]]
    act: type[Act]
    unchosen: str
    carry_out: Callable[[Any], Awaitable[object]]
    told: Mapping[str, str]

    def routes(self) -> APIRouter:
        """Return its routes. Before the token was typed it shows nothing: what is listed is for nobody else."""
        router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
        pages = Pages()

        def shown(
            request: Request,
            form: Form,
            listed: Listed[Any] | None = None,
            *,
            done: str = "",
            status: int = 200,
            headers: Mapping[str, str] | None = None,
        ) -> Response:
            said = {"home": self.home, "heading": self.heading, "listed": listed, "form": form, "done": done}
            kept_nowhere = {**(headers or {}), "Cache-Control": "no-store"}
            return pages.render(request, self.template, said, status=status, headers=kept_nowhere)

        @router.get(self.home)
        async def ask(request: Request, done: _Name = "", of: _Name = "") -> Response:
            return shown(request, Form(), done=self.told[done].format(of) if done in self.told else "")

        @router.post(self.home)
        async def act(request: Request) -> Response:
            form = await submitted(request)
            listed: Listed[Any] | None = None
            try:
                check_token(request.app.state.identity, form)
                listed = await self.listed()
                if form.value("act") == _SHOW:
                    return shown(request, form, listed)
                wanted = form.checked(self.act, missing={"chosen": self.unchosen})
                await self._carry_out(wanted, form)
            except FormRefused as refused:
                return shown(request, refused.form, listed, status=refused.status, headers=refused.headers)
            done = urlencode({"done": wanted.act, "of": wanted.chosen})
            return RedirectResponse(f"{self.home}?{done}", status_code=303)

        return router

    async def _carry_out(self, wanted: Act, form: Form) -> None:
        try:
            await self.carry_out(wanted)
        except Problem as problem:
            raise form.refused(problem) from None
