"""How a view at a partnership becomes an answer: a page within the shell, or JSON, each with its entity tag."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.requests import Request
from starlette.responses import Response

from domain import wording
from domain.figures.compliance import Obligation, Status
from domain.register.decisions import ACTIONS, DECISIONS
from domain.wording.cells import Cell, Tone
from services.reporting.pages.addresses import Addresses
from services.reporting.pages.issued_packs import IssuedPacks
from services.reporting.pages.queries import Queries, View
from services.runtime.web.etags import quoted_tag
from services.runtime.web.kept_answers import MadeOnce, given_before, keep_while
from services.runtime.web.pages import Pages, Visit

_TONES: Mapping[Tone | None, str] = {
    Tone.GOOD: "good",
    Tone.CAUTION: "caution",
    Tone.BAD: "bad",
    Tone.NEUTRAL: "none",
    None: "none",
}

Made = Callable[[View, str], Response]
"""Makes an answer from a view and its entity tag."""


def page_routes() -> APIRouter:
    """Return a router for pages: each is made once for all who ask for it at the same time."""
    return APIRouter(include_in_schema=False, default_response_class=HTMLResponse, route_class=MadeOnce)


class Site:
    """The pages of reporting."""

    def __init__(self, queries: Queries) -> None:
        self.queries = queries
        self._pages = Pages(Path(__file__).parent / "templates")
        self._pages.environment.globals.update(
            wording=wording,
            tone_of=tone_of,
            count_not_yet_due=count_not_yet_due,
            ACTIONS=ACTIONS,
            DECISIONS=DECISIONS,
        )

    def page(
        self,
        request: Request,
        template: str,
        partnership: str,
        content: Callable[[View], Mapping[str, Any]],
        as_at: str = "",
    ) -> Response:
        """Answer with a page about a partnership. ``content`` gives what its template shows beyond the view itself."""
        keep_while(request, self.queries.watch(partnership, as_at))
        return self._answer(request, partnership, as_at, self._rendered(request, template, content, as_at))

    def page_with_packs(
        self,
        request: Request,
        template: str,
        partnership: str,
        content: Callable[[View, IssuedPacks], Mapping[str, Any]],
        as_at: str = "",
    ) -> Response:
        """Do the same for a page that also shows what has been issued."""
        keep_while(request, self.queries.watch(partnership, as_at))
        packs = IssuedPacks.of(self.queries, partnership)
        rendered = self._rendered(request, template, lambda view: content(view, packs), as_at)
        return self._answer(request, partnership, as_at, rendered, packs)

    def plain_page(self, request: Request, template: str, content: Mapping[str, Any]) -> Response:
        """Answer with a page about no partnership in particular."""
        return self._pages.render(request, template, content)

    def data(self, request: Request, partnership: str, content: Callable[[View], Any], as_at: str = "") -> Response:
        """Answer with JSON about a partnership."""
        keep_while(request, self.queries.watch(partnership, as_at))
        return self._answer(request, partnership, as_at, _as_json(content))

    def data_with_packs(
        self, request: Request, partnership: str, content: Callable[[View, IssuedPacks], Any]
    ) -> Response:
        """Do the same with what has been issued."""
        keep_while(request, self.queries.watch(partnership))
        packs = IssuedPacks.of(self.queries, partnership)
        return self._answer(request, partnership, "", _as_json(lambda view: content(view, packs)), packs)

    def _rendered(
        self, request: Request, template: str, content: Callable[[View], Mapping[str, Any]], as_at: str = ""
    ) -> Made:
        def made(view: View, tag: str) -> Response:
            shown = {
                "view": view,
                "partnership": {"name": view.name, "vision": view.vision},
                "to": Addresses(view.code, as_at),
                **content(view),
            }
            visit = Visit(view.code, {view.code: view.name})
            return self._pages.render(request, template, shown, visit=visit, as_at=view.at, headers={"ETag": tag})

        return made

    def _answer(
        self, request: Request, partnership: str, as_at: str, made: Made, packs: IssuedPacks | None = None
    ) -> Response:
        """Answer as before where nothing has changed since."""

        def answer(view: View) -> Response:
            tag = _tag(request, view, packs)
            return given_before(request, tag) or made(view, tag)

        return self.queries.view(partnership, answer, as_at)


def _as_json(content: Callable[[View], Any]) -> Made:
    return lambda view, tag: JSONResponse(content(view), headers={"ETag": tag})


def count_not_yet_due(obligations: Iterable[Obligation]) -> int:
    """Return how many of a quarter's obligations are not due yet."""
    return sum(each.status is Status.NOT_YET_DUE for each in obligations)


def tone_of(cell: Cell) -> str:
    """Return the name that the style sheet has for the tone of a cell."""
    return _TONES[cell.tone]


def _tag(request: Request, view: View, packs: IssuedPacks | None) -> str:
    issued = () if packs is None else (str(packs.tag),)
    return quoted_tag("-".join((request.app.version, view.version_tag, *issued)))
